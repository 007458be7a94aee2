"""Who may make which event, and with which hand."""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.vocabulary import EventType, Hand, Leg, Role

_E = EventType
_GIVES = frozenset({Hand.GIVE, Hand.BOTH})
_TAKES = frozenset({Hand.TAKE, Hand.BOTH})

_CLERK = frozenset(
    {
        _E.REGISTERED,
        _E.LABEL_PRINTED,
        _E.CANCELLED,
        _E.FORWARDED,
        _E.REDIRECTED,
        _E.RECALLED,
        _E.ACCEPTED,
        _E.CORRECTED,
    }
)
_POSTCLERK = _CLERK | {
    _E.BAGGED,
    _E.UNBAGGED,
    _E.DEPARTED,
    _E.ARRIVED,
    _E.GIVEN_TO_COURIER,
    _E.BACK_AT_OFFICE,
    _E.HELD,
    _E.RELEASED,
    _E.INVITED,
    _E.HANDED_OUT,
    _E.REFUSED,
    _E.REPACKED,
    _E.DAMAGED,
    _E.MISSING,
    _E.FOUND,
}
_COURIER = frozenset(
    {
        _E.COLLECTED,
        _E.GIVEN_TO_COURIER,
        _E.ATTEMPT_FAILED,
        _E.DELIVERED,
        _E.REFUSED,
        _E.ARRIVED,
        _E.BACK_AT_OFFICE,
        _E.DAMAGED,
        _E.MISSING,
        _E.FOUND,
        _E.CORRECTED,
    }
)
_DRIVER = frozenset({_E.LOADED, _E.ARRIVED, _E.DELIVERED, _E.DAMAGED, _E.MISSING, _E.CORRECTED})
_OFFICER = frozenset(
    {
        _E.DELIVERED,
        _E.HANDED_OUT,
        _E.ACCEPTED,
        _E.COLLECTED,
        _E.REFUSED,
        _E.DAMAGED,
        _E.MISSING,
        _E.CORRECTED,
    }
)
_SYSTEM = frozenset({_E.INVITED, _E.HOLD_EXPIRED, _E.RETURN_STARTED, _E.MISSING})

ROLE_MATRIX: Mapping[Role, frozenset[EventType]] = MappingProxyType(
    {
        Role.CLERK: _CLERK,
        Role.POSTCLERK: _POSTCLERK,
        Role.COURIER: _COURIER,
        Role.DRIVER: _DRIVER,
        Role.OFFICER: _OFFICER,
        Role.SUPERVISOR: frozenset(EventType),
        Role.SYSTEM: _SYSTEM,
        Role.HOTLINE: frozenset(),
        Role.ADMIN: frozenset(),
        Role.AUDITOR: frozenset(),
    }
)

ONE_SIDE_ONLY: Mapping[tuple[Role, EventType], frozenset[Hand]] = MappingProxyType(
    {
        (Role.DRIVER, _E.ARRIVED): _GIVES,
        (Role.DRIVER, _E.DELIVERED): _GIVES,
        (Role.OFFICER, _E.DELIVERED): _TAKES,
        (Role.OFFICER, _E.HANDED_OUT): _TAKES,
        (Role.OFFICER, _E.ACCEPTED): _GIVES,
        (Role.OFFICER, _E.COLLECTED): _GIVES,
    }
)

_OF_RESULTS_ONLY = frozenset({(Role.OFFICER, _E.ACCEPTED), (Role.OFFICER, _E.COLLECTED)})

OFFICE_ROLES = frozenset({Role.CLERK, Role.POSTCLERK, Role.OFFICER})
"""Roles that stand for their own office when they scan."""


def may_make(
    role: Role,
    event_type: EventType,
    hand: Hand | None = None,
    *,
    leg: Leg | None = None,
    at_service_point: bool = False,
) -> bool:
    """`hand` is the one told (None: the door still has to settle it), `leg` None where the item is unknown.

    A clerk accepts only where the office is a service point of the post too.
    """
    if event_type not in ROLE_MATRIX[role]:
        return False
    if role is Role.CLERK and event_type is EventType.ACCEPTED and not at_service_point:
        return False
    pair = (role, event_type)
    if pair in _OF_RESULTS_ONLY and leg is not None and leg is not Leg.RESULT:
        return False
    return hand is None or pair not in ONE_SIDE_ONLY or hand in ONE_SIDE_ONLY[pair]
