"""Outage sheets as they were printed, and what became of each row. What happened stands in the events alone."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from tracker.store.models.base import Table


class OutageSheet(Table, table=True):
    """`kind` is a SheetKind, `state` open or closed; `batch` is the number of the first sheet printed with it.

    `printed_by` and `closed_by` are sign-in names.
    """

    __tablename__ = "outage_sheet"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=32, unique=True)
    batch: str = Field(max_length=32, index=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    kind: str = Field(max_length=8)
    state: str = Field(max_length=6)
    printed_at: datetime
    printed_by: str = Field(max_length=60)
    closed_at: datetime | None = None
    closed_by: str | None = Field(default=None, max_length=60)


class OutageRow(Table, table=True):
    """`state` is a RowState; `reason` a VoidReason of a row without an event. `settled_by` entered or voided it."""

    __tablename__ = "outage_row"

    sheet_id: int = Field(primary_key=True, foreign_key="outage_sheet.id")
    line: int = Field(primary_key=True)
    state: str = Field(max_length=8)
    event_id: UUID | None = Field(default=None, unique=True)
    reason: str | None = Field(default=None, max_length=16)
    settled_by: str | None = Field(default=None, max_length=60)
    settled_at: datetime | None = None
