"""What the events of an item add up to: a pure function of the set, equal for every order of arrival."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tracker.domain.bags import (
    BAG_MOVES,
    Membership,
    arrivals_without,
    bags_named,
    lists_as_missing,
    moves_of_bags,
)
from tracker.domain.corrections import Judged, judge_corrections
from tracker.domain.effects import apply, claim
from tracker.domain.events import Custodian, Event, Folded, Standing
from tracker.domain.flags import VERDICT_FLAGS, applied_flags, told_flags
from tracker.domain.legal_time import Countersigning
from tracker.domain.lifecycle_table import LIFECYCLE, Row
from tracker.domain.ordering import Ordered, order_events
from tracker.domain.vocabulary import FINAL_STATUSES, Anomaly, EventType, Status
from tracker.domain.walk import Verdict, Walk, judge, lead

_NO_IDS: frozenset[int] = frozenset()
_CLAIMS = frozenset({Verdict.CLAIMED, Verdict.CLAIMED_OUTSIDE})
_APPLIED = frozenset({Verdict.APPLIED, Verdict.MISSED_SCAN, Verdict.TWO_HOLDERS, Verdict.STILL_RETURNING})


def standing(events: Iterable[Event], bag_events: Iterable[Event] = ()) -> Standing:
    return fold(events, bag_events).standing


def fold(events: Iterable[Event], bag_events: Iterable[Event] = ()) -> Folded:
    """`events` are the item's own, adopted ones included; `bag_events` those of any bags it may have been in."""
    own = list({event.id.int: event for event in events}.values())
    ordered = order_events(own)
    judged = judge_corrections(ordered.events)
    bags = bags_named(event for event in own if event.id.int not in judged.void)
    moves, void_moves = moves_of_bags(bag_events, bags)
    if not moves:
        return _Fold(ordered, judged, judged.void).run()
    return _Fold(order_events([*moves, *own]), judged, judged.void | void_moves).run()


def is_last_word(before: Standing, printed_at: datetime, last_known_at: datetime) -> bool:
    """Whether a label printed then only adds itself to an item of which nothing but registration and labels is told.

    `last_known_at` is the latest effective time among its events. Such an item need not be folded anew.
    """
    return before.status is Status.REGISTERED and not before.anomalies and last_known_at < printed_at


def with_label(before: Standing, printed_at: datetime) -> Standing:
    """What the fold comes to where `is_last_word` holds."""
    return replace(before, last_event_at=printed_at)


class _Fold:
    def __init__(self, ordered: Ordered, judged: Judged, void: frozenset[int]) -> None:
        self._ordered = ordered
        self._not_entitled = judged.not_entitled
        self._void = void
        self._walk = Walk()
        self._bags = Membership()
        self._countersigning = Countersigning()
        self._order: list[UUID] = []
        self._applied: list[UUID] = []
        self._borne: dict[UUID, set[Anomaly]] = {}
        self._last: Event | None = None
        self._item = next((event.item for event in ordered.events if event.item is not None), None)
        self._not_inside = (
            arrivals_without(ordered.events, void, self._item)
            if any(event.bag_chain is not None for event in ordered.events)
            else _NO_IDS
        )

    def run(self) -> Folded:
        for event in self._ordered.events:
            if event.bag_chain is not None and event.type in BAG_MOVES:
                self._take_bag_move(event)
            else:
                self._take_own(event)
        for event in self._countersigning.not_countersigned():
            self._bear(event, Anomaly.DETAILS_MISSING)
        return self._folded()

    def _take_own(self, event: Event) -> None:
        self._order.append(event.id)
        if event.id.int in self._void:
            return
        if event.type is EventType.CORRECTED:
            self._take_correction(event)
            return
        held_by = self._walk.custodian
        row = LIFECYCLE[event.type]
        verdict = self._take(event, row)
        if event.type is EventType.BAGGED:
            self._bags.inside = event.details.bag or self._bags.inside
        elif event.type is EventType.UNBAGGED:
            self._bags.inside = None
        elif row.presence and verdict in _APPLIED and self._walk.custodian != held_by:
            self._bags.leave_unseen(event)

    def _take_bag_move(self, event: Event) -> None:
        bag = event.bag_chain
        if event.id.int in self._void or event.id.int in self._not_inside or bag != self._bags.inside:
            return
        if event.type is EventType.UNBAGGED:
            self._bags.inside = None
            if lists_as_missing(event, self._item):
                return
        self._order.append(event.id)
        self._take(event, LIFECYCLE[event.type])

    def _take_correction(self, event: Event) -> None:
        self._last = event
        self._bear_told(event)
        if event.id.int in self._not_entitled:
            self._bear(event, Anomaly.UNEXPECTED_EVENT)

    def _take(self, event: Event, row: Row) -> Verdict:
        walk = self._walk
        self._last = event
        self._bear_told(event)
        self._countersigning.hear(walk, event, row)
        after = lead(walk, event, row)
        verdict = judge(walk, event, row, after)
        if verdict in _APPLIED:
            self._apply(event, row, after, verdict)
        elif verdict in _CLAIMS:
            claim(walk, event, row)
            self._applied.append(event.id)
        elif verdict is Verdict.REPEATED:
            walk.pending = None
        if verdict in VERDICT_FLAGS:
            self._bear(event, VERDICT_FLAGS[verdict])
        return verdict

    def _apply(self, event: Event, row: Row, after: tuple[Status, Custodian], verdict: Verdict) -> None:
        walk = self._walk
        self._countersigning.move(walk, event)
        apply(walk, event, row, after, verdict)
        if verdict is Verdict.TWO_HOLDERS:
            walk.verifying = True
        if walk.status in FINAL_STATUSES:
            self._bags.inside = None
        self._applied.append(event.id)
        for flag in applied_flags(walk, event):
            self._bear(event, flag)

    def _bear_told(self, event: Event) -> None:
        walk = self._walk
        if event.told:
            self._borne.setdefault(event.id, set()).update(event.told)
        if event.id.int in self._ordered.clock_faults:
            self._bear(event, Anomaly.CLOCK_FAULT)
        for flag in told_flags(walk, event):
            self._bear(event, flag)

    def _bear(self, event: Event, anomaly: Anomaly) -> None:
        self._borne.setdefault(event.id, set()).add(anomaly)

    def _folded(self) -> Folded:
        void = frozenset(event.id for event in self._ordered.events if event.id.int in self._void)
        return Folded(
            standing=self._standing(),
            order=tuple(self._order),
            applied=frozenset(self._applied),
            void=void,
            borne={event: frozenset(anomalies) for event, anomalies in self._borne.items()},
            left_bags=self._bags.left,
        )

    def _standing(self) -> Standing:
        walk = self._walk
        return Standing(
            status=walk.status,
            direction=walk.direction,
            leg=walk.leg,
            custodian=walk.custodian,
            office=walk.office,
            bound_for=walk.bound_for,
            attempts=walk.attempts,
            attempt_open=walk.attempt_open,
            invitations=walk.invitations,
            verifying=walk.verifying,
            pending=walk.pending,
            last_event_at=self._last.effective_at if self._last is not None else None,
            final_at=walk.final_at if walk.status in FINAL_STATUSES else None,
            legal_submission_at=self._countersigning.legal_submission_at(),
            anomalies=tuple(sorted(set().union(*self._borne.values()))),
            bag=self._bags.inside,
        )
