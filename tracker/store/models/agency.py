"""What outside systems said, and the calendar both clocks run on."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from tracker.store.models.base import Table


class Claim(Table, table=True):
    """What a source said of a dossier, once per change; never moves custody.

    `status` is the national code 1 to 10, None when the source's word is unknown (kept in `word`).
    `said_at` is the instant the source states, else the instant it was first seen.
    `channel` is how the dossier came in: 1 in person, 2 online, 3 by post; None when the source does not say.
    """

    __table_args__ = (Index("ix_claim_dossier_source", "dossier_id", "source", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=40)
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id")
    number: str = Field(max_length=60, index=True)
    status: int | None = None
    word: str = Field(max_length=80)
    channel: int | None = None
    said_at: datetime
    first_seen_at: datetime
    run_id: int | None = Field(default=None, foreign_key="job_run.id")


class FeedState(Table, table=True):
    """How a feed fares. `watermark` is the newest instant it stated."""

    __tablename__ = "feed_state"
    source: str = Field(primary_key=True, max_length=40)
    watermark: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    failing_since: datetime | None = None
    fault: str = ""
    rows_last: int = 0


class CalendarDay(Table, table=True):
    """A day that differs from the week's rule: `kind` is closed or opened (a swapped day)."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=200)
