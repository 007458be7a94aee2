"""A feed read step by step from one stored cursor: a call over the network, then one short transaction.

The cursor moves in the transaction that keeps what the step brought, so a run that is killed anywhere goes on there.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Engine, insert
from sqlmodel import Session

from schedules.feeds.resting import held_back
from schedules.feeds.rows import Rejected
from schedules.feeds.wire import FeedError
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.feeds import (
    FeedAnswer,
    move_cursor,
    note_call,
    note_doubt,
    note_feed_failure,
    note_feed_success,
)
from tracker.domain.feeds import BreakerTerms
from tracker.domain.runs import BELIEVABLE, FeedFault, RunOutcome
from tracker.store.engine import transaction
from tracker.store.models import RejectedRow

Row = TypeVar("Row")
MOST_REJECTED_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Step(Generic[Row]):
    """`lines` rows were read; those that are no claims stand in `rejected`. `cursor` is where the next step begins.

    With a `fault` the step as a whole is not believed: nothing of it is kept, and the cursor stays. `listed` is how
    many rows a full list held, None where an answer is none.
    """

    cursor: str
    lines: int = 0
    claims: tuple[Row, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    fault: str = ""
    newest_at: datetime | None = None
    listed: int | None = None


class Feed(Protocol[Row]):
    """One outside system. `steps` raises FeedError and leaves the books alone; `keep` asks nothing over the network."""

    @property
    def source(self) -> str: ...

    @property
    def breaker(self) -> BreakerTerms: ...

    def steps(self) -> Iterator[Step[Row]]: ...

    def keep(self, session: Session, step: Step[Row], run: Run, now: datetime) -> Counter[str]: ...


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=lambda: Counter(pages=0, rows=0, rejected=0))
    fault: str = ""
    unreachable: str = ""
    newest_at: datetime | None = None
    listed: int | None = None
    kept: int = 0

    def take(self, step: Step[Row]) -> None:
        self.counts.update(pages=1, rows=step.lines, rejected=len(step.rejected))
        self.counts.update(step.counts)
        self.fault = step.fault
        stated = [at for at in (self.newest_at, step.newest_at) if at is not None]
        self.newest_at = max(stated, default=None)
        self.listed = step.listed

    def room_for(self, rejected: tuple[Rejected, ...]) -> tuple[Rejected, ...]:
        """All are counted; a feed gone mad must not fill the books."""
        kept = rejected[: MOST_REJECTED_KEPT - self.kept]
        self.kept += len(kept)
        return kept

    @property
    def verdict(self) -> tuple[RunOutcome, str]:
        """How the run ends, and why what came is not used or not believed."""
        if self.unreachable:
            return RunOutcome.UNREACHABLE, self.unreachable
        rows, rejected = self.counts["rows"], self.counts["rejected"]
        if self.fault or (rows and rows == rejected):
            return RunOutcome.SUSPICIOUS, self.fault or FeedFault.UNREADABLE
        return (RunOutcome.PARTIAL if rejected else RunOutcome.COMPLETE), ""


def pull_by_steps(engine: Engine, feed: Feed[Row], run: Run, now: datetime) -> RunResult:
    if resting := held_back(engine, feed.source, run, now):
        return resting
    tally = _Tally()
    steps = feed.steps()
    while True:
        try:
            step = next(steps, None)
        except FeedError as error:
            step, tally.unreachable = None, error.fault
        if step is None:
            return _end(engine, feed, run, tally, now)
        tally.take(step)
        with transaction(engine) as session:
            hold_fence(session, run)
            _keep_rejected(session, run, tally.room_for(step.rejected))
            if not step.fault:
                tally.counts.update(feed.keep(session, step, run, now))
                move_cursor(session, feed.source, step.cursor)


def _keep_rejected(session: Session, run: Run, rejected: tuple[Rejected, ...]) -> None:
    rows = [{"run_id": run.id, "line": row.line, "field": row.field, "fault": row.fault} for row in rejected]
    if rows:
        session.execute(insert(RejectedRow), rows)


def _end(engine: Engine, feed: Feed[Row], run: Run, tally: _Tally, now: datetime) -> RunResult:
    source = feed.source
    with transaction(engine) as session:
        hold_fence(session, run)
        outcome, fault = tally.verdict
        if fault:
            note_feed_failure(session, source, fault, at=now, run_id=run.id)
            if fault in BELIEVABLE and tally.listed is not None:
                note_doubt(session, source, tally.listed)
            note_call(session, source, fault, feed.breaker, at=now)
        else:
            rows = tally.counts["rows"]
            answer = FeedAnswer(source, rows=rows, newest_at=tally.newest_at, listed=tally.listed)
            note_feed_success(session, answer, at=now, run_id=run.id)
        return finish_run(session, run, RunEnd(outcome, tally.counts, fault))
