"""Silence is heard: a job that does not run is missed, one that fails is failed, and each is told apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from tracker.domain.runs import RunOutcome, RunState
from tracker.domain.supervision import Cadence, ClockFault, JobState, RunSeen, clock_fault, supervise

NOW = datetime(2026, 11, 23, 3, 0, 30, tzinfo=UTC)
EVERY_5_MINUTES = Cadence(timedelta(minutes=5), timedelta(minutes=2))
DAILY = Cadence(timedelta(days=1), timedelta(hours=1))


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_run(ago: timedelta, outcome: str = "complete", took_seconds: float | None = 2) -> RunSeen:
    at = NOW - ago
    state = RunState.FAILED if outcome in {"failed", "unreachable"} else RunState.DONE
    ended_at = None if took_seconds is None else at + timedelta(seconds=took_seconds)
    return RunSeen(state if ended_at else RunState.RUNNING, outcome if ended_at else "", at, at, ended_at)


@pytest.mark.parametrize(
    ("clock", "state"),
    [("02:55:03", "up"), ("03:00:00", "up"), ("03:00:01", "late"), ("03:02:00", "late"), ("03:02:01", "down")],
)
def test_silence_is_late_within_its_grace_and_missed_after_it(clock: str, state: str) -> None:
    """The slot of 02:55 was done, so the next begins at 03:00."""
    now = datetime.fromisoformat(f"2026-11-23T{clock}+00:00")

    assert supervise(EVERY_5_MINUTES, [a_run(minutes(5.5))], now).state == state


def test_a_missed_job_says_since_when_and_calls_a_person() -> None:
    seen = supervise(EVERY_5_MINUTES, [a_run(minutes(30.5))], NOW)

    assert (seen.state, seen.silent_since, seen.needs_person) == (JobState.DOWN, NOW - minutes(25.5), True)


def test_a_job_that_never_ran_is_new_until_the_others_have_run_for_its_period() -> None:
    assert supervise(DAILY, [], NOW).state is JobState.NEW
    assert supervise(DAILY, [], NOW, watched_since=NOW - timedelta(hours=3)).state is JobState.NEW
    assert supervise(DAILY, [], NOW, watched_since=NOW - timedelta(days=3)).state is JobState.DOWN


def test_a_running_job_is_running_until_it_is_stuck() -> None:
    assert supervise(EVERY_5_MINUTES, [a_run(minutes(6.9), took_seconds=None)], NOW).state is JobState.RUNNING

    stuck = supervise(EVERY_5_MINUTES, [a_run(minutes(7.1), took_seconds=None)], NOW)

    assert (stuck.state, stuck.silent_since) == (JobState.DOWN, NOW - minutes(7.1))


@pytest.mark.parametrize("outcome", ["failed", "unreachable", "suspicious"])
def test_what_was_not_believed_is_a_failure(outcome: str) -> None:
    seen = supervise(EVERY_5_MINUTES, [a_run(minutes(0.5), outcome), a_run(minutes(5.5))], NOW)

    assert (seen.state, seen.failures, seen.needs_person) == (JobState.FAILED, 1, False)
    assert seen.last_success_at == NOW - minutes(5.5) + timedelta(seconds=2)


def test_a_job_of_minutes_may_fail_twice_before_a_person_is_called() -> None:
    failed = [a_run(minutes(0.5 + 5 * number), "failed") for number in range(3)]

    assert not supervise(EVERY_5_MINUTES, [*failed[:2], a_run(minutes(10.5))], NOW).needs_person
    assert supervise(EVERY_5_MINUTES, failed, NOW).needs_person


def test_a_daily_job_may_not_fail_once() -> None:
    assert supervise(DAILY, [a_run(timedelta(hours=1), "failed")], NOW).needs_person


def test_one_good_run_ends_the_alarm() -> None:
    failed = [a_run(minutes(5.5 + 5 * number), "failed") for number in range(9)]

    seen = supervise(EVERY_5_MINUTES, [a_run(minutes(0.5)), *failed], NOW)

    assert (seen.state, seen.failures, seen.needs_person) == (JobState.UP, 0, False)


def test_what_a_person_asked_for_and_nobody_began_is_not_a_run() -> None:
    asked = RunSeen(RunState.ASKED, "", NOW, NOW, None)

    assert supervise(EVERY_5_MINUTES, [asked, a_run(minutes(30))], NOW).state is JobState.DOWN


def test_a_run_whose_process_died_leaves_its_slot_due() -> None:
    at = NOW - minutes(2.6)
    died = RunSeen(RunState.ABANDONED, "abandoned", at, at, NOW)

    assert supervise(EVERY_5_MINUTES, [died, a_run(minutes(8))], NOW).state is JobState.DOWN


def test_a_job_this_installation_does_not_have_is_off_whatever_it_once_did() -> None:
    assert supervise(None, [a_run(timedelta(days=90), "failed")], NOW).state is JobState.OFF


OUTCOMES = st.sampled_from([*RunOutcome])
HISTORIES = st.lists(st.tuples(st.integers(0, 20_000), OUTCOMES), max_size=8)


@given(HISTORIES, st.integers(0, 40_000), st.integers(1, 5_000))
def test_waiting_never_makes_a_silent_job_well_again(
    told: list[tuple[int, RunOutcome]], waited: int, more: int
) -> None:
    history = [a_run(timedelta(seconds=ago), outcome) for ago, outcome in sorted(told)]
    first = supervise(EVERY_5_MINUTES, history, NOW + timedelta(seconds=waited))
    later = supervise(EVERY_5_MINUTES, history, NOW + timedelta(seconds=waited + more))

    assert not (first.state is JobState.DOWN and later.state is not JobState.DOWN)
    assert not (first.needs_person and not later.needs_person)


@given(HISTORIES, st.integers(0, 40_000))
def test_a_good_run_right_now_puts_every_job_in_order(told: list[tuple[int, RunOutcome]], waited: int) -> None:
    history = [a_run(timedelta(seconds=ago), outcome) for ago, outcome in sorted(told)]
    now = NOW + timedelta(seconds=waited)
    good = RunSeen(RunState.DONE, RunOutcome.COMPLETE, now, now, now)

    assert supervise(EVERY_5_MINUTES, [good, *history], now).state is JobState.UP


@pytest.mark.parametrize(
    ("database_ahead", "newest_ahead", "fault"),
    [
        (0, -600, None),
        (4.9, None, None),
        (0, 4.9, None),
        (5.1, None, (ClockFault.APART, minutes(5.1))),
        (-90, 0, (ClockFault.APART, minutes(90))),
        (0, 60, (ClockFault.BACK, minutes(60))),
    ],
)
def test_clocks_that_disagree_are_told(
    database_ahead: float, newest_ahead: float | None, fault: tuple[ClockFault, timedelta] | None
) -> None:
    newest = None if newest_ahead is None else NOW + minutes(newest_ahead)

    assert clock_fault(NOW, NOW + minutes(database_ahead), newest) == fault
