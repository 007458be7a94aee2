"""The page of the outside systems: how each fares, what could not be read, and believing a short answer."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, select
from sqlmodel import col

from tests.builders import NOW
from tests.callers import Api
from tests.security.doors import Doors
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.feeds import FeedAnswer, note_doubt, note_feed_failure, note_feed_success
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, Discrepancy, JobRun, RejectedRow

PAGE = "/dieu-hanh/nguon-tin"


@pytest.fixture
def doors(api: Api) -> Doors:
    return Doors(api)


def a_short_answer(engine: Engine) -> None:
    with transaction(engine) as session:
        answered_at = NOW - timedelta(hours=3)
        note_feed_success(session, FeedAnswer("one_stop", rows=40, listed=40), at=answered_at)
        note_feed_failure(session, "one_stop", "loss", at=NOW - timedelta(hours=1))
        note_doubt(session, "one_stop", 12)


def states(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(col(Discrepancy.state)).where(col(Discrepancy.code) == "feed_down")))


def test_the_supervisor_believes_a_short_answer_and_stands_in_the_book(doors: Doors) -> None:
    engine = doors.api.engine
    a_short_answer(engine)
    supervisor = doors.enter("supervisor")

    shown = supervisor.ask("GET", PAGE).text
    answer = supervisor.ask("POST", PAGE, {"source": "one_stop"})

    assert "chỉ liệt kê 12 hồ sơ" in shown
    assert "lần tốt gần nhất có 40" in shown
    assert (answer.status_code, states(engine)) == (303, ["closed"])
    with reading(engine) as session:
        row = session.scalars(select(AuditRow).where(col(AuditRow.action) == "feed answer believed")).one()
    assert (row.actor, row.subject, row.reason) == ("supervisor", "source:one_stop", "12 rows instead of 40")


def test_believing_it_twice_is_refused_with_its_reason(doors: Doors) -> None:
    a_short_answer(doors.api.engine)
    supervisor = doors.enter("supervisor")
    supervisor.ask("POST", PAGE, {"source": "one_stop"})

    assert supervisor.ask("POST", PAGE, {"source": "one_stop"}).status_code == 422
    assert supervisor.ask("POST", PAGE, {"source": "nobody"}).status_code == 422


def test_others_who_may_look_see_no_button(doors: Doors) -> None:
    a_short_answer(doors.api.engine)
    auditor = doors.enter("auditor")

    assert "Tin câu trả lời này" not in auditor.ask("GET", PAGE).text
    assert auditor.ask("POST", PAGE, {"source": "one_stop"}).status_code == 403
    assert states(doors.api.engine) == ["open"]


def test_lines_set_aside_and_words_nobody_knows_are_listed(doors: Doors) -> None:
    with transaction(doors.api.engine) as session:
        run = JobRun(job="pull_one_stop", slot=NOW, attempt=1, token=1, state="done", started_at=NOW)
        session.add(run)
        session.flush()
        session.execute(insert(RejectedRow).values(run_id=run.id, line=7, field="modifiedDate", fault="bad_date"))
        seen = ClaimSeen(
            source="one_stop",
            number="X-1",
            status=None,
            word="hibernating<b>",
            said_at=NOW,
            channel=3,
            mapping="opencps-1",
        )
        take_claims(session, [seen], at=NOW)
    shown = doors.enter("auditor").ask("GET", PAGE).text

    assert "modifiedDate" in shown
    assert "bad_date" in shown
    assert "hibernating&lt;b&gt;" in shown
    assert "opencps-1" in shown
