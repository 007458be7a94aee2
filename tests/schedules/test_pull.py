"""The one-stop system is read over HTTP, whatever it answers; what it says moves no custody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.feeds.pull import pull_one_stop
from schedules.leadership import LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.runs import Run, RunClaim, RunResult, start_run
from tests.schedules.answering import answering
from tests.schedules.planting import NOW, a_dossier, a_place, config_for
from tests.standins.running import OneStopServer, one_stop_server
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Claim, Discrepancy, Dossier, FeedState
from tracker.store.queries.runs import RejectedView, rejected_rows

NUMBER = "000.00.22.H12-261112-0031"
OTHER = "000.00.22.H12-261112-0032"


def wire_dossier(number: str = NUMBER, **more: object) -> dict[str, object]:
    """As the one-stop system holds it: received three days ago, under way since yesterday."""
    history = [
        {"status": "new", "at": (NOW - timedelta(days=3)).isoformat()},
        {"status": "processing", "at": (NOW - timedelta(days=1)).isoformat()},
    ]
    return {"number": number, "service_code": "1.004873", "history": history, **more}


@pytest.fixture
def dossier_id(engine: Engine) -> int:
    with transaction(engine) as session:
        return a_dossier(session, a_place(session), NUMBER)


@contextmanager
def standing_in(*dossiers: dict[str, object]) -> Iterator[OneStopServer]:
    with one_stop_server(dossiers) as server:
        yield server


def config_of(server: OneStopServer, **more: object) -> Config:
    signed_in = {"username": server.username, "password": server.password, "group_id": server.group_id}
    return config_for("sqlite://", base_url=server.base_url, **signed_in, **more)


def a_run(engine: Engine, at_minute: int = 0) -> Run:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms(f"lease {at_minute}", "me", 600))
        assert held is not None
        return start_run(session, RunClaim(JobName.PULL_ONE_STOP, NOW + timedelta(minutes=at_minute), held))


def pulled(engine: Engine, config: Config, at_minute: int = 0) -> RunResult:
    return pull_one_stop(engine, config, a_run(engine, at_minute), NOW + timedelta(minutes=at_minute))


def claimed(engine: Engine) -> list[tuple[int | None, str]]:
    with reading(engine) as session:
        rows = session.execute(select(col(Claim.status), col(Claim.word)).order_by(col(Claim.id)))
        return [(status, word) for status, word in rows]


def feed_state(engine: Engine) -> FeedState:
    with reading(engine) as session:
        state = session.get_one(FeedState, "one_stop")
        session.expunge(state)
        return state


def feed_down(engine: Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        rows = session.execute(
            select(col(Discrepancy.state), col(Discrepancy.times_opened)).where(col(Discrepancy.code) == "feed_down")
        )
        return [(state, times) for state, times in rows]


def test_a_pull_learns_where_a_dossier_stands_and_since_when(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        result = pulled(engine, config_of(server))

    assert (result.outcome, result.counts["new"]) == (RunOutcome.COMPLETE, 1)
    with reading(engine) as session:
        dossier = session.get_one(Dossier, dossier_id)
        assert (dossier.one_stop_status, dossier.one_stop_said_at) == (4, NOW - timedelta(days=1))
        assert dossier.processing_due_on is not None


def test_a_second_pull_brings_no_news(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        pulled(engine, config_of(server))
        result = pulled(engine, config_of(server), at_minute=1)

    assert (result.counts["new"], result.counts["unchanged"]) == (0, 1)


def test_a_dossier_moved_along_and_back_leaves_both_claims(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        server.move(NUMBER, "releasing")
        pulled(engine, config_of(server))
        server.move(NUMBER, "processing")
        pulled(engine, config_of(server), at_minute=1)

    assert claimed(engine) == [(9, "releasing"), (4, "processing")]


def test_a_dossier_at_its_end_is_still_found(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        pulled(engine, config_of(server))
        server.move(NUMBER, "denied")
        pulled(engine, config_of(server), at_minute=1)

    assert claimed(engine) == [(4, "processing"), (3, "denied")]


def test_many_dossiers_come_page_by_page(engine: Engine, dossier_id: int) -> None:
    numbers = [f"000.00.22.H12-261112-{serial:04}" for serial in range(31, 46)]
    with standing_in(*[wire_dossier(number) for number in numbers]) as server:
        result = pulled(engine, config_of(server, page_size=4))

    assert (result.outcome, result.counts["rows"]) == (RunOutcome.COMPLETE, 15)


def test_a_dossier_nobody_registered_here_is_counted(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier(), wire_dossier(OTHER)) as server:
        result = pulled(engine, config_of(server))

    assert (result.counts["unknown_dossiers"], len(claimed(engine))) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "fault"), [("down", "down"), ("slow", "timeout"), ("html", "html"), ("truncated", "truncated")]
)
def test_a_broken_feed_is_named_and_touches_no_claim(engine: Engine, dossier_id: int, kind: str, fault: str) -> None:
    with standing_in(wire_dossier()) as server:
        pulled(engine, config_of(server))
        server.fault(kind)
        result = pulled(engine, config_of(server, timeout_seconds=0.5), at_minute=1)

    assert (result.outcome, result.fault) == (RunOutcome.UNREACHABLE, fault)
    state = feed_state(engine)
    assert (state.fault, state.failing_since) == (fault, NOW + timedelta(minutes=1))
    assert claimed(engine) == [(4, "processing")]
    assert feed_down(engine) == [("open", 1)]


def test_an_answer_that_breaks_its_own_length_is_truncated(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        server.fault("truncated", declares_whole_length=True)
        result = pulled(engine, config_of(server, timeout_seconds=2))

    assert result.fault == "truncated"


def test_a_feed_that_recovers_closes_its_discrepancy(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        server.fault("html")
        pulled(engine, config_of(server))
        server.fault("none")
        pulled(engine, config_of(server), at_minute=1)

    state = feed_state(engine)
    assert (state.fault, state.failing_since, state.last_success_at) == ("", None, NOW + timedelta(minutes=1))
    assert feed_down(engine) == [("closed", 1)]


def test_an_empty_answer_is_not_believed_once_we_know_dossiers(engine: Engine, dossier_id: int) -> None:
    with standing_in(wire_dossier()) as server:
        pulled(engine, config_of(server))
        server.fault("empty")
        result = pulled(engine, config_of(server), at_minute=1)

    assert (result.outcome, result.fault) == (RunOutcome.SUSPICIOUS, "empty")
    assert claimed(engine) == [(4, "processing")]
    assert feed_down(engine) == [("open", 1)]


def test_an_empty_answer_to_an_empty_house_is_just_empty(engine: Engine) -> None:
    with standing_in() as server:
        assert pulled(engine, config_of(server)).outcome is RunOutcome.COMPLETE


def test_a_wrong_password_is_named(engine: Engine) -> None:
    with standing_in(wire_dossier()) as server:
        result = pulled(engine, config_for("sqlite://", base_url=server.base_url, username="x", password="wrong"))

    assert result.fault == "http_401"


def test_nobody_listens(engine: Engine) -> None:
    with standing_in() as server:
        config = config_of(server)

    assert pulled(engine, config).fault == "down"


def test_a_feed_without_an_address_is_not_configured(engine: Engine) -> None:
    assert pulled(engine, config_for("sqlite://")).fault == "not_configured"


def test_a_leader_that_lost_its_lease_writes_no_claim(engine: Engine, dossier_id: int) -> None:
    run = a_run(engine)
    with transaction(engine) as session:
        give_up_lease(session, run.held)
        take_lease(session, LeaseTerms(run.held.name, "successor", 600))

    with standing_in(wire_dossier()) as server, pytest.raises(LeaseLostError):
        pull_one_stop(engine, config_of(server), run, NOW)

    assert claimed(engine) == []


def pulled_from(engine: Engine, answer: bytes) -> RunResult:
    with answering(lambda _: answer) as address:
        return pulled(engine, config_for("sqlite://", base_url=address))


GOOD = b'{"dossierNo": "000.00.22.H12-261112-0031", "dossierStatus": "processing", "modifiedDate": ""}'


def test_a_bad_row_is_set_aside_by_line_and_the_good_ones_are_applied(engine: Engine, dossier_id: int) -> None:
    bad = b'{"dossierNo": "X", "dossierStatus": "done", "modifiedDate": "yesterday"}'
    result = pulled_from(engine, b'{"total": "2", "data": [%b, %b]}' % (bad, GOOD))

    assert (result.outcome, result.counts["rejected"], result.counts["new"]) == (RunOutcome.PARTIAL, 1, 1)
    with reading(engine) as session:
        assert rejected_rows(session, result.run_id or 0) == [RejectedView(1, "modifiedDate", "bad_date")]
    assert claimed(engine) == [(4, "processing")]


def test_a_word_nobody_knows_is_reported(engine: Engine, dossier_id: int) -> None:
    result = pulled_from(engine, b'{"data": [%b]}' % GOOD.replace(b"processing", b"hibernating"))

    assert result.counts["unknown_statuses"] == 1
    assert claimed(engine) == [(None, "hibernating")]


def test_an_answer_whose_rows_all_fail_is_not_believed(engine: Engine, dossier_id: int) -> None:
    result = pulled_from(engine, b'{"data": [{"dossierNo": 1}]}')

    assert (result.outcome, result.fault) == (RunOutcome.SUSPICIOUS, "unreadable")


def test_an_answer_shorter_than_it_announces_is_not_believed_though_its_rows_are(
    engine: Engine, dossier_id: int
) -> None:
    result = pulled_from(engine, b'{"total": 40, "data": [%b]}' % GOOD)

    assert (result.outcome, result.fault) == (RunOutcome.SUSPICIOUS, "short")
    assert claimed(engine) == [(4, "processing")]


def test_windows_begin_a_day_before_what_the_source_last_stated(engine: Engine) -> None:
    windows: list[str] = []

    def answer(query: dict[str, list[str]]) -> bytes:
        windows.extend(query.get("fromReleaseDate", []))
        row = GOOD.replace(b'"modifiedDate": ""', b'"modifiedDate": "20/11/2026 08:00:00"')
        return b'{"total": 1, "data": [%b]}' % row

    with answering(answer) as address:
        pulled(engine, config_for("sqlite://", base_url=address))
        pulled(engine, config_for("sqlite://", base_url=address), at_minute=1)

    assert windows == ["25/08/2026", "19/11/2026"]
