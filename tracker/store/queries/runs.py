"""What the schedules did, and whether they stand still."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import DateTime, func, select, text, union_all
from sqlmodel import Session, col

from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.feeds import BreakerState
from tracker.domain.runs import JobName, RunState
from tracker.domain.supervision import RunSeen, Supervised
from tracker.store.models import EventRow, FeedState, JobRun, Lease, RejectedRow

SCHEDULES_LEASE = "schedules"


@dataclass(frozen=True, slots=True)
class RunView:
    """`ended_at` is None while it runs or waits; `counts` are numbers by name."""

    id: int
    job: str
    slot: datetime
    attempt: int
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    counts: Mapping[str, int]
    fault: str
    started_by: str
    input_hash: str

    @property
    def seen(self) -> RunSeen:
        """As the rule of supervision looks at it."""
        return RunSeen(self.state, self.outcome, self.slot, self.started_at, self.ended_at)


@dataclass(frozen=True, slots=True)
class RejectedView:
    line: int
    field: str
    fault: str


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """`fault` is empty while the feed answers; `doubted_rows` is what an answer held that waits for a person.

    `expected_rows` is what the last believed answer held; `resting_until` only while the breaker is open.
    """

    source: str
    last_success_at: datetime | None
    failing_since: datetime | None
    fault: str
    doubted_rows: int | None = None
    expected_rows: int | None = None
    breaker: BreakerState = BreakerState.CLOSED
    breaker_at: datetime | None = None
    failures: int = 0
    resting_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SchedulesHealth:
    """`standing_still_since` is the end of the last lease; None when they run, or never ran (`ever_ran`).

    `jobs` is empty where nobody asked for them.
    """

    is_running: bool
    ever_ran: bool
    standing_still_since: datetime | None
    last_done_at: Mapping[str, datetime]
    feeds: tuple[FeedHealth, ...]
    jobs: Mapping[JobName, Supervised] = field(default_factory=dict)


def database_now(session: Session) -> datetime:
    """The database's clock: the one clock that all processes of an installation share."""
    if session.get_bind().dialect.name == "sqlite":
        stamp = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(str(stamp)).replace(tzinfo=UTC)
    now: datetime = session.execute(select(func.clock_timestamp(type_=DateTime(timezone=True)))).scalar_one()
    return now.astimezone(UTC)


def _view(row: JobRun) -> RunView:
    return RunView(
        id=row.id or 0,
        job=row.job,
        slot=row.slot,
        attempt=row.attempt,
        state=RunState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        counts={str(name): int(number) for name, number in json.loads(row.counts).items()},
        fault=row.fault,
        started_by=row.started_by,
        input_hash=row.input_hash,
    )


def runs(
    session: Session, *, before: int | None, limit: int, job: str | None = None, only: Iterable[RunState] = ()
) -> list[RunView]:
    """Newest first; `before` is the id of the last run already seen, `only` leaves out other states."""
    asked = select(JobRun).order_by(col(JobRun.id).desc()).limit(limit)
    if before is not None:
        asked = asked.where(col(JobRun.id) < before)
    if job is not None:
        asked = asked.where(col(JobRun.job) == job)
    if wanted := list(only):
        asked = asked.where(col(JobRun.state).in_(wanted))
    return [_view(row) for row in session.scalars(asked)]


def histories(session: Session, jobs: Iterable[JobName], each: int) -> dict[JobName, list[RunView]]:
    """The newest runs of each job, newest first; a job that never ran has an empty list."""
    found: dict[JobName, list[RunView]] = {job: [] for job in jobs}
    newest = [
        select(
            select(col(JobRun.id))
            .where(col(JobRun.job) == job)
            .order_by(col(JobRun.id).desc())
            .limit(each)
            .subquery()
            .c.id
        )
        for job in found
    ]
    if newest:
        rows = select(JobRun).where(col(JobRun.id).in_(union_all(*newest))).order_by(col(JobRun.id).desc())
        for row in session.scalars(rows):
            found[JobName(row.job)].append(_view(row))
    return found


def first_run_at(session: Session) -> datetime | None:
    """Since when there are runs at all."""
    return session.scalar(select(col(JobRun.started_at)).order_by(col(JobRun.id)).limit(1))


def newest_event_at(session: Session) -> datetime | None:
    """By the clock of the host that recorded it."""
    return session.scalar(select(col(EventRow.recorded_at)).order_by(col(EventRow.id).desc()).limit(1))


def run_by_id(session: Session, run_id: int) -> RunView | None:
    row = session.get(JobRun, run_id)
    return None if row is None else _view(row)


def rejected_rows(session: Session, run_id: int) -> list[RejectedView]:
    rows = session.scalars(select(RejectedRow).where(col(RejectedRow.run_id) == run_id).order_by(col(RejectedRow.line)))
    return [RejectedView(row.line, row.field, row.fault) for row in rows]


def is_asked_for(session: Session, run_id: int) -> bool:
    """Did a person want this run?"""
    started_by = session.scalar(select(col(JobRun.started_by)).where(col(JobRun.id) == run_id))
    return started_by != SYSTEM_NAME


def asked_runs(session: Session) -> list[RunView]:
    """What people asked for and nobody began, oldest first."""
    waiting = select(JobRun).where(col(JobRun.state) == RunState.ASKED).order_by(col(JobRun.id))
    return [_view(row) for row in session.scalars(waiting)]


def last_done_at(session: Session) -> dict[str, datetime]:
    """When each job last came to its end; a job that never did is absent."""
    rows = session.execute(
        select(col(JobRun.job), func.max(JobRun.ended_at))
        .where(col(JobRun.state) == RunState.DONE)
        .group_by(col(JobRun.job))
    )
    return {job: ended_at for job, ended_at in rows if ended_at is not None}


def feeds_health(session: Session) -> tuple[FeedHealth, ...]:
    states = session.scalars(select(FeedState).order_by(col(FeedState.source)))
    return tuple(_health(row) for row in states)


def _health(row: FeedState) -> FeedHealth:
    return FeedHealth(
        source=row.source,
        last_success_at=row.last_success_at,
        failing_since=row.failing_since,
        fault=row.fault,
        doubted_rows=row.doubted_rows,
        expected_rows=row.listed_last,
        breaker=BreakerState(row.breaker),
        breaker_at=row.breaker_at,
        failures=row.failures,
        resting_until=row.resting_until,
    )


def schedules_health(session: Session, now: datetime) -> SchedulesHealth:
    """For the strip of a page: are the schedules alive, and if not, since when do they stand still?"""
    until_at = session.scalar(select(col(Lease.until_at)).where(col(Lease.name) == SCHEDULES_LEASE))
    is_running = until_at is not None and until_at > now
    return SchedulesHealth(
        is_running=is_running,
        ever_ran=until_at is not None,
        standing_still_since=None if is_running else until_at,
        last_done_at=last_done_at(session),
        feeds=feeds_health(session),
    )
