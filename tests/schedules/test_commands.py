"""A person runs a job by hand; it and the leader never overlap."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import col

from schedules.commands import UnknownFeedError, explain_now, pull_now, reconcile_dry_now, reconcile_now
from schedules.leadership import BY_HAND, LeaseTerms, take_lease
from schedules.reconciliation.table import RULES
from schedules.runs import Run, RunClaim, RunEnd, finish_run, start_run
from tests.schedules.planting import NOW, a_dossier, a_place, an_item, config_for
from tests.schedules.waiting import within
from tests.standins.running import one_stop_server
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy, Lease
from tracker.store.queries.runs import database_now, runs

NUMBER = "000.00.22.H12-261112-0031"


def silent_since_a_week(engine: Engine) -> None:
    with transaction(engine) as session:
        place = a_place(session)
        dossier_id = a_dossier(session, place, NUMBER)
        an_item(session, place, [dossier_id], last_event_at=NOW - timedelta(days=7))


def started(engine: Engine, job: JobName) -> Run:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms("schedules", "me", 600))
        assert held is not None
        return start_run(session, RunClaim(job, NOW, held))


def history(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        return [(run.job, run.outcome, run.started_by) for run in runs(session, before=None, limit=10)]


def test_reconciling_by_hand_opens_and_is_written_down(engine: Engine, database_url: str) -> None:
    silent_since_a_week(engine)

    result = reconcile_now(config_for(database_url), NOW)

    assert result.counts["opened"] == 1
    assert history(engine) == [("reconcile", "complete", "command line")]


def test_the_same_instant_can_be_reconciled_by_hand_again(engine: Engine, database_url: str) -> None:
    config = config_for(database_url)
    reconcile_now(config, NOW)

    assert reconcile_now(config, NOW).outcome is RunOutcome.COMPLETE


def test_a_dry_run_leaves_no_trace(engine: Engine, database_url: str) -> None:
    silent_since_a_week(engine)

    result = reconcile_dry_now(config_for(database_url), NOW)

    assert (result.run_id, result.counts["opened"]) == (None, 1)
    assert history(engine) == []
    with reading(engine) as session:
        assert session.scalars(select(Discrepancy)).all() == []


def test_it_waits_for_one_that_runs(engine: Engine, database_url: str) -> None:
    run = started(engine, JobName.RECONCILE)
    ended: list[str] = []

    def by_hand() -> None:
        ended.append(reconcile_now(config_for(database_url), NOW).outcome)

    waiting = threading.Thread(target=by_hand)
    waiting.start()
    within(10, lambda: holds_a_lease_by_hand(engine))
    assert ended == []
    with transaction(engine) as session:
        finish_run(session, run, RunEnd(RunOutcome.COMPLETE))
    waiting.join()

    assert ended == ["complete"]


def holds_a_lease_by_hand(engine: Engine) -> bool:
    with reading(engine) as session:
        names = session.scalars(select(col(Lease.name)).where(col(Lease.name).startswith(BY_HAND)))
        return bool(names.all())


def test_a_lease_by_hand_ends_with_its_run(engine: Engine, database_url: str) -> None:
    reconcile_now(config_for(database_url), NOW)

    with reading(engine) as session:
        assert session.scalars(select(col(Lease.until_at))).one() <= database_now(session)


def test_pulling_by_hand_reads_the_feed(engine: Engine, database_url: str) -> None:
    with one_stop_server() as server:
        config = config_for(
            database_url,
            base_url=server.base_url,
            username=server.username,
            password=server.password,
            group_id=server.group_id,
        )
        result = pull_now(config, "one_stop", NOW)

    assert result.outcome is RunOutcome.COMPLETE
    assert history(engine) == [("pull_one_stop", "complete", "command line")]


def test_a_feed_that_cannot_be_reached_is_a_failed_run(engine: Engine, database_url: str) -> None:
    result = pull_now(config_for(database_url), "one_stop", NOW)

    assert (result.outcome, result.fault) == (RunOutcome.UNREACHABLE, "not_configured")


def test_an_unknown_feed_is_named(database_url: str) -> None:
    with pytest.raises(
        UnknownFeedError,
        match="no feed is called post; there are: one_stop, vnpost, my_vnpost, national_portal, folder",
    ):
        pull_now(config_for(database_url), "post", NOW)


def test_a_feed_that_is_off_is_not_asked(database_url: str) -> None:
    with pytest.raises(UnknownFeedError, match="feed vnpost is off"):
        pull_now(config_for(database_url), "vnpost", NOW)


def test_a_dossier_is_explained_row_by_row(engine: Engine, database_url: str) -> None:
    silent_since_a_week(engine)

    said = explain_now(config_for(database_url), f" {NUMBER.lower()} ", NOW)

    assert said is not None
    told = said.as_json()
    rules = {rule["code"]: rule for rule in told["rules"]}
    assert (rules["silent_item"]["verdict"], rules["silent_item"]["follows"]) == ("due", "opens_at_next_run")
    assert rules["silent_item"]["grace"] == "16 working_hours"
    assert rules["wrongly_closed"] == {
        "code": "wrongly_closed",
        "version": 1,
        "grace": "at_once",
        "verdict": "agrees",
        "why": ["status_other"],
    }
    assert set(rules) == {rule.code.value for rule in RULES}
    assert [item["status"] for item in told["post"]["items"]] == ["at_office"]


def test_an_explanation_tells_what_stands_in_the_queue(engine: Engine, database_url: str) -> None:
    silent_since_a_week(engine)
    config = config_for(database_url)
    reconcile_now(config, NOW)
    assert follows_of(config, "silent_item") == "open"
    with transaction(engine) as session:
        session.execute(update(Discrepancy).values(state="closed", reason="explained"))

    assert follows_of(config, "silent_item") == "closed_by_person"


def follows_of(config: Config, code: str) -> str:
    said = explain_now(config, NUMBER, NOW)
    assert said is not None
    return next(said.follows(one) for one in said.considered if one.rule.code == code and one.judged)


def test_an_unknown_dossier_cannot_be_explained(database_url: str) -> None:
    assert explain_now(config_for(database_url), "nobody's", NOW) is None
