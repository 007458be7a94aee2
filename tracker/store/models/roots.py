"""The daily roots with their leaves, where they were published, and what the examinations of the books found."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from tracker.store.models.base import Table


class DailyRoot(Table, table=True):
    """One Merkle root. `of_day` counts those of one `day` (the office's date) from 1; `previous` is the root before.

    `size` is the number of leaves without the first, which is the previous root.
    """

    __tablename__ = "daily_root"
    __table_args__ = (UniqueConstraint("day", "of_day"),)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    day: date
    of_day: int
    made_at: datetime
    made_by: str = Field(max_length=60)
    previous: str | None = Field(default=None, max_length=64)
    root: str = Field(max_length=64)
    size: int


class RootLeaf(Table, table=True):
    """A chain's head as its root holds it; `position` counts from 1, in the order of the tree."""

    __tablename__ = "root_leaf"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    root_number: int = Field(primary_key=True, foreign_key="daily_root.number")
    position: int = Field(primary_key=True)
    chain: str = Field(max_length=80)
    seq: int
    head: str = Field(max_length=64)


class RootPublication(Table, table=True):
    """That a root left the house: `place` is the name of the file."""

    __tablename__ = "root_publication"
    root_number: int = Field(primary_key=True, foreign_key="daily_root.number")
    place: str = Field(primary_key=True, max_length=80)
    published_at: datetime


class Verification(Table, table=True):
    """One run of `giaonhan verify`.

    `checked` is a JSON list of names; `counts` a JSON object of numbers; `faults` a JSON list of the first ones.
    """

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(index=True)
    ended_at: datetime
    is_sound: bool
    checked: str
    counts: str
    faults: str
    fault_count: int
