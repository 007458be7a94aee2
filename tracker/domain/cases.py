"""What both sides know of one dossier, as plain frozen values: the input of the decision table."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.one_stop import ClaimFact
from tracker.domain.vocabulary import Direction, IdentityBasis, Leg, Party, Receiver, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFact:
    """What the delivery told. `fees_collected` in đồng."""

    event: str
    receiver: Receiver | None
    identity: IdentityBasis | None
    fees_collected: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingFact:
    """A give that waits for its taker; `office_id` is the taking office, where an office takes."""

    to: Party
    to_ref: str | None
    since_at: datetime
    handover: str | None
    event: str
    is_departure: bool
    office_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFact:
    """`office_id`: where the item is or was last. `fees_due`: what the recipient still owes, in đồng.

    `holder_seen_at` is the last time the holder's phone spoke with us; None when it never did.
    """

    id: int
    number: str
    leg: Leg
    status: Status
    direction: Direction
    holder: Party
    holder_ref: str | None
    office_id: int | None
    from_office_id: int
    to_office_id: int
    registered_at: datetime
    due_on: date
    is_resent: bool
    last_event_at: datetime | None
    final_at: datetime | None
    accepted_at: datetime | None = None
    first_failed_at: datetime | None = None
    pending: PendingFact | None = None
    delivery: DeliveryFact | None = None
    fees_due: int = 0
    holder_seen_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return not self.status.is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """An order of the post's own system: `number` is its item code, its order number while it has none.

    `status` is the last word as one of ours, None while unknown; `claim` the id of what said it. `item_id` is ours.
    """

    number: str
    leg: Leg | None
    status: Status | None
    claim: int
    first_said_at: datetime
    said_at: datetime
    item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A dossier with its items (first registered first), the one-stop system's claims (oldest first) and the post's
    own orders (first told of first). `informed_at` are the instants at which the citizen was told what is missing.

    `dossier_id` is None for a dossier that only the one-stop system knows, or an order that only the post knows.
    """

    number: str
    dossier_id: int | None = None
    receiving_office_id: int | None = None
    deciding_office_id: int | None = None
    collecting_office_id: int | None = None
    result_by_post: bool = False
    processing_due_on: date | None = None
    items: tuple[ItemFact, ...] = ()
    claims: tuple[ClaimFact, ...] = ()
    orders: tuple[OrderFact, ...] = ()
    informed_at: tuple[datetime, ...] = ()

    @property
    def key(self) -> str:
        return str(self.dossier_id) if self.dossier_id is not None else self.number

    @property
    def newest(self) -> ClaimFact | None:
        return self.claims[-1] if self.claims else None

    @property
    def status(self) -> int | None:
        """None while the one-stop system said nothing, or nothing we understand."""
        return self.newest.status if self.newest else None

    def since_within(self, statuses: Collection[int | None]) -> datetime | None:
        """When it came into these statuses, to stay in them until now; None when it is in none of them."""
        since: datetime | None = None
        for claim in reversed(self.claims):
            if claim.status not in statuses:
                return since
            since = claim.said_at
        return since

    def on_leg(self, leg: Leg) -> tuple[ItemFact, ...]:
        """Cancelled ones never were orders."""
        return tuple(item for item in self.items if item.leg is leg and item.status is not Status.CANCELLED)

    def item_of(self, order: OrderFact) -> ItemFact | None:
        return next((item for item in self.items if item.id == order.item_id), None)
