"""What of the feeds could not be read: lines that were set aside, and words that no table knows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlmodel import Session, col

from tracker.store.models import DroppedFile, JobRun, RejectedRow
from tracker.store.tables import CLAIM, POSTAL_CLAIM

# Words are looked for in what was said last: a page must not read the books of years.
CLAIMS_LOOKED_THROUGH = 50_000


@dataclass(frozen=True, slots=True)
class SetAside:
    run_id: int
    job: str
    at: datetime
    line: int
    field: str
    fault: str


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """`mapping` is the table that did not know it; empty for claims older than that column."""

    source: str
    mapping: str
    word: str
    times: int
    last_at: datetime


def set_aside_lately(session: Session, limit: int) -> list[SetAside]:
    rows = session.execute(
        select(RejectedRow, col(JobRun.job), col(JobRun.started_at))
        .join(JobRun, col(JobRun.id) == col(RejectedRow.run_id))
        .order_by(col(RejectedRow.id).desc())
        .limit(limit)
    )
    return [SetAside(row.run_id, job, at, row.line, row.field, row.fault) for row, job, at in rows]


def unknown_words(session: Session, limit: int) -> list[UnknownWord]:
    """The most frequent first."""
    found = [*_unknown(session, CLAIM, "word", limit), *_unknown(session, POSTAL_CLAIM, "code", limit)]
    return sorted(found, key=lambda one: (-one.times, one.source, one.word))[:limit]


def _unknown(session: Session, table: Table, column: str, limit: int) -> list[UnknownWord]:
    newest = (
        select(table.c.source, table.c.mapping, table.c[column].label("word"), table.c.status, table.c.first_seen_at)
        .order_by(table.c.id.desc())
        .limit(CLAIMS_LOOKED_THROUGH)
        .subquery()
    )
    times = func.count().label("times")
    rows = session.execute(
        select(newest.c.source, newest.c.mapping, newest.c.word, times, func.max(newest.c.first_seen_at))
        .where(newest.c.status.is_(None))
        .group_by(newest.c.source, newest.c.mapping, newest.c.word)
        .order_by(times.desc())
        .limit(limit)
    )
    return [UnknownWord(source, mapping, word, count, last_at) for source, mapping, word, count, last_at in rows]


def rows_of_dropped(session: Session, sha256: str) -> int | None:
    """How many rows the file had; None while it was not read to its end."""
    known = session.get(DroppedFile, sha256)
    return None if known is None else known.rows
