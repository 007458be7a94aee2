"""Two hands: which side of a handover an event stands for, and who must have been checked."""

from dataclasses import dataclass

from tracker.domain.lifecycle import row_of
from tracker.domain.lifecycle_table import TwoHanded
from tracker.domain.refusal import Cause
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import Direction, EventType, Hand, Leg, Receiver, Role

_TO_THE_OFFICE = frozenset({Leg.SUBMISSION, Leg.SUPPLEMENT})
_OVER_THE_COUNTER = frozenset({EventType.ACCEPTED, EventType.COLLECTED})
_TO_THE_FAR_END = frozenset({EventType.DELIVERED, EventType.HANDED_OUT})
_INTO_AN_OFFICE = frozenset({EventType.ARRIVED, EventType.BACK_AT_OFFICE})
_RECEIVING_PERSON = frozenset(
    {
        (EventType.COLLECTED, Role.COURIER),
        (EventType.GIVEN_TO_COURIER, Role.COURIER),
        (EventType.LOADED, Role.DRIVER),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandAsked:
    """What settles a hand. `told` is the hand that was sent.

    `own_office` is the caller's, `office` the one the event names or, where it names none, the caller's.
    `bound_for`, `leg` and `direction` are the item's before this event.
    `is_verified`: the server checked the second person in this call.
    """

    type: EventType
    role: Role
    told: Hand | None = None
    own_office: str | None = None
    office: str | None = None
    bound_for: str | None = None
    leg: Leg | None = None
    direction: Direction = Direction.FORWARD
    receiver: Receiver | None = None
    is_verified: bool = False


def far_end_is_citizen(leg: Leg | None, direction: Direction, receiver: Receiver | None) -> bool:
    """Whether a delivery ends with a citizen; an item of unknown leg ends in an office."""
    if receiver is Receiver.RECIPIENT:
        return leg is Leg.RESULT
    if receiver is Receiver.SENDER:
        return leg in _TO_THE_OFFICE
    if receiver is Receiver.AGENCY or leg is None:
        return False
    return (leg is Leg.RESULT) is (direction is Direction.FORWARD)


def other_party_is_citizen(
    event_type: EventType, leg: Leg | None, direction: Direction, receiver: Receiver | None
) -> bool:
    """Whether the staff member's counterpart in this handover is a citizen."""
    if event_type in _TO_THE_FAR_END:
        return far_end_is_citizen(leg, direction, receiver)
    return event_type in _OVER_THE_COUNTER and leg in _TO_THE_OFFICE


def settle_hand(asked: HandAsked) -> Hand | Cause | None:
    """The hand to store; None where the event is no handover; a cause where it must be refused.

    `departed` is always a give: whoever receives says so in an event of their own.
    """
    hands = row_of(asked.type).two_handed
    if hands is TwoHanded.NO:
        return None
    if asked.told is None and asked.role is Role.SUPERVISOR:
        return Cause.HAND_MISSING
    if hands is TwoHanded.GIVE:
        return Hand.GIVE
    if asked.told is None:
        return _hand_by_default(asked)
    if asked.told is Hand.BOTH and needs_second_person(asked) and not asked.is_verified:
        return Cause.SECOND_PERSON_MISSING
    return asked.told


def needs_second_person(asked: HandAsked) -> bool:
    """Whether `both` holds only if the server verifies the other person (PIN, countersigning token)."""
    return asked.role is not Role.SUPERVISOR and not _meets_a_citizen(asked)


def _meets_a_citizen(asked: HandAsked) -> bool:
    return other_party_is_citizen(asked.type, asked.leg, asked.direction, asked.receiver)


def _hand_by_default(asked: HandAsked) -> Hand:
    if _own_office_receives(asked) or (asked.type, asked.role) in _RECEIVING_PERSON:
        return Hand.TAKE
    return Hand.BOTH if _meets_a_citizen(asked) else Hand.GIVE


def _own_office_receives(asked: HandAsked) -> bool:
    if asked.role not in OFFICE_ROLES or asked.own_office is None or asked.office not in (None, asked.own_office):
        return False
    if asked.type is EventType.ACCEPTED:
        return asked.role is not Role.OFFICER
    if asked.type in _TO_THE_FAR_END:
        into_an_office = not far_end_is_citizen(asked.leg, asked.direction, asked.receiver)
        return into_an_office and asked.own_office == asked.bound_for
    return asked.type in _INTO_AN_OFFICE
