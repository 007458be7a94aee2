"""Each job as the supervisor sees it: its state, its last run, its next one, and a picture of the last twenty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from babel.numbers import format_decimal

from tracker.domain.runs import JobName, RunOutcome, RunState
from tracker.domain.supervision import JobState, Supervised
from tracker.store.queries.runs import RunView
from tracker.sums import NBSP
from tracker.web.language import gettext, language
from tracker.web.standstill import job_words_of

RUNS_SHOWN = 20
# Icon and tone; what is wrong has the form of a refusal, what waits that of a warning.
MARKS: Mapping[JobState, tuple[str, str]] = {
    JobState.NEW: ("c1", ""),
    JobState.RUNNING: ("c2", "now"),
    JobState.UP: ("ok", "ok"),
    JobState.LATE: ("warn", "warn"),
    JobState.DOWN: ("no", "no"),
    JobState.FAILED: ("no", "no"),
    JobState.OFF: ("c1", ""),
}
# What a run took in, gave out and set aside, by the names that jobs count under. The first of IN that is there counts.
IN = ("rows", "considered", "held", "chains", "leaves")
OUT = ("new", "opened", "reopened", "closed", "expired", "published", "sent", "cancelled")
REJECTED = ("rejected", "faults")
BAR_WIDTH, BAR_HEIGHT, LEAST_BAR = 10, 40, 4


@dataclass(frozen=True, slots=True)
class Flow:
    """Rows in, out and rejected; None where the job counts no such thing."""

    taken: int | None
    given: int | None
    rejected: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One run in the picture: the longer it took, the taller; a fault is drawn hollow as well as red."""

    x: int
    y: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Card:
    """`cause` says why the job needs a person, or is empty."""

    job: JobName
    words: str
    mark: tuple[str, str, str]
    seen: Supervised
    cause: str
    lag: str
    runs: Sequence[RunView]
    bars: Sequence[Bar]

    @property
    def last(self) -> RunView | None:
        return self.runs[0] if self.runs else None


def job_words(job: str) -> str:
    """A job of an older or newer version of the product keeps its code."""
    return gettext(f"job.{job}") if job in set(JobName) else job


def card_of(job: JobName, seen: Supervised, runs: Sequence[RunView], now: datetime) -> Card:
    begun = [run for run in runs if run.state is not RunState.ASKED]
    icon, tone = MARKS[seen.state]
    return Card(
        job=job,
        words=job_words(job),
        mark=(icon, tone, gettext(f"job_state.{seen.state}")),
        seen=seen,
        cause=job_words_of(job_words(job), seen) if seen.needs_person else "",
        lag=span(now - seen.last_success_at) if seen.last_success_at else "",
        runs=begun,
        bars=_bars(begun),
    )


def span(length: timedelta) -> str:
    """`3 phút`, `2 giờ`: one unit is enough to see whether something is old."""
    return format_timedelta(max(length, timedelta()), locale=language(), threshold=1.5).replace(" ", NBSP)


def _bars(runs: Sequence[RunView]) -> list[Bar]:
    """Oldest at the left."""
    longest = max((seconds_taken(run) or 0 for run in runs), default=0) or 1
    return [
        Bar(place * BAR_WIDTH, BAR_HEIGHT - height, height, outcome_mark(run)[1])
        for place, run in enumerate(reversed(runs))
        for height in [LEAST_BAR + (BAR_HEIGHT - LEAST_BAR) * (seconds_taken(run) or 0) / longest]
    ]


def flow_of(run: RunView) -> Flow:
    taken = next((run.counts[name] for name in IN if name in run.counts), None)
    return Flow(taken, _sum(run, OUT), _sum(run, REJECTED))


def _sum(run: RunView, names: Sequence[str]) -> int | None:
    known = [run.counts[name] for name in names if name in run.counts]
    return sum(known) if known else None


def seconds_taken(run: RunView) -> float | None:
    return None if run.ended_at is None else (run.ended_at - run.started_at).total_seconds()


def seconds_of_run(run: RunView) -> str:
    seconds = seconds_taken(run)
    return "" if seconds is None else f"{format_decimal(seconds, format='0.0', locale=language())}{NBSP}s"


def begun_late(run: RunView) -> str:
    """How long after its slot the run began; empty for one that was asked for, which has no slot but its moment."""
    late = (run.started_at - run.slot).total_seconds()
    return f"{format_decimal(max(late, 0), format='0.0', locale=language())}{NBSP}s"


def outcome_mark(run: RunView) -> tuple[str, str, str]:
    """Icon, tone and words."""
    if run.state is RunState.DONE:
        outcome = run.outcome if run.outcome in set(RunOutcome) else RunOutcome.FAILED
        tone = {"complete": "ok", "partial": "warn", "suspicious": "warn"}.get(outcome, "no")
        return tone, tone, gettext(f"run_outcome.{outcome}")
    if run.state is RunState.FAILED and run.outcome == RunOutcome.UNREACHABLE:
        return "no", "no", gettext(f"run_outcome.{run.outcome}")
    icon, tone = {"asked": ("c1", ""), "running": ("c2", "now")}.get(run.state, ("no", "no"))
    return icon, tone, gettext(f"run_state.{run.state}")
