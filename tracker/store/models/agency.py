"""What outside systems said, and the calendar both clocks run on."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
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


class PostalClaim(Table, table=True):
    """One thing the post's own system said of an order, once for ever; never moves custody.

    `reference` is the source's own id of what it said. `code` is its word, `status` what table `mapping` makes of it
    (one of ours), None while it is unknown: then `text` is the source's text. `item_id` and `dossier_id` are
    ours by the numbers it named, None for an order nobody knows here. `said_at` as in Claim.
    """

    __tablename__ = "postal_claim"
    __table_args__ = (UniqueConstraint("source", "reference"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(max_length=40)
    reference: str = Field(max_length=40)
    order_number: str = Field(max_length=60, index=True)
    item_code: str = Field(max_length=60)
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id", index=True)
    code: str = Field(max_length=20)
    text: str = Field(max_length=80)
    mapping: str = Field(max_length=20)
    status: str | None = Field(default=None, max_length=20)
    place: str = Field(max_length=20)
    said_at: datetime
    first_seen_at: datetime
    run_id: int | None = Field(default=None, foreign_key="job_run.id")


class FeedState(Table, table=True):
    """How a feed fares. `watermark` is the newest instant it stated, `cursor` where its next page begins."""

    __tablename__ = "feed_state"
    source: str = Field(primary_key=True, max_length=40)
    watermark: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    failing_since: datetime | None = None
    fault: str = ""
    rows_last: int = 0
    cursor: str = Field(max_length=40, default="")


class CalendarDay(Table, table=True):
    """A day that differs from the week's rule: `kind` is closed or opened (a swapped day)."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=200)


class OfficeDay(Table, table=True):
    """A day on which one office differs from all others: `kind` as in CalendarDay. Closed wins, whoever said it."""

    __tablename__ = "office_day"
    office_id: int = Field(primary_key=True, foreign_key="office.id")
    day: date = Field(primary_key=True)
    kind: str = Field(max_length=8)
    name: str = Field(max_length=200)


class CalendarChange(Table, table=True):
    """Days that were changed at once, and how far the due dates that follow from them have been recomputed.

    `office_id` None: for all. `kind` is a DayKind. `after_item` is the last item looked at by the sweep that began
    at `swept_from`; `moved` counts the due dates that fell on another day since.
    """

    __tablename__ = "calendar_change"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor: str = Field(max_length=60)
    office_id: int | None = Field(default=None, foreign_key="office.id")
    kind: str = Field(max_length=10)
    first_on: date
    last_on: date
    days: int
    name: str = Field(max_length=200)
    swept_from: datetime | None = None
    after_item: int = 0
    moved: int = 0
    done_at: datetime | None = Field(default=None, index=True)
