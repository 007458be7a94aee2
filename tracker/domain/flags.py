"""Anomalies that an event bears for what it tells, besides what the order made of it."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tracker.domain.effects import mismatches_direction
from tracker.domain.events import Event
from tracker.domain.lifecycle import kind_of
from tracker.domain.required import lacks_details
from tracker.domain.vocabulary import Anomaly, EventType, Kind
from tracker.domain.walk import Verdict, Walk

VERDICT_FLAGS: Mapping[Verdict, Anomaly] = MappingProxyType(
    {
        Verdict.REPEATED: Anomaly.REPEATED,
        Verdict.TWO_HOLDERS: Anomaly.TWO_HOLDERS,
        Verdict.AFTER_FINAL: Anomaly.AFTER_FINAL,
        Verdict.UNEXPECTED: Anomaly.UNEXPECTED_EVENT,
        Verdict.ALREADY_RETURNING: Anomaly.ALREADY_RETURNING,
        Verdict.MISSED_SCAN: Anomaly.MISSED_SCAN,
        Verdict.CLAIMED_OUTSIDE: Anomaly.MISSED_SCAN,
    }
)

_NAMES_INVITATIONS = frozenset({EventType.INVITED, EventType.RETURN_STARTED})


def told_flags(walk: Walk, event: Event) -> Iterator[Anomaly]:
    """`walk` as it stands before the event; whether the event is then applied does not matter."""
    if kind_of(event.type, event.actor_role) is Kind.SCAN and lacks_details(event, walk.leg, walk.direction):
        yield Anomaly.DETAILS_MISSING
    if event.type is EventType.ARRIVED and _is_off_route(walk, event):
        yield Anomaly.MISROUTED


def applied_flags(walk: Walk, event: Event) -> Iterator[Anomaly]:
    """`walk` with the event applied."""
    if mismatches_direction(walk, event):
        yield Anomaly.DIRECTION_MISMATCH
    if _breaks_a_rule(walk, event):
        yield Anomaly.RULE_BREACH


def _is_off_route(walk: Walk, event: Event) -> bool:
    office = event.office
    return bool(walk.route) and office is not None and office not in walk.route and office not in walk.stops_named


def _breaks_a_rule(walk: Walk, event: Event) -> bool:
    """More attempts than registration allowed; less waiting or fewer invitations than it asks, as the event tells."""
    asked, told = walk.policy, event.details.policy
    if event.type is EventType.ATTEMPT_FAILED:
        return asked.attempts is not None and walk.attempts > asked.attempts
    if event.type not in _NAMES_INVITATIONS:
        return False
    return _falls_short(told.gap_working_days, asked.gap_working_days) or _falls_short(
        told.invitations, asked.invitations
    )


def _falls_short(told: int | None, asked: int | None) -> bool:
    return told is not None and asked is not None and told < asked
