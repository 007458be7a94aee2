"""What an applied row does to the standing, and what a give does."""

from tracker.domain.events import Custodian, Event, PendingClaim
from tracker.domain.handover import far_end_is_citizen
from tracker.domain.lifecycle import TURNING
from tracker.domain.lifecycle_table import Row
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import FINAL_STATUSES, Direction, End, EventType, Hand, Leg, Party, Status
from tracker.domain.walk import DELIVERIES, Verdict, Walk

_CLEARS_ATTEMPT = frozenset({EventType.GIVEN_TO_COURIER, EventType.DEPARTED, EventType.HELD})
_DIVERTING = frozenset({EventType.FORWARDED, EventType.REDIRECTED})
_MOVING_HANDS = frozenset({Hand.TAKE, Hand.BOTH})
_PARTY_OF_END = {
    End.SENDER: Party.SENDER,
    End.OFFICE: Party.OFFICE,
    End.TRANSPORT: Party.TRANSPORT,
    End.COURIER: Party.COURIER,
}


def apply(walk: Walk, event: Event, row: Row, after: tuple[Status, Custodian], verdict: Verdict) -> None:
    """The whole row; not for gives."""
    walk.status, walk.custodian = after
    if walk.custodian.kind is Party.OFFICE:
        walk.office = walk.custodian.ref
    _settle_claim(walk, event, row)
    if event.type in TURNING:
        _turn(walk, event, anew=verdict is not Verdict.STILL_RETURNING)
    elif event.type is EventType.REGISTERED:
        _register(walk, event)
    elif event.type in _DIVERTING:
        _divert(walk, event)
    _count(walk, event)
    if walk.status in FINAL_STATUSES:
        walk.final_at = event.effective_at
    _remember(walk, event)


def claim(walk: Walk, event: Event, row: Row) -> None:
    """A give moves no custody; `departed` alone changes the status."""
    if event.type is EventType.DEPARTED:
        walk.status = Status.IN_TRANSIT
        walk.attempt_open = False
    to, to_ref = _claimed_by(walk, event, row)
    walk.pending = PendingClaim(to, to_ref, event.effective_at, event.details.handover, event.id)


def mismatches_direction(walk: Walk, event: Event) -> bool:
    """Whether the end just applied is not the one the item was travelling to."""
    if event.type not in DELIVERIES:
        return False
    if walk.status is Status.RETURNED:
        return walk.direction is Direction.FORWARD
    return walk.direction is Direction.RETURNING and not walk.only_refused


def _settle_claim(walk: Walk, event: Event, row: Row) -> None:
    taken = row.two_handed and event.hand in _MOVING_HANDS
    if taken:
        walk.verifying = False
    if taken or row.presence or walk.status in FINAL_STATUSES:
        walk.pending = None


def _turn(walk: Walk, event: Event, *, anew: bool) -> None:
    walk.only_refused = anew and event.type is EventType.REFUSED
    if anew:
        walk.direction = Direction.RETURNING
        walk.attempts = walk.invitations = 0
        walk.diverted_to = None


def _register(walk: Walk, event: Event) -> None:
    details = event.details
    walk.leg = details.leg
    walk.from_office, walk.to_office = details.from_office, details.to_office
    walk.route = details.route or ()
    walk.policy = details.policy


def _divert(walk: Walk, event: Event) -> None:
    if event.details.office is not None:
        walk.diverted_to = event.details.office
        walk.stops_named.add(event.details.office)


def _count(walk: Walk, event: Event) -> None:
    if event.type is EventType.ATTEMPT_FAILED:
        walk.attempts += 1
        walk.attempt_open = True
    elif event.type is EventType.INVITED:
        walk.invitations += 1
    elif event.type in _CLEARS_ATTEMPT:
        walk.attempt_open = False


def _remember(walk: Walk, event: Event) -> None:
    walk.last = event
    walk.moves.setdefault(event.type, []).append(event)
    if event.details.handover is not None:
        walk.handovers.add(event.details.handover.int)


def _claimed_by(walk: Walk, event: Event, row: Row) -> tuple[Party, str | None]:
    """The counterparty told, else the receiver the table names; an office as a whole, and never the giving one."""
    other = event.counterparty
    party = other.kind if other is not None else _receiver(walk, event, row)
    if party is not Party.OFFICE:
        return party, other.user if other is not None else None
    if event.office is not None and event.actor_role not in OFFICE_ROLES:
        return party, event.office
    return party, walk.bound_for if event.type in DELIVERIES else None


def _receiver(walk: Walk, event: Event, row: Row) -> Party:
    end = row.receiver[0]
    if end is not End.FAR_END:
        return _PARTY_OF_END[end]
    if not far_end_is_citizen(walk.leg, walk.direction, event.details.receiver):
        return Party.OFFICE
    return Party.RECIPIENT if walk.leg is Leg.RESULT else Party.SENDER
