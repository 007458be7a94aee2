"""Postal items with their materialised standing, labels, numbers and fees."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from tracker.store.models.base import Table, partial_index

# Each envelope has a citizen at one end only; the other half of the rows need no entry.
_HAS_SENDER, _HAS_RECIPIENT = "sender_id IS NOT NULL", "recipient_id IS NOT NULL"

_IS_OPEN, _IS_OPEN_POSTGRESQL = "is_final = 0", "is_final = false"


class Item(Table, table=True):
    """One sealed envelope on one leg.

    `number` is no key: S10 numbers may be reissued. The columns from `status` on are what
    `tracker.domain.standing` makes of the item's events, written in the recording transaction.
    `standing` is that value as JSON (dates RFC 3339, offices by code).
    """

    __table_args__ = (
        Index("ix_item_number_id", "number", "id"),
        Index("ix_item_open", "is_final", "status"),
        Index("ix_item_custodian", "custodian_ref", "is_final"),
        Index("ix_item_sender", "sender_id", sqlite_where=text(_HAS_SENDER), postgresql_where=text(_HAS_SENDER)),
        Index(
            "ix_item_recipient",
            "recipient_id",
            sqlite_where=text(_HAS_RECIPIENT),
            postgresql_where=text(_HAS_RECIPIENT),
        ),
        # What reconciliation asks for first (tracker.store.queries.suspects): few rows each, and narrow ones.
        partial_index(
            "ix_item_under_way", "leg", "status", "direction", where=_IS_OPEN, postgresql=_IS_OPEN_POSTGRESQL
        ),
        # `is_final` leads, or SQLite would take ix_item_open for a match of as many columns.
        partial_index(
            "ix_item_last_heard", "is_final", "status", "last_event_at", where=_IS_OPEN, postgresql=_IS_OPEN_POSTGRESQL
        ),
        partial_index("ix_item_due", "is_final", "due_on", where=_IS_OPEN, postgresql=_IS_OPEN_POSTGRESQL),
        partial_index("ix_item_pending", "is_final", "pending_since", where="pending_since IS NOT NULL"),
        partial_index("ix_item_ended", "final_at", "status", "leg", "resend", where="final_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=13)
    leg: str = Field(max_length=12)
    from_office_id: int = Field(foreign_key="office.id", index=True)
    to_office_id: int = Field(foreign_key="office.id", index=True)
    sender_id: int | None = Field(default=None, foreign_key="person.id")
    recipient_id: int | None = Field(default=None, foreign_key="person.id")
    seal_number: str | None = Field(default=None, max_length=40)
    resend: bool = False
    registered_at: datetime
    due_on: date
    status: str = Field(max_length=20, default="-")
    direction: str = Field(max_length=10, default="forward")
    custodian_kind: str = Field(max_length=10, default="sender")
    custodian_ref: str | None = Field(default=None, max_length=60)
    office_code: str | None = Field(default=None, max_length=40, index=True)
    attempts: int = 0
    invitations: int = 0
    pending_since: datetime | None = None
    pending_to: str | None = Field(default=None, max_length=10)
    pending_to_ref: str | None = Field(default=None, max_length=60)
    last_event_at: datetime | None = Field(default=None, index=True)
    final_at: datetime | None = None
    legal_submission_at: datetime | None = None
    citizen_state: str = Field(max_length=20, default="slip_created")
    is_final: bool = False
    standing: str = "{}"


class ItemDossier(Table, table=True):
    __tablename__ = "item_dossier"
    __table_args__ = (Index("ix_item_dossier_of_dossier", "dossier_id", "item_id"),)

    item_id: int = Field(primary_key=True, foreign_key="item.id")
    dossier_id: int = Field(primary_key=True, foreign_key="dossier.id")


class ItemDocument(Table, table=True):
    """A body names a document by `line`; its name stands only here."""

    __tablename__ = "item_document"
    item_id: int = Field(primary_key=True, foreign_key="item.id")
    line: int = Field(primary_key=True)
    name: str = Field(max_length=300)
    kind: str = Field(max_length=20)
    count: int


class Fee(Table, table=True):
    """`amount` in đồng; `payer` is sender or recipient."""

    __table_args__ = (
        partial_index(
            "ix_fee_owed",
            "item_id",
            "amount",
            where="payer = 'recipient' AND paid = 0",
            postgresql="payer = 'recipient' AND paid = false",
        ),
    )

    item_id: int = Field(primary_key=True, foreign_key="item.id")
    line: int = Field(primary_key=True)
    name: str = Field(max_length=200)
    amount: int
    payer: str = Field(max_length=10)
    paid: bool


class OpenLeg(Table, table=True):
    """At most one open item per dossier and leg: taken by `registered`, freed when the standing is final."""

    __tablename__ = "open_leg"
    dossier_id: int = Field(primary_key=True, foreign_key="dossier.id")
    leg: str = Field(primary_key=True, max_length=12)
    item_id: int = Field(foreign_key="item.id", index=True)


class SerialPool(Table, table=True):
    """A range of S10 serials that belongs to an office; `next_serial` is the first one not used."""

    __tablename__ = "serial_pool"
    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    prefix: str = Field(max_length=2)
    country: str = Field(max_length=2, default="VN")
    first_serial: int
    last_serial: int
    next_serial: int


class Label(Table, table=True):
    """One printed copy. `state` is a LabelState; its token is an address, never a secret of the item.

    Without an item it is an EarlyLabel that waits for one. `dialogue_at`: when its print dialogue first opened.
    """

    __table_args__ = (UniqueConstraint("item_id", "copy_number"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int | None = Field(default=None, foreign_key="item.id")
    token: str = Field(max_length=26, unique=True)
    copy_number: int
    state: str = Field(max_length=12)
    format: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=200)
    printed_at: datetime
    printed_by: int = Field(foreign_key="account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    dialogue_at: datetime | None = None
    superseded_at: datetime | None = None
    voided_at: datetime | None = None
    voided_by: int | None = Field(default=None, foreign_key="account.id")
    void_reason: str | None = Field(default=None, max_length=200)


class EarlyLabel(Table, table=True):
    """A label printed before its item: its number is kept for the envelope of this dossier on this leg."""

    __tablename__ = "early_label"
    label_id: int = Field(foreign_key="label.id", primary_key=True)
    dossier_id: int = Field(foreign_key="dossier.id", index=True)
    leg: str = Field(max_length=12)
    number: str = Field(max_length=13, index=True)
