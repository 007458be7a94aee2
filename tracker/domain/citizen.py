"""What the citizen is told: one honest state, and which sentence of it."""

from enum import StrEnum

from tracker.domain.events import Standing
from tracker.domain.vocabulary import Anomaly, CitizenState, Direction, Leg, Status


class CitizenCase(StrEnum):
    """A state, or where it is `attention` the reason: each has a sentence of its own."""

    SLIP_CREATED = "slip_created"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    AFTER_FINAL = "after_final"
    RETURNED = "returned"
    LOST = "lost"
    UNCLAIMED = "unclaimed"
    CANCELLED = "cancelled"
    DAMAGED = "damaged"
    MISSING = "missing"
    HELD_WHILE_RETURNING = "held_while_returning"
    RETURNING = "returning"
    VERIFYING = "verifying"


_BY_STATUS = {
    Status.DELIVERED: CitizenCase.DELIVERED,
    Status.RETURNED: CitizenCase.RETURNED,
    Status.LOST: CitizenCase.LOST,
    Status.UNCLAIMED: CitizenCase.UNCLAIMED,
    Status.CANCELLED: CitizenCase.CANCELLED,
    Status.DAMAGED: CitizenCase.DAMAGED,
    Status.MISSING: CitizenCase.MISSING,
}

_STATE_OF = {
    CitizenCase.SLIP_CREATED: CitizenState.SLIP_CREATED,
    CitizenCase.IN_TRANSIT: CitizenState.IN_TRANSIT,
    CitizenCase.OUT_FOR_DELIVERY: CitizenState.OUT_FOR_DELIVERY,
    CitizenCase.ATTEMPT_FAILED: CitizenState.ATTEMPT_FAILED,
    CitizenCase.READY_FOR_PICKUP: CitizenState.READY_FOR_PICKUP,
    CitizenCase.DELIVERED: CitizenState.DELIVERED,
}


def citizen_state(standing: Standing) -> CitizenState:
    return _STATE_OF.get(citizen_case(standing), CitizenState.ATTENTION)


def citizen_case(standing: Standing) -> CitizenCase:
    """The first that fits."""
    if Anomaly.AFTER_FINAL in standing.anomalies:
        return CitizenCase.AFTER_FINAL
    by_status = _BY_STATUS.get(standing.status)
    if by_status is not None:
        return by_status
    if standing.direction is Direction.RETURNING:
        is_held = standing.status is Status.HELD
        return CitizenCase.HELD_WHILE_RETURNING if is_held else CitizenCase.RETURNING
    return CitizenCase.VERIFYING if standing.verifying else _on_its_way(standing)


def _on_its_way(standing: Standing) -> CitizenCase:
    if standing.status is Status.REGISTERED:
        return CitizenCase.SLIP_CREATED
    if standing.status is Status.HELD and standing.leg is Leg.RESULT:
        return CitizenCase.READY_FOR_PICKUP
    if standing.attempt_open:
        return CitizenCase.ATTEMPT_FAILED
    return CitizenCase.OUT_FOR_DELIVERY if standing.status is Status.WITH_COURIER else CitizenCase.IN_TRANSIT
