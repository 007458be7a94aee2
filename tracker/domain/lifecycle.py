"""What may follow what: questions put to the table."""

from tracker.domain.events import Standing
from tracker.domain.lifecycle_table import LIFECYCLE, Row, TwoHanded
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import Direction, EventType, Kind, Role, Status

__all__ = ["TURNING", "Row", "TwoHanded", "fits", "kind_of", "next_events", "row_of"]

TURNING = frozenset({EventType.REFUSED, EventType.RETURN_STARTED, EventType.HOLD_EXPIRED, EventType.RECALLED})
"""Events that send a forward item back."""

_OWN_DOORS = frozenset({EventType.REGISTERED, EventType.LABEL_PRINTED})


def row_of(event_type: EventType) -> Row:
    return LIFECYCLE[event_type]


def fits(row: Row, status: Status, direction: Direction) -> bool:
    return status in row.from_statuses and (row.only_direction is None or row.only_direction is direction)


def kind_of(event_type: EventType, role: Role) -> Kind:
    """A correction is a decision when a supervisor makes it, else a scan."""
    if event_type is EventType.CORRECTED:
        return Kind.DECISION if role is Role.SUPERVISOR else Kind.SCAN
    return LIFECYCLE[event_type].kinds[0]


def next_events(standing: Standing, role: Role, *, at_service_point: bool = False) -> tuple[EventType, ...]:
    """What this role may send next by the table.

    Without what has a door of its own (`registered`, `label_printed`), and without `corrected`,
    which turns on the event it names.
    """
    return tuple(
        row.type
        for row in LIFECYCLE.values()
        if row.type not in _OWN_DOORS
        and row.type is not EventType.CORRECTED
        and fits(row, standing.status, standing.direction)
        and may_make(role, row.type, leg=standing.leg, at_service_point=at_service_point)
    )
