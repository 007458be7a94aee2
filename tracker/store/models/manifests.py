"""The list that goes with a handover: what was expected and who signed. Custody itself stands in the events alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from tracker.store.models.base import Table


class Manifest(Table, table=True):
    """`id` is the handover's, told in `details` of every event that belongs to it.

    `kind` is a ManifestKind, `state` open or closed. The parties are kinds and refs as in a standing: an office's
    code or a person's sign-in name. `giver` and `receiver` are the people who signed, None until they have;
    `offered_at` is the giver's signature, `closed_at` the receiver's. `to_office_id` of a courier is the own office.
    A list that was withdrawn is closed without a receiver: `withdrawn_by` took it back at `withdrawn_at`.
    """

    id: UUID = Field(primary_key=True)
    short_code: str = Field(max_length=8, unique=True)
    kind: str = Field(max_length=16)
    state: str = Field(max_length=6)
    from_kind: str = Field(max_length=10)
    from_ref: str = Field(max_length=60)
    from_office_id: int = Field(foreign_key="office.id", index=True)
    to_kind: str = Field(max_length=10)
    to_ref: str = Field(max_length=60)
    to_office_id: int = Field(foreign_key="office.id", index=True)
    bag_number: str | None = Field(default=None, max_length=32, unique=True)
    seal_number: str | None = Field(default=None, max_length=40)
    opened_by: str = Field(max_length=60)
    opened_at: datetime
    giver: str | None = Field(default=None, max_length=60)
    receiver: str | None = Field(default=None, max_length=60)
    offered_at: datetime | None = None
    arrived_at: datetime | None = None
    closed_at: datetime | None = Field(default=None, index=True)
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = Field(default=None, max_length=60)


class ManifestLine(Table, table=True):
    """`code` is the item's number, or the code read where no item is known.

    `answers` is JSON: the `code` as it was read, and the `details` told about it. `outcome` is received, missing or
    surplus, told at closing.
    """

    __tablename__ = "manifest_line"
    __table_args__ = (UniqueConstraint("manifest_id", "code"),)

    manifest_id: UUID = Field(primary_key=True, foreign_key="manifest.id")
    line: int = Field(primary_key=True)
    code: str = Field(max_length=40)
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    is_expected: bool
    added_at: datetime
    read_at: datetime | None = None
    answers: str | None = None
    given_event: UUID | None = None
    taken_event: UUID | None = None
    outcome: str | None = Field(default=None, max_length=8)
