"""A person asks, the leader begins."""

import pytest
from sqlalchemy import select
from sqlmodel import Session

from tests.schedules.digesting import mailing
from tests.schedules.planting import CONFIG, NOW, a_desk, a_place
from tests.schedules.pulling import with_feed
from tracker.actions.desk import Desk
from tracker.actions.runs import ask_run, jobs_of
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.runs import JobName, RunState
from tracker.domain.vocabulary import Role
from tracker.store.models import AuditRow
from tracker.store.queries.runs import asked_runs


@pytest.fixture
def supervisor(session: Session) -> Desk:
    return a_desk(session, Role.SUPERVISOR, a_place(session).province)


def test_what_is_asked_for_waits_for_the_leader(session: Session, supervisor: Desk) -> None:
    run_id = ask_run(session, "reconcile", supervisor)

    waiting = asked_runs(session)
    assert [(run.id, run.job, run.state, run.started_by, run.slot) for run in waiting] == [
        (run_id, JobName.RECONCILE, RunState.ASKED, "supervisor", NOW)
    ]


def test_asking_twice_is_asking_once(session: Session, supervisor: Desk) -> None:
    assert ask_run(session, "reconcile", supervisor) == ask_run(session, "reconcile", supervisor)
    assert len(session.scalars(select(AuditRow)).all()) == 1


def test_a_job_nobody_knows_is_refused_by_name(session: Session, supervisor: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        ask_run(session, "sweep", supervisor)

    assert (refused.value.cause, dict(refused.value.fields)) == (Cause.BAD_VALUE, {"job": "bad_value"})


FURTHER = {
    JobName.PULL_VNPOST: ("vnpost", "tracking_url"),
    JobName.PULL_NATIONAL_PORTAL: ("national_portal", "share_url"),
    JobName.PULL_MY_VNPOST: ("my_vnpost", "base_url"),
    JobName.PULL_FOLDER: ("folder", "path"),
    JobName.SEND_ORDERS: ("vnpost_orders", "order_url"),
}


def test_the_digest_is_off_until_somebody_is_to_get_it(session: Session, supervisor: Desk) -> None:
    assert JobName.SEND_DIGEST not in jobs_of(CONFIG)
    assert JobName.SEND_DIGEST in jobs_of(mailing(25))
    with pytest.raises(Refusal):
        ask_run(session, JobName.SEND_DIGEST, supervisor)


@pytest.mark.parametrize("job", FURTHER)
def test_a_further_feed_is_off_until_it_has_addresses(session: Session, supervisor: Desk, job: JobName) -> None:
    feed, address = FURTHER[job]

    assert job not in jobs_of(CONFIG)
    assert job in jobs_of(with_feed(feed, **{address: "http://127.0.0.1:9"}))
    with pytest.raises(Refusal):
        ask_run(session, job, supervisor)
