"""One event and what a set of events adds up to, as plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tracker.domain.vocabulary import (
    Anomaly,
    AttemptAction,
    Direction,
    DocumentKind,
    EventType,
    Hand,
    IdentityBasis,
    Leg,
    Party,
    Receiver,
    Role,
    Status,
)


@dataclass(frozen=True, slots=True)
class DocumentCount:
    """`line` is the document's line in the item's list: a body never carries a document's name."""

    line: int
    kind: DocumentKind
    count: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of the rules in force when the event was made; None where the event tells none."""

    attempts: int | None = None
    invitations: int | None = None
    gap_working_days: int | None = None
    hold_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What an event tells beyond who, what, when. None means: not told.

    `hand` is the one that was sent; what the door settled stands in `Event.hand`.
    """

    handover: UUID | None = None
    hand: Hand | None = None
    counts: tuple[DocumentCount, ...] | None = None
    seal_number: str | None = None
    seal_ok: bool | None = None
    bag: str | None = None
    missing: tuple[str, ...] | None = None
    surplus: tuple[str, ...] | None = None
    action: AttemptAction | None = None
    next_on: date | None = None
    until_on: date | None = None
    number: int | None = None
    receiver: Receiver | None = None
    identity: IdentityBasis | None = None
    recalled: tuple[str, ...] | None = None
    fees_collected: int | None = None
    office: str | None = None
    address_version: int | None = None
    witness: str | None = None
    second_person: str | None = None
    approver: str | None = None
    event: UUID | None = None
    leg: Leg | None = None
    from_office: str | None = None
    to_office: str | None = None
    route: tuple[str, ...] | None = None
    policy: Policy = Policy()


@dataclass(frozen=True, slots=True)
class Counterparty:
    """`user` is a sign-in name; `verified` means the server checked the second person in that call."""

    kind: Party
    user: str | None = None
    basis: IdentityBasis | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One recorded event of an item or of a bag (`bag_chain` then names the bag).

    `effective_at` is aware UTC. `device` sorts; `counter` is gapless per device.
    `hand` and `office` are as the door settled them (office: the one told, else the actor's own
    where the actor's role stands for an office).
    `told` holds the flags that the door fixed at recording and that no other event can change:
    wrong_office, old_label_used, clock_fault.
    `item` is the item's number; a bag's event lists items by their numbers.
    """

    id: UUID
    type: EventType
    effective_at: datetime
    device: str
    actor: str
    actor_role: Role
    counter: int | None = None
    prev: UUID | None = None
    hand: Hand | None = None
    counterparty: Counterparty | None = None
    office: str | None = None
    reason: str | None = None
    has_evidence: bool = False
    details: Details = Details()
    told: frozenset[Anomaly] = frozenset()
    bag_chain: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Custodian:
    """`ref` is an office's code or a person's sign-in name; None for sender and recipient."""

    kind: Party
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PendingClaim:
    """A give that the other side has not accepted yet."""

    to: Party
    to_ref: str | None
    since: datetime
    handover: UUID | None
    event: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the events of an item add up to.

    `office` is the code of the office the item is at or was last at.
    `bound_for` is the office the item travels to now (None: to the citizen).
    `legal_submission_at` is the first countersigned delivery into an office on the submission leg.
    `bag` is the bag whose events count for the item now.
    """

    status: Status = Status.UNREGISTERED
    direction: Direction = Direction.FORWARD
    leg: Leg | None = None
    custodian: Custodian = Custodian(Party.SENDER)
    office: str | None = None
    bound_for: str | None = None
    attempts: int = 0
    attempt_open: bool = False
    invitations: int = 0
    verifying: bool = False
    pending: PendingClaim | None = None
    last_event_at: datetime | None = None
    final_at: datetime | None = None
    legal_submission_at: datetime | None = None
    anomalies: tuple[Anomaly, ...] = ()
    bag: str | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """The standing, the folded order, which events changed it, and which anomalies each event bears.

    `order` holds every event of the item, void ones too, and the events of bags that counted.
    `left_bags` names the bag that an item left by being scanned elsewhere, by the event that showed it.
    """

    standing: Standing
    order: tuple[UUID, ...]
    applied: frozenset[UUID]
    void: frozenset[UUID]
    borne: Mapping[UUID, frozenset[Anomaly]] = field(default_factory=dict)
    left_bags: Mapping[UUID, str] = field(default_factory=dict)
