"""Whose PIN makes a handover one of two persons."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tracker.domain.lifecycle import row_of
from tracker.domain.lifecycle_table import TwoHanded
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import End, EventType, Role

# A far end that can sign is an office, and for an office only its officer receives.
_SIGNS_AT: Mapping[End, frozenset[Role]] = MappingProxyType(
    {
        End.SENDER: OFFICE_ROLES,
        End.OFFICE: OFFICE_ROLES,
        End.TRANSPORT: frozenset({Role.DRIVER}),
        End.COURIER: frozenset({Role.COURIER}),
        End.FAR_END: frozenset({Role.OFFICER}),
    }
)


def may_countersign(event_type: EventType, role: Role, second: Role) -> bool:
    """Whether `second` stands on the other side of what `role` makes; a supervisor enters it for either side."""
    row = row_of(event_type)
    if row.two_handed is TwoHanded.NO:
        return True
    givers, receivers = _signers(row.giver), _signers(row.receiver)
    if role is Role.SUPERVISOR:
        return second in givers | receivers
    return (role in givers and second in receivers) or (role in receivers and second in givers)


def _signers(ends: Iterable[End]) -> frozenset[Role]:
    return frozenset(role for end in ends for role in _SIGNS_AT[end])
