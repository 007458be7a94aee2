"""Is each job well? From the history of its runs and the clock alone, as a dead man's switch judges: silence counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tracker.domain.runs import RunOutcome, RunState

# A job that runs at least every so often may fail a few times before a person is called.
OFTEN = timedelta(hours=1)
FAILURES_BORNE_WHEN_OFTEN = 2
# An abandoned run said nothing: its slot is still due, and the next leader makes up for it.
UNHEARD = frozenset({RunState.ASKED, RunState.ABANDONED})
# Clocks of one installation lie milliseconds apart; a phone's clock is another matter.
CLOCK_TOLERANCE = timedelta(minutes=5)
BELIEVED = frozenset({RunOutcome.COMPLETE, RunOutcome.PARTIAL})


class JobState(StrEnum):
    """`late`: due, and its grace still runs; `down`: missed, silent beyond its grace or stuck in a run;
    `off`: this installation does not have it."""

    NEW = "new"
    RUNNING = "running"
    UP = "up"
    LATE = "late"
    DOWN = "down"
    FAILED = "failed"
    OFF = "off"


class ClockFault(StrEnum):
    """`apart`: this host's clock and the database's; `back`: this clock was ahead and was put back."""

    APART = "apart"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Cadence:
    """`every` is the job's period, `grace` how long past it silence is still borne."""

    every: timedelta
    grace: timedelta

    @property
    def failures_borne(self) -> int:
        return FAILURES_BORNE_WHEN_OFTEN if self.every < OFTEN else 0


@dataclass(frozen=True, slots=True)
class RunSeen:
    """`outcome` is empty while it runs or waits."""

    state: RunState
    outcome: str
    slot: datetime
    started_at: datetime
    ended_at: datetime | None

    @property
    def was_believed(self) -> bool:
        return self.state is RunState.DONE and self.outcome in BELIEVED


@dataclass(frozen=True, slots=True)
class Supervised:
    """`due_at` is when the next run begins, or was to begin; `silent_since` is set while the job is down.

    `failures` counts the ended runs since the last good one.
    """

    state: JobState
    due_at: datetime | None = None
    last_success_at: datetime | None = None
    silent_since: datetime | None = None
    running_since: datetime | None = None
    failures: int = 0
    needs_person: bool = False


def slot_of(now: datetime, every_seconds: int) -> datetime:
    """The instant a run stands for, the same for every leader: a multiple of the period since the epoch."""
    whole = int(now.timestamp()) // every_seconds * every_seconds
    return datetime.fromtimestamp(whole, UTC)


def supervise(
    cadence: Cadence | None, history: Sequence[RunSeen], now: datetime, watched_since: datetime | None = None
) -> Supervised:
    """`history` is the newest runs of one job, newest first; a job without cadence is off.

    `watched_since`: the first run of any job, so that one which never began is missed too.
    """
    if cadence is None:
        return Supervised(JobState.OFF)
    begun = [run for run in history if run.state not in UNHEARD]
    running = next((run for run in begun if run.state is RunState.RUNNING), None)
    ended = [run for run in begun if run.ended_at is not None]
    due_at = _due_at(cadence, begun, watched_since)
    silent_since = _silent_since(cadence, running, due_at, now)
    failures = _failures(ended)
    state = JobState.DOWN if silent_since else _state(running, ended, due_at, now)
    return Supervised(
        state=state,
        due_at=due_at,
        last_success_at=next((run.ended_at for run in ended if run.was_believed), None),
        silent_since=silent_since,
        running_since=running.started_at if running else None,
        failures=failures,
        needs_person=silent_since is not None or failures > cadence.failures_borne,
    )


def _due_at(cadence: Cadence, begun: Sequence[RunSeen], watched_since: datetime | None) -> datetime | None:
    """The next slot after the newest one that was begun: missed ones are made up for by a single run."""
    known = [run.started_at for run in begun] or ([watched_since] if watched_since else [])
    if not known:
        return None
    every_seconds = int(cadence.every.total_seconds())
    return slot_of(max(known), every_seconds) + cadence.every


def _silent_since(cadence: Cadence, running: RunSeen | None, due_at: datetime | None, now: datetime) -> datetime | None:
    """Since when nothing was heard that had to be: a start, or the end of what started."""
    if running is not None:
        overdue_at = running.started_at + cadence.every + cadence.grace
        return running.started_at if now > overdue_at else None
    if due_at is None or now <= due_at + cadence.grace:
        return None
    return due_at


def _failures(ended: Sequence[RunSeen]) -> int:
    for number, run in enumerate(ended):
        if run.was_believed:
            return number
    return len(ended)


def _state(running: RunSeen | None, ended: Sequence[RunSeen], due_at: datetime | None, now: datetime) -> JobState:
    if running is not None:
        return JobState.RUNNING
    if not ended:
        return JobState.NEW
    if not ended[0].was_believed:
        return JobState.FAILED
    return JobState.LATE if due_at is not None and now > due_at else JobState.UP


def clock_fault(
    host: datetime, database: datetime, newest_recorded: datetime | None
) -> tuple[ClockFault, timedelta] | None:
    """What is wrong with the clocks, and by how much; None while they agree."""
    if abs(host - database) > CLOCK_TOLERANCE:
        return ClockFault.APART, abs(host - database)
    if newest_recorded is not None and newest_recorded - host > CLOCK_TOLERANCE:
        return ClockFault.BACK, newest_recorded - host
    return None
