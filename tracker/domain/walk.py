"""Where an item stands between two events, and the one rule that decides about the next."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from tracker.domain.events import Custodian, Event, PendingClaim, Policy
from tracker.domain.handover import far_end_is_citizen
from tracker.domain.lifecycle import TURNING, fits
from tracker.domain.lifecycle_table import Row, TwoHanded
from tracker.domain.vocabulary import FINAL_STATUSES, Direction, EventType, Hand, Leg, Party, Receiver, Role, Status

SAME_MOVE_WINDOW = timedelta(hours=24)
TWO_HOLDERS_WINDOW = timedelta(minutes=5)

DELIVERIES = frozenset({EventType.DELIVERED, EventType.HANDED_OUT})
_AFTER_DEPARTURE = (EventType.LOADED, EventType.ARRIVED)
_PERSON_ROLE = {Party.COURIER: Role.COURIER, Party.TRANSPORT: Role.DRIVER}
_AT_SENDER, _AT_RECIPIENT = Custodian(Party.SENDER), Custodian(Party.RECIPIENT)
_NO_POLICY = Policy()
_TURNED_BACK = {Direction.FORWARD: Status.DELIVERED, Direction.RETURNING: Status.RETURNED}


class Verdict(Enum):
    ABSORBED = auto()
    REPEATED = auto()
    TWO_HOLDERS = auto()
    AFTER_FINAL = auto()
    UNEXPECTED = auto()
    ALREADY_RETURNING = auto()
    STILL_RETURNING = auto()
    """Applied while returning, without starting anew."""
    APPLIED = auto()
    MISSED_SCAN = auto()
    CLAIMED = auto()
    CLAIMED_OUTSIDE = auto()


@dataclass(slots=True)
class Walk:
    """What the events taken so far add up to; the one mutable thing of the fold, never shown outside it.

    `last` is the last applied event, gives aside; `moves` are all of them by type.
    `only_refused`: returning, and nothing but `refused` turned it.
    """

    status: Status = Status.UNREGISTERED
    direction: Direction = Direction.FORWARD
    leg: Leg | None = None
    custodian: Custodian = _AT_SENDER
    office: str | None = None
    attempts: int = 0
    attempt_open: bool = False
    invitations: int = 0
    verifying: bool = False
    pending: PendingClaim | None = None
    final_at: datetime | None = None
    from_office: str | None = None
    to_office: str | None = None
    diverted_to: str | None = None
    route: tuple[str, ...] = ()
    policy: Policy = _NO_POLICY
    only_refused: bool = False
    last: Event | None = None
    moves: dict[EventType, list[Event]] = field(default_factory=dict)
    handovers: set[int] = field(default_factory=set)
    stops_named: set[str] = field(default_factory=set)

    @property
    def bound_for(self) -> str | None:
        if self.diverted_to is not None:
            return self.diverted_to
        return self.to_office if self.direction is Direction.FORWARD else self.from_office


def judge(walk: Walk, event: Event, row: Row, after: tuple[Status, Custodian]) -> Verdict:
    """`after` is where the row would lead. The first rule that fits decides."""
    if is_give(walk, event, row):
        return _judge_give(walk, event, row)
    if row.presence:
        early = _judge_presence(walk, event, row, after)
        if early is not None:
            return early
    if walk.status in FINAL_STATUSES:
        return Verdict.AFTER_FINAL if row.presence else Verdict.UNEXPECTED
    in_table = fits(row, walk.status, walk.direction)
    if row.type in TURNING and walk.direction is Direction.RETURNING:
        return _judge_second_turn(walk, row, in_table=in_table)
    if in_table:
        return Verdict.APPLIED
    return Verdict.MISSED_SCAN if row.presence else Verdict.UNEXPECTED


def is_give(walk: Walk, event: Event, row: Row) -> bool:
    """Whether the event only opens a claim: told so, or not countersigned where the law wants it."""
    if row.two_handed is TwoHanded.NO:
        return False
    if event.hand is Hand.GIVE or row.two_handed is TwoHanded.GIVE:
        return True
    return needs_countersigning(walk, event) and not _may_receive_for_the_office(event)


def needs_countersigning(walk: Walk, event: Event) -> bool:
    """Whether this hands a submission over to an office."""
    return (
        walk.leg is Leg.SUBMISSION
        and event.type in DELIVERIES
        and not far_end_is_citizen(walk.leg, walk.direction, event.details.receiver)
    )


def _may_receive_for_the_office(event: Event) -> bool:
    if event.hand is Hand.BOTH:
        return event.counterparty is not None and event.counterparty.verified
    return event.hand is Hand.TAKE and event.actor_role is Role.OFFICER


def _judge_give(walk: Walk, event: Event, row: Row) -> Verdict:
    in_table = fits(row, walk.status, walk.direction)
    if _is_taken_already(walk, event, in_table=in_table):
        return Verdict.ABSORBED
    if walk.status in FINAL_STATUSES:
        return Verdict.AFTER_FINAL if row.presence else Verdict.UNEXPECTED
    if in_table:
        return Verdict.CLAIMED
    if row.two_handed is not TwoHanded.GIVE:
        return Verdict.CLAIMED_OUTSIDE
    gone = any(_is_near(walk, event, moved) for moved in _AFTER_DEPARTURE)
    return Verdict.ABSORBED if gone else Verdict.UNEXPECTED


def _is_taken_already(walk: Walk, event: Event, *, in_table: bool) -> bool:
    handover = event.details.handover
    if handover is not None and handover.int in walk.handovers:
        return True
    if in_table:
        return False
    return any(
        (handover is None or move.details.handover is None) and _is_within(event, move, SAME_MOVE_WINDOW)
        for move in walk.moves.get(event.type, ())
    )


def _is_near(walk: Walk, event: Event, moved: EventType) -> bool:
    return any(_is_within(event, move, SAME_MOVE_WINDOW) for move in walk.moves.get(moved, ()))


def _is_within(one: Event, other: Event, window: timedelta) -> bool:
    return abs(one.effective_at - other.effective_at) <= window


def _judge_presence(walk: Walk, event: Event, row: Row, after: tuple[Status, Custodian]) -> Verdict | None:
    last = walk.last
    follows_its_own = last is not None and last.type is event.type
    status, custodian = after
    same_holder = custodian == walk.custodian
    is_there_already = same_holder and status is walk.status and event.type is not EventType.ATTEMPT_FAILED
    if is_there_already and (follows_its_own or not fits(row, walk.status, walk.direction)):
        return Verdict.REPEATED
    if last is not None and follows_its_own and not same_holder and _is_unexplained(event, last):
        return Verdict.TWO_HOLDERS
    return None


def _is_unexplained(event: Event, last: Event) -> bool:
    handover = event.details.handover
    is_common = handover is not None and handover == last.details.handover
    return not is_common and _is_within(event, last, TWO_HOLDERS_WINDOW)


def _judge_second_turn(walk: Walk, row: Row, *, in_table: bool) -> Verdict:
    has_its_turn = row.type is EventType.HOLD_EXPIRED or (row.type is EventType.RETURN_STARTED and walk.only_refused)
    if not has_its_turn:
        return Verdict.ALREADY_RETURNING
    return Verdict.STILL_RETURNING if in_table else Verdict.UNEXPECTED


def lead(walk: Walk, event: Event, row: Row) -> tuple[Status, Custodian]:
    """Status and custodian after the row, were it applied."""
    if event.type in DELIVERIES:
        status = _end(walk, event.details.receiver)
        return status, _AT_RECIPIENT if status is Status.DELIVERED else _AT_SENDER
    if event.type is EventType.FOUND:
        by_courier = event.actor_role is Role.COURIER
        status = Status.WITH_COURIER if by_courier else Status.AT_OFFICE
        return status, _holder(walk, event, Party.COURIER if by_courier else Party.OFFICE)
    status = row.to[0] if row.to else walk.status
    return status, _holder(walk, event, row.custodian_after[0]) if row.custodian_after else walk.custodian


def _end(walk: Walk, receiver: Receiver | None) -> Status:
    if receiver is Receiver.RECIPIENT:
        return Status.DELIVERED
    if receiver is Receiver.SENDER:
        return Status.RETURNED
    if receiver is Receiver.AGENCY and walk.leg is not None:
        return Status.RETURNED if walk.leg is Leg.RESULT else Status.DELIVERED
    return _TURNED_BACK[walk.direction]


def _holder(walk: Walk, event: Event, party: Party) -> Custodian:
    if party is Party.OFFICE:
        ref = event.office or walk.office
    elif party in _PERSON_ROLE:
        ref = event.actor if event.actor_role is _PERSON_ROLE[party] else _counterpart(event)
    else:
        return _AT_SENDER
    held = walk.custodian
    return held if held.kind is party and held.ref == ref else Custodian(party, ref)


def _counterpart(event: Event) -> str | None:
    return event.counterparty.user if event.counterparty is not None else None
