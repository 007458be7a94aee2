"""The same set of events gives one standing, whatever order it arrived in and however often it was sent."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from hypothesis import given, settings, strategies as st

from tests.domain.story import FULL, NUMBER, START
from tracker.domain.citizen import CitizenCase, citizen_case, citizen_state
from tracker.domain.corrections import judge_corrections
from tracker.domain.events import Counterparty, Details, Event, Folded
from tracker.domain.lifecycle import fits, row_of
from tracker.domain.ordering import order_events
from tracker.domain.standing import fold
from tracker.domain.vocabulary import (
    FINAL_STATUSES,
    Anomaly,
    CitizenState,
    Direction,
    EventType,
    Hand,
    Leg,
    Party,
    Receiver,
    Role,
    Status,
)

Sent = TypeVar("Sent")

MOST_EVENTS = 14
BAG_TYPES = [EventType.DEPARTED, EventType.LOADED, EventType.ARRIVED, EventType.UNBAGGED, EventType.CORRECTED]
# Bags and corrections are what few random histories reach: in half of them they are drawn more often.
BAG_WORK = [EventType.REGISTERED, EventType.ACCEPTED, EventType.BAGGED, EventType.UNBAGGED, EventType.CORRECTED]
PEOPLE = [
    ("clerk", Role.CLERK, "CENTRE"),
    ("postclerk", Role.POSTCLERK, "PO1"),
    ("postclerk2", Role.POSTCLERK, "PO2"),
    ("courier", Role.COURIER, None),
    ("courier2", Role.COURIER, None),
    ("driver", Role.DRIVER, None),
    ("officer", Role.OFFICER, "CENTRE"),
    ("supervisor", Role.SUPERVISOR, None),
]
HANDOVERS = [None, UUID(int=900), UUID(int=901)]
# Near the windows of 5 and 15 minutes and of 24 hours, so that their edges are met.
MINUTES = [0, 1, 4, 5, 6, 14, 15, 16, 60, 1439, 1440, 1441, 3000]
COUNTERS = [None, 0, 1, 2, 3, 4, 5, 6]


class Chance:
    """A history drawn by one seed: hundreds of small draws of Hypothesis would take most of the time."""

    def __init__(self, seed: int, most_events: int) -> None:
        self._random = Random(seed)
        self._most = most_events

    def history(self) -> tuple[list[Event], list[Event]]:
        types = self.one_of([list(EventType), BAG_WORK * 6 + list(EventType)])
        own = self._events(types, 0, None)
        return own, [*self._events(BAG_TYPES, 100, "BAG1"), *self._events(BAG_TYPES, 200, "BAG2")]

    def sent_again(self, events: list[Sent]) -> list[Sent]:
        again = [self.one_of(events) for _ in range(6)] if events else []
        return self._random.sample([*events, *again], len(events) + len(again))

    def one_of(self, choices: Sequence[Sent]) -> Sent:
        return self._random.choice(choices)

    def _events(self, types: list[EventType], first: int, bag: str | None) -> list[Event]:
        size = self._random.randint(0, self._most)
        return [self._event(first + position, self.one_of(types), bag) for position in range(size)]

    def _id(self) -> UUID | None:
        """Of an event of this history, of a bag's, or of none."""
        return self.one_of([None, event_id(self._random.randrange(self._most + 2)), event_id(101), event_id(202)])

    def _event(self, position: int, event_type: EventType, bag: str | None) -> Event:
        actor, role, office = self.one_of(PEOPLE)
        other = Counterparty(self.one_of(list(Party)), verified=self.one_of([True, False]))
        return Event(
            id=event_id(position),
            type=event_type,
            effective_at=START + timedelta(minutes=self.one_of(MINUTES)),
            device=f"device of {actor}",
            actor=actor,
            actor_role=role,
            counter=self.one_of(COUNTERS),
            prev=self._id(),
            hand=self.one_of([None, *Hand]),
            counterparty=self.one_of([None, other]),
            office=office,
            reason=self.one_of([None, "absent"]),
            details=self._details(event_type, position),
            told=self.one_of([frozenset(), frozenset({Anomaly.WRONG_OFFICE})]),
            bag_chain=bag,
            item=None if bag else NUMBER,
        )

    def _details(self, event_type: EventType, position: int) -> Details:
        if event_type is EventType.CORRECTED:
            near = event_id(max(0, position - self._random.randint(1, 3)))
            return Details(event=self.one_of([near, self._id()]))
        if event_type is EventType.REGISTERED:
            return Details(leg=self.one_of(list(Leg)), from_office="PO1", to_office="CENTRE")
        if self.one_of([True, False]):
            return FULL.get(event_type, Details())
        return Details(
            handover=self.one_of(HANDOVERS),
            receiver=self.one_of([None, *Receiver]),
            bag=self.one_of([None, "BAG1", "BAG2"]),
            missing=self.one_of([None, (NUMBER,)]),
            office=self.one_of([None, "PO2"]),
        )


