"""A source that answers too little or not at all: nothing closes on its silence, a person is asked, it is spared."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import time

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.feeds.pull import pull_one_stop
from schedules.leadership import LeaseTerms, give_up_lease, take_lease
from schedules.reconciliation.run import reconcile
from schedules.runs import Run, RunClaim, RunResult, start_run
from tests.schedules.planting import NOW, Place, a_dossier, a_place, an_item, config_for
from tests.schedules.pulling import feed_down
from tests.standins.running import OneStopServer, one_stop_server
from tracker.actions.feeds import believe_answer
from tracker.config import Config
from tracker.domain.refusal import Refusal
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import AuditRow, Claim, Discrepancy, DiscrepancyStep, FeedState
from tracker.store.queries.reconciliation import is_feed_trusted
from tracker.store.queries.runs import FeedHealth, feeds_health

NUMBERS = [f"000.00.22.H12-261112-{serial:04}" for serial in range(31, 41)]
RESULT = NUMBERS[9]


def wire_dossier(number: str, status: str = "processing") -> dict[str, object]:
    history = [
        {"status": "new", "at": (NOW - timedelta(days=12)).isoformat()},
        {"status": status, "at": (NOW - timedelta(days=9)).isoformat()},
    ]
    return {"number": number, "service_code": "1.004873", "history": history}


@contextmanager
def ten_dossiers() -> Iterator[OneStopServer]:
    with one_stop_server([wire_dossier(number) for number in NUMBERS]) as server:
        yield server


@pytest.fixture
def place(engine: Engine) -> Place:
    """One of the ten is known here; its result is on its way."""
    with transaction(engine) as session:
        place = a_place(session)
        an_item(session, place, [a_dossier(session, place, RESULT)], leg="result")
        return place


def config_of(server: OneStopServer, **more: object) -> Config:
    signed_in = {"username": server.username, "password": server.password, "group_id": server.group_id}
    return config_for("sqlite://", base_url=server.base_url, **signed_in, **more)


def a_run(engine: Engine, job: JobName, minute: float, by: str = "system") -> Run:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms(f"{job} {minute}", "me", 600))
        assert held is not None
        slot = NOW + timedelta(minutes=minute)
        return start_run(session, RunClaim(job, slot, held, started_by=by, is_once=False))


def pulled(engine: Engine, config: Config, minute: float = 0, by: str = "system") -> RunResult:
    run = a_run(engine, JobName.PULL_ONE_STOP, minute, by)
    return pull_one_stop(engine, config, run, NOW + timedelta(minutes=minute))


def reconciled(engine: Engine, config: Config, minute: float = 0) -> RunResult:
    return reconcile(engine, config, a_run(engine, JobName.RECONCILE, minute), NOW + timedelta(minutes=minute))


def health(engine: Engine) -> FeedHealth:
    with reading(engine) as session:
        (found,) = feeds_health(session)
        return found


def trusted(engine: Engine) -> bool:
    with reading(engine) as session:
        return is_feed_trusted(session, "one_stop")


def open_codes(engine: Engine) -> list[str]:
    with reading(engine) as session:
        rows = select(col(Discrepancy.code)).where(col(Discrepancy.state) == "open").order_by(col(Discrepancy.code))
        return list(session.scalars(rows))


def listed(engine: Engine) -> int | None:
    with reading(engine) as session:
        return session.get_one(FeedState, "one_stop").listed_last


def test_an_answer_that_lost_its_last_two_fifths_waits_for_a_person_and_is_one_contradiction(
    engine: Engine, place: Place
) -> None:
    with ten_dossiers() as server:
        pulled(engine, config_of(server))
        server.fault("partial")
        results = [pulled(engine, config_of(server), minute) for minute in (1, 2)]

    assert {(one.outcome, one.fault) for one in results} == {(RunOutcome.SUSPICIOUS, "loss")}
    assert (health(engine).doubted_rows, health(engine).expected_rows) == (6, 10)
    assert feed_down(engine) == [("source:one_stop", "open")]
    assert not trusted(engine)


@pytest.mark.parametrize("fault", ["partial", "empty"])
def test_nothing_that_rests_on_its_word_closes_or_opens_by_its_silence(
    engine: Engine, place: Place, fault: str
) -> None:
    with ten_dossiers() as server:
        config = config_of(server)
        pulled(engine, config)
        reconciled(engine, config)
        before = open_codes(engine)
        with transaction(engine) as session:  # the contradiction ends on our side only in appearance
            session.add(Claim(source="one_stop", number=RESULT, status=9, word="x", said_at=NOW, first_seen_at=NOW))
        server.fault(fault)
        pulled(engine, config, 1)
        result = reconciled(engine, config, 1)

    assert before == ["late_processing", "posted_before_finished"]
    assert (result.counts["closed"], result.counts["kept_open"]) == (0, 2)
    assert open_codes(engine) == ["feed_down", "late_processing", "posted_before_finished"]


def test_it_ends_by_itself_when_the_source_is_whole_again(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        pulled(engine, config_of(server))
        server.fault("partial")
        pulled(engine, config_of(server), 1)
        server.fault("none")
        result = pulled(engine, config_of(server), 2)

    assert (result.outcome, trusted(engine), health(engine).doubted_rows) == (RunOutcome.COMPLETE, True, None)
    assert feed_down(engine) == [("source:one_stop", "closed")]


def test_a_person_who_believes_it_is_noted_and_the_next_such_answer_is_no_loss(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        pulled(engine, config_of(server))
        server.fault("partial")
        pulled(engine, config_of(server), 1)
        with transaction(engine) as session:
            believe_answer(session, "one_stop", at=NOW, actor="supervisor")
        at_once = (trusted(engine), feed_down(engine))
        result = pulled(engine, config_of(server), 2)

    assert at_once == (True, [("source:one_stop", "closed")])
    assert (result.outcome, listed(engine)) == (RunOutcome.COMPLETE, 6)
    with reading(engine) as session:
        rows = session.execute(select(col(AuditRow.actor), col(AuditRow.action), col(AuditRow.reason)))
        assert [tuple(row) for row in rows] == [("supervisor", "feed answer believed", "6 rows instead of 10")]


def test_an_empty_answer_may_be_believed_too(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        pulled(engine, config_of(server))
        server.fault("empty")
        assert pulled(engine, config_of(server), 1).fault == "empty"
        with transaction(engine) as session:
            believe_answer(session, "one_stop", at=NOW, actor="supervisor")
        result = pulled(engine, config_of(server), 2)

    assert result.outcome is RunOutcome.COMPLETE


def test_there_is_nothing_to_believe_of_a_source_that_is_down_or_well(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        pulled(engine, config_of(server))
        server.fault("partial")
        pulled(engine, config_of(server), 1)
        server.fault("html")
        pulled(engine, config_of(server), 2)

    with transaction(engine) as session, pytest.raises(Refusal):
        believe_answer(session, "one_stop", at=NOW, actor="supervisor")


def test_dossiers_that_ended_are_not_lost(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        server.set_clock((NOW - timedelta(minutes=1)).timestamp() - time())
        pulled(engine, config_of(server))
        server.set_clock((NOW + timedelta(minutes=1)).timestamp() - time())
        for number in NUMBERS[:5]:
            server.move(number, "done")
        result = pulled(engine, config_of(server), 2)

    assert (result.outcome, result.fault, listed(engine)) == (RunOutcome.COMPLETE, "", 5)


def test_two_days_away_cost_few_calls_and_one_contradiction_and_the_next_answer_heals_it(
    engine: Engine, place: Place
) -> None:
    with ten_dossiers() as server:
        config = config_of(server, timeout_seconds=0.5)
        pulled(engine, config)
        server.fault("html")
        results = [pulled(engine, config, minute) for minute in (1, 2, 3, 4, 5, 5.5, 6.1, 7, 8.2, 2880)]
        away = health(engine)
        server.fault("none")
        resting = pulled(engine, config, 2881)
        healed = pulled(engine, config, 2900)

    assert [str(one.fault) for one in results] == ["html"] * 5 + ["resting", "html", "resting", "html", "html"]
    assert (away.breaker, away.failures, away.failing_since) == ("open", 8, NOW + timedelta(minutes=1))
    assert (resting.fault, healed.outcome, health(engine).failures) == ("resting", RunOutcome.COMPLETE, 0)
    assert feed_down(engine) == [("source:one_stop", "closed")]
    with reading(engine) as session:
        steps = list(session.scalars(select(col(DiscrepancyStep.step)).order_by(col(DiscrepancyStep.id))))
    assert steps == ["opened", "converged"]


def test_a_person_who_asks_is_not_told_to_wait(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        server.fault("html")
        for minute in range(5):
            pulled(engine, config_of(server), minute)
        server.fault("none")

        assert pulled(engine, config_of(server), 4.1).fault == "resting"
        assert pulled(engine, config_of(server), 4.2, by="supervisor").outcome is RunOutcome.COMPLETE
        assert pulled(engine, config_of(server), 4.3).outcome is RunOutcome.COMPLETE


def test_a_probe_whose_process_died_is_followed_by_another(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        config = config_of(server)
        server.fault("html")
        for minute in range(5):
            pulled(engine, config, minute)
        server.fault("none")
        run = a_run(engine, JobName.PULL_ONE_STOP, 10)
        dead = config.model_copy(update={"office": None})  # breaks after the breaker let it call
        with pytest.raises(AttributeError):
            pull_one_stop(engine, dead, run, NOW + timedelta(minutes=10))
        died = health(engine).breaker
        with transaction(engine) as session:
            give_up_lease(session, run.held)

        assert died == "half_open"
        assert pulled(engine, config, 11).outcome is RunOutcome.COMPLETE


def test_a_source_that_was_asked_and_never_answered_is_not_trusted(engine: Engine, place: Place) -> None:
    with ten_dossiers() as server:
        dead = config_of(server).model_copy(update={"office": None})
        with pytest.raises(AttributeError):
            pulled(engine, dead)

    assert not trusted(engine)
