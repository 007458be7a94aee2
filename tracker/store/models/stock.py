"""Stock counts: what a place was found to hold, and the two who signed for it. Custody stands in the events alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from tracker.store.models.base import Table


class StockCount(Table, table=True):
    """`kind` is a CountKind, `state` open or signed. The place is a kind and a ref as in a standing.

    `office_id` is the office, or the courier's own. `leaver` signs the stock over to `taker`. The numbers are those
    that were signed. `events_before` and `events_after` are the newest events before and after what the signing
    itself recorded: what lies between two counts are the events between them, whatever their clocks say.
    """

    __tablename__ = "stock_count"
    __table_args__ = (
        # One stock, one count: two people scan into the same.
        Index(
            "uq_stock_count_open",
            "place_kind",
            "place_ref",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=8)
    state: str = Field(max_length=6)
    place_kind: str = Field(max_length=10)
    place_ref: str = Field(max_length=60)
    office_id: int = Field(foreign_key="office.id", index=True)
    opened_by: str = Field(max_length=60)
    opened_at: datetime
    leaver: str | None = Field(default=None, max_length=60)
    taker: str | None = Field(default=None, max_length=60)
    signed_at: datetime | None = Field(default=None, index=True)
    found: int = 0
    missing: int = 0
    surplus: int = 0
    taken_in: int = 0
    events_before: int | None = None
    events_after: int | None = None


class StockLine(Table, table=True):
    """A code that was scanned, or at the signing one that was not.

    `code` is the item's number, or the code read where no item is known; `code_read` what the reader sent. The record's
    custodian is that at the reading. `outcome` is a StockOutcome, told at the signing, and `event_id` what the signing
    recorded; `is_stock` says whether the place answers for the item from then on.
    """

    __tablename__ = "stock_line"
    __table_args__ = (UniqueConstraint("count_id", "code"),)

    count_id: UUID = Field(primary_key=True, foreign_key="stock_count.id")
    line: int = Field(primary_key=True)
    code: str = Field(max_length=40)
    code_read: str = Field(max_length=200)
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    read_at: datetime | None = None
    read_by: str | None = Field(default=None, max_length=60)
    record_kind: str | None = Field(default=None, max_length=10)
    record_ref: str | None = Field(default=None, max_length=60)
    outcome: str | None = Field(default=None, max_length=8)
    event_id: UUID | None = None
    is_stock: bool = False
