"""The immutable record, and beside it what may be erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from tracker.store.models.base import Table, partial_index

# Deliveries that reconciliation reads closely: money was collected, another person received. Few of all events.
TELLS_MONEY = """chained LIKE '%"fees_collected"%'"""
TELLS_AUTHORISED = """chained LIKE '%"authorised"%'"""


class EventRow(Table, table=True):
    """One event as hashed.

    `chain` is `item:<id>`, `bag:<number>` or `code:<code read>`; (chain, seq) is unique, so a chain
    cannot fork. `bag` is the bag an item's event names. `stands_for` is the person on whose behalf a
    supervisor entered it. `chained` is the canonical JSON whose SHA-256 with the previous hash is `hash`
    (lower-case hex). `told` is the comma-separated set of anomalies fixed at recording.
    """

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        # The instant first: by the type first, SQLite would read all events of a type to find those of some items.
        Index("ix_event_at_type", "effective_at", "type"),
        Index("ix_event_device_at", "device", "recorded_at"),
        partial_index("ix_event_money", "item_id", where=TELLS_MONEY),
        partial_index("ix_event_authorised", "item_id", where=TELLS_AUTHORISED),
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: UUID = Field(unique=True)
    chain: str = Field(max_length=60)
    seq: int
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    type: str = Field(max_length=20)
    occurred_at: datetime
    effective_at: datetime
    recorded_at: datetime
    device: str = Field(max_length=60)
    device_counter: int | None = Field(default=None, sa_type=BigInteger)
    actor: str = Field(max_length=60)
    actor_role: str = Field(max_length=20)
    hand: str | None = Field(default=None, max_length=4)
    second_person: str | None = Field(default=None, max_length=60)
    stands_for: str | None = Field(default=None, max_length=60)
    stands_for_role: str | None = Field(default=None, max_length=20)
    office_code: str | None = Field(default=None, max_length=40)
    bag: str | None = Field(default=None, max_length=32, index=True)
    told: str = ""
    chained: str
    hash: str = Field(max_length=64)


class Adoption(Table, table=True):
    """From now on the events of an orphan chain count for this item."""

    chain: str = Field(primary_key=True, max_length=60)
    item_id: int = Field(foreign_key="item.id", index=True)
    adopted_at: datetime
    actor: str = Field(max_length=60)


class LateEvidence(Table, table=True):
    """An event that came late and changed what its item's story says; `before` and `after` are JSON of codes."""

    __tablename__ = "late_evidence"
    __table_args__ = (UniqueConstraint("item_id", "event_id"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="item.id", index=True)
    event_id: UUID
    found_at: datetime
    before: str
    after: str


class LateReview(Table, table=True):
    """Somebody has looked at it. `outcome` is a ReviewOutcome; custody is not touched."""

    __tablename__ = "late_review"
    late_id: int = Field(primary_key=True, foreign_key="late_evidence.id")
    outcome: str = Field(max_length=10)
    reviewed_by: str = Field(max_length=60)
    reviewed_at: datetime


class LateNote(Table, table=True):
    """What the reviewer wrote; erasable."""

    __tablename__ = "late_note"
    late_id: int = Field(primary_key=True, foreign_key="late_review.late_id")
    text: str


class Bag(Table, table=True):
    """A sealed bag; its contents and custody follow from events."""

    number: str = Field(primary_key=True, max_length=32)
    first_seen_at: datetime


class EventNote(Table, table=True):
    """Free text and unknown keys of `details`; erasable, the chain knows only that a note exists."""

    __tablename__ = "event_note"
    event_id: UUID = Field(primary_key=True)
    text: str


class EventPlace(Table, table=True):
    """A fix and its salt; the event holds only the commitment. Erased together."""

    __tablename__ = "event_place"
    event_id: UUID = Field(primary_key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    fix: str


class RefusedBody(Table, table=True):
    """What a user was not allowed to record, kept for the supervisor outside the event table."""

    __tablename__ = "refused_body"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    device: str = Field(max_length=60)
    actor: str = Field(max_length=60)
    cause: str = Field(max_length=40)
    body: str


class Evidence(Table, table=True):
    """The pair of hashes: what was sent, and what is stored after re-encoding.

    `sent_bytes` is the size of what was sent; None for what came before it was counted.
    """

    sha256: str = Field(primary_key=True, max_length=64)
    stored_sha256: str = Field(max_length=64, index=True)
    uploaded_at: datetime
    uploaded_by: int = Field(foreign_key="account.id")
    sent_bytes: int | None = None


class EvidencePart(Table, table=True):
    """A stretch of an image on its way, of the account that sends it; gone when the image is whole or given up."""

    __tablename__ = "evidence_part"
    account_id: int = Field(primary_key=True, foreign_key="account.id")
    sha256: str = Field(primary_key=True, max_length=64)
    start_byte: int = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime


class EvidenceImage(Table, table=True):
    """The re-encoded JPEG by the hash of its own bytes; erasable."""

    __tablename__ = "evidence_image"
    stored_sha256: str = Field(primary_key=True, max_length=64)
    image: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