def event_id(position: int) -> UUID:
    return UUID(int=position + 1)


chances = st.builds(Chance, st.integers(0, 2**64), st.integers(0, MOST_EVENTS))


@given(chance=chances)
@settings(max_examples=1500, deadline=None)
def test_any_order_of_arrival_and_any_duplication_give_one_standing(chance: Chance) -> None:
    own, of_bags = chance.history()
    expected = fold(own, of_bags)

    again = fold(chance.sent_again(own), chance.sent_again(of_bags))

    assert again == expected


@given(chance=chances)
@settings(max_examples=1000, deadline=None)
def test_a_fold_never_says_what_cannot_be(chance: Chance) -> None:
    own, of_bags = chance.history()

    folded = fold(own, of_bags)

    check_order(folded, own, of_bags)
    check_standing(folded)


def check_order(folded: Folded, own: list[Event], of_bags: list[Event]) -> None:
    assert len(set(folded.order)) == len(folded.order)
    assert {event.id for event in own} <= set(folded.order) <= {event.id for event in [*own, *of_bags]}
    assert folded.applied.isdisjoint(folded.void)
    assert folded.applied <= set(folded.order)
    assert folded.void.isdisjoint(folded.borne)
    assert set(folded.borne) <= set(folded.order)


def check_standing(folded: Folded) -> None:
    now = folded.standing
    assert now.anomalies == tuple(sorted({anomaly for borne in folded.borne.values() for anomaly in borne}))
    assert (now.final_at is not None) == (now.status in FINAL_STATUSES)
    assert now.legal_submission_at is None or now.leg is Leg.SUBMISSION
    assert citizen_state(now) in CitizenState
    assert citizen_case(now) in CitizenCase


@given(chance=chances)
@settings(max_examples=500, deadline=None)
def test_causes_come_first_unless_the_clock_is_at_fault(chance: Chance) -> None:
    own, _ = chance.history()
    ordered = order_events(own)
    position: dict[UUID | None, int] = {event.id: index for index, event in enumerate(ordered.events)}

    before_their_cause = {
        event.id.int
        for event in ordered.events
        if event.type is not EventType.REGISTERED and position.get(event.prev, -1) > position[event.id]
    }

    assert before_their_cause <= ordered.clock_faults


@given(chance=chances)
@settings(max_examples=500, deadline=None)
def test_a_registration_is_never_void(chance: Chance) -> None:
    own, _ = chance.history()

    void = judge_corrections(order_events(own).events).void

    assert void <= {event.id.int for event in own if event.type is not EventType.REGISTERED}


@given(status=st.sampled_from(Status), direction=st.sampled_from(Direction), event_type=st.sampled_from(EventType))
def test_nothing_but_a_correction_fits_after_the_end(
    status: Status, direction: Direction, event_type: EventType
) -> None:
    fitting = fits(row_of(event_type), status, direction)

    assert not (fitting and status in FINAL_STATUSES) or event_type is EventType.CORRECTED
