"""Labels that are printed many at a time, and what became of each line."""

from datetime import datetime

from sqlmodel import Field

from tracker.store.models.base import Table


class PrintBatch(Table, table=True):
    """`key` is a hash of what was asked for: asked again, it is the same batch. None for one that a page began."""

    __tablename__ = "print_batch"

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, max_length=64, unique=True)
    format: str = Field(max_length=20)
    start_cell: int
    reason: str | None = Field(default=None, max_length=200)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime


class PrintBatchRow(Table, table=True):
    """With `label_id` printed, with `cause` refused, with neither waiting. `facts` is JSON for the cause's sentence."""

    __tablename__ = "print_batch_row"

    batch_id: int = Field(primary_key=True, foreign_key="print_batch.id")
    line: int = Field(primary_key=True)
    number: str = Field(max_length=13)
    label_id: int | None = Field(default=None, foreign_key="label.id", unique=True)
    cause: str | None = Field(default=None, max_length=40)
    field: str | None = Field(default=None, max_length=40)
    facts: str | None = None
