"""Every run is claimed once, ended once, and a dead one is never mistaken for a living one."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, select
from sqlmodel import Session, col

from schedules.leadership import Held, LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.runs import (
    OverlapError,
    Run,
    RunClaim,
    RunEnd,
    RunResult,
    SlotDoneError,
    abandon_dead_runs,
    finish_run,
    hold_fence,
    start_asked_run,
    start_run,
)
from tracker.domain.runs import JobName, RunOutcome, RunState
from tracker.store.engine import transaction
from tracker.store.models import JobRun, Setting
from tracker.store.queries.runs import database_now, run_by_id

SLOT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DONE = RunEnd(RunOutcome.COMPLETE, {"opened": 2})


def leads(session: Session, name: str = "schedules") -> Held:
    held = take_lease(session, LeaseTerms(name, "me", 600))
    assert held is not None
    return held


def succeeds(session: Session, held: Held) -> Held:
    give_up_lease(session, held)
    return leads(session, held.name)


def a_claim(held: Held, job: JobName = JobName.RECONCILE) -> RunClaim:
    return RunClaim(job, SLOT, held)


def states(session: Session) -> list[tuple[int, str]]:
    rows = session.execute(select(col(JobRun.attempt), col(JobRun.state)).order_by(col(JobRun.id)))
    return [(attempt, state) for attempt, state in rows]


def test_a_run_ends_with_its_counts(session: Session) -> None:
    run = start_run(session, a_claim(leads(session)))

    result = finish_run(session, run, DONE)

    seen = run_by_id(session, run.id)
    assert seen is not None
    assert (seen.state, seen.outcome, seen.counts) == (RunState.DONE, "complete", {"opened": 2})
    assert (result.run_id, result.counts) == (run.id, {"opened": 2})


def test_a_job_that_runs_is_not_started_again(session: Session) -> None:
    held = leads(session)
    start_run(session, a_claim(held))

    with pytest.raises(OverlapError):
        start_run(session, RunClaim(JobName.RECONCILE, SLOT.replace(minute=5), held))


def test_a_run_by_hand_is_refused_while_the_leader_runs_the_job(session: Session) -> None:
    start_run(session, a_claim(leads(session)))

    with pytest.raises(OverlapError):
        start_run(session, a_claim(leads(session, "by_hand:1")))


def test_of_two_runners_at_the_same_moment_one_works_and_the_other_says_why(engine: Engine) -> None:
    with transaction(engine) as session:
        leases = [leads(session, "by_hand:1"), leads(session, "by_hand:2")]
    together = threading.Barrier(2)

    def start(held: Held) -> str:
        together.wait()
        try:
            with transaction(engine) as session:
                start_run(session, a_claim(held))
        except OverlapError as reason:
            return str(reason)
        return "works"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(start, leases)) == ["reconcile is running already", "works"]


def test_two_jobs_run_side_by_side(session: Session) -> None:
    held = leads(session)
    start_run(session, a_claim(held))
    start_run(session, a_claim(held, JobName.PULL_ONE_STOP))

    assert states(session) == [(1, "running"), (1, "running")]


def test_a_slot_that_is_done_is_not_done_again(session: Session) -> None:
    held = leads(session)
    finish_run(session, start_run(session, a_claim(held)), DONE)

    with pytest.raises(SlotDoneError):
        start_run(session, a_claim(held))


def test_a_run_whose_leader_died_is_abandoned_and_done_again_as_the_second_attempt(session: Session) -> None:
    first = leads(session)
    start_run(session, a_claim(first))
    second = succeeds(session, first)

    finish_run(session, start_run(session, a_claim(second)), DONE)

    assert states(session) == [(1, "abandoned"), (2, "done")]


def test_the_run_of_a_leader_that_is_alive_is_left_alone(session: Session) -> None:
    start_run(session, a_claim(leads(session)))

    assert abandon_dead_runs(session) == 0


def test_a_leader_that_lost_its_lease_starts_nothing(session: Session) -> None:
    zombie = leads(session)
    succeeds(session, zombie)

    with pytest.raises(LeaseLostError):
        start_run(session, a_claim(zombie))


def test_a_zombies_effects_are_rolled_back_with_its_end(engine: Engine) -> None:
    with transaction(engine) as session:
        zombie = leads(session)
        run = start_run(session, a_claim(zombie))
        succeeds(session, zombie)

    with pytest.raises(LeaseLostError):
        end_with_an_effect(engine, run)

    with transaction(engine) as session:
        assert session.get(Setting, "effect") is None
        assert states(session) == [(1, "running")]


def end_with_an_effect(engine: Engine, run: Run) -> None:
    with transaction(engine) as session:
        session.add(Setting(key="effect", value="of a zombie"))
        finish_run(session, run, DONE)


def test_an_abandoned_run_cannot_go_on_even_under_a_living_lease(session: Session) -> None:
    by_hand = leads(session, "by_hand:1")
    run = start_run(session, a_claim(by_hand))
    give_up_lease(session, by_hand)
    abandon_dead_runs(session)

    with pytest.raises(LeaseLostError):
        hold_fence(session, run)


def asked(session: Session) -> int:
    row = {
        "job": JobName.RECONCILE,
        "slot": SLOT,
        "attempt": 1,
        "lease": "",
        "token": 0,
        "state": RunState.ASKED,
        "started_at": database_now(session),
        "started_by": "supervisor",
        "outcome": "",
        "counts": "{}",
        "input_hash": "",
        "fault": "",
    }
    return session.execute(insert(JobRun).values(**row).returning(col(JobRun.id))).scalar_one() or 0


def test_what_a_person_asked_for_is_begun_once(session: Session) -> None:
    held = leads(session)
    run_id = asked(session)

    first = start_asked_run(session, run_id, held)

    assert first == Run(run_id, JobName.RECONCILE, held)
    assert start_asked_run(session, run_id, held) is None


def test_what_a_person_asked_for_waits_while_the_job_runs(session: Session) -> None:
    held = leads(session)
    start_run(session, RunClaim(JobName.RECONCILE, SLOT.replace(minute=5), held))
    run_id = asked(session)

    assert start_asked_run(session, run_id, held) is None
    waiting = run_by_id(session, run_id)
    assert waiting is not None
    assert waiting.state is RunState.ASKED


def test_a_feed_that_was_down_counts_as_a_failed_run(session: Session) -> None:
    run = start_run(session, a_claim(leads(session), JobName.PULL_ONE_STOP))

    finish_run(session, run, RunEnd(RunOutcome.UNREACHABLE, fault="timeout"))

    assert states(session) == [(1, "failed")]


def test_a_result_is_told_in_one_line_and_as_plain_values() -> None:
    broken = RunResult(JobName.PULL_ONE_STOP, 7, RunOutcome.SUSPICIOUS, {"rows": 0}, "empty")

    assert broken.words() == "pull_one_stop: suspicious (empty): rows 0"
    assert broken.as_json() == {
        "job": "pull_one_stop",
        "run": 7,
        "outcome": "suspicious",
        "fault": "empty",
        "counts": {"rows": 0},
    }


@pytest.mark.parametrize(
    ("outcome", "succeeded"),
    [
        (RunOutcome.COMPLETE, True),
        (RunOutcome.PARTIAL, True),
        (RunOutcome.SUSPICIOUS, False),
        (RunOutcome.UNREACHABLE, False),
        (RunOutcome.FAILED, False),
    ],
)
def test_a_command_succeeds_when_what_could_be_read_was_believed(outcome: RunOutcome, succeeded: bool) -> None:
    assert RunResult(JobName.PULL_ONE_STOP, 7, outcome, {}).succeeded is succeeded
