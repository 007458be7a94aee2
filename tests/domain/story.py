"""Histories of one item, told event by event; each event tells all it must unless the test leaves something out."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from tracker.domain.events import Counterparty, Details, DocumentCount, Event, Folded, Policy, Standing
from tracker.domain.standing import fold
from tracker.domain.vocabulary import (
    Anomaly,
    AttemptAction,
    Direction,
    DocumentKind,
    EventType,
    Hand,
    IdentityBasis,
    Leg,
    Party,
    Receiver,
    Role,
    Status,
)

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NUMBER = "RR473124829VN"
PAPERS = (DocumentCount(1, DocumentKind.ORIGINAL, 1),)
OFFICE_OF = {"clerk": "CENTRE", "officer": "CENTRE", "postclerk": "PO1", "postclerk2": "PO2", "clerk2": "COMMUNE"}

_ids = count(1)

E = EventType
FULL: dict[EventType, Details] = {
    E.ACCEPTED: Details(seal_number="S1", counts=PAPERS),
    E.COLLECTED: Details(seal_number="S1", counts=PAPERS),
    E.BAGGED: Details(bag="BAG1"),
    E.UNBAGGED: Details(bag="BAG1"),
    E.DEPARTED: Details(seal_ok=True),
    E.ARRIVED: Details(seal_ok=True),
    E.ATTEMPT_FAILED: Details(action=AttemptAction.REATTEMPT),
    E.HELD: Details(until_on=date(2026, 12, 4)),
    E.INVITED: Details(number=1),
    E.HANDED_OUT: Details(receiver=Receiver.RECIPIENT, identity=IdentityBasis.SEEN, counts=PAPERS),
    E.DELIVERED: Details(receiver=Receiver.RECIPIENT, identity=IdentityBasis.SEEN, counts=PAPERS),
    E.DAMAGED: Details(witness="officer"),
    E.FOUND: Details(second_person="postclerk2"),
    E.FORWARDED: Details(office="PO2"),
    E.REDIRECTED: Details(address_version=2),
    E.DECLARED_LOST: Details(approver="supervisor2"),
    E.UNCLAIMED: Details(approver="supervisor2"),
}
REASONS = {E.ATTEMPT_FAILED: "absent", E.REFUSED: "refused"}


def new_id() -> UUID:
    return UUID(int=next(_ids))


def role_of(person: str) -> Role:
    return Role(person.rstrip("0123456789"))


def an_event(event_type: EventType, by: str, at: datetime, **told: object) -> Event:
    """`told`: fields of Event, and of Details over the full ones; `details=` replaces these."""
    fields = {key: told.pop(key) for key in tuple(told) if key in Event.__dataclass_fields__}
    details = fields.pop("details", None) or replace(FULL.get(event_type, Details()), **told)  # type: ignore[arg-type]  # a test's words
    stands = {
        "id": new_id(),
        "device": f"device of {by}",
        "office": OFFICE_OF.get(by),
        "reason": REASONS.get(event_type),
        "item": NUMBER,
    } | fields
    return Event(
        type=event_type,
        effective_at=at,
        actor=by,
        actor_role=role_of(by),
        details=details,  # type: ignore[arg-type]  # a test's words
        **stands,  # type: ignore[arg-type]  # a test's words
    )


@dataclass
class Story:
    """One hour passes before each event."""

    events: list[Event] = field(default_factory=list)
    bag_events: list[Event] = field(default_factory=list)
    at: datetime = START

    def then(self, event_type: EventType, by: str, *, minutes: float = 60, **told: object) -> Event:
        self.at += timedelta(minutes=minutes)
        event = an_event(event_type, by, self.at, **told)
        self.events.append(event)
        return event

    def bag(self, event_type: EventType, by: str, *, bag: str = "BAG1", minutes: float = 60, **told: object) -> Event:
        self.at += timedelta(minutes=minutes)
        event = an_event(event_type, by, self.at, bag_chain=bag, item=None, **told)
        self.bag_events.append(event)
        return event

    @property
    def folded(self) -> Folded:
        return fold(self.events, self.bag_events)

    @property
    def standing(self) -> Standing:
        return self.folded.standing

    def borne_by(self, event: Event) -> set[Anomaly]:
        return set(self.folded.borne.get(event.id, ()))


def registered(leg: Leg = Leg.SUBMISSION, **told: object) -> Story:
    story = Story()
    ends = {Leg.RESULT: ("CENTRE", "PO2")}.get(leg, ("PO1", "CENTRE"))
    details = {"leg": leg, "from_office": ends[0], "to_office": ends[1]} | told
    story.then(E.REGISTERED, "clerk", details=Details(**details))  # type: ignore[arg-type]  # a test's words
    return story


def accepted(leg: Leg = Leg.SUBMISSION, **told: object) -> Story:
    story = registered(leg, **told)
    story.then(E.ACCEPTED, "postclerk", hand=Hand.TAKE)
    return story


def with_courier(leg: Leg = Leg.SUBMISSION, **told: object) -> Story:
    story = accepted(leg, **told)
    story.then(E.GIVEN_TO_COURIER, "courier", hand=Hand.TAKE)
    return story


def bagged(leg: Leg = Leg.SUBMISSION, **told: object) -> Story:
    story = accepted(leg, **told)
    story.then(E.BAGGED, "postclerk")
    return story


def in_transit(leg: Leg = Leg.SUBMISSION, **told: object) -> Story:
    story = accepted(leg, **told)
    story.then(E.DEPARTED, "postclerk", hand=Hand.GIVE)
    story.then(E.LOADED, "driver", hand=Hand.TAKE)
    return story


def delivered(leg: Leg = Leg.RESULT, **told: object) -> Story:
    story = with_courier(leg, **told)
    story.then(E.DELIVERED, "courier", hand=Hand.BOTH)
    return story


def turned(story: Story) -> Story:
    """Sent back by the sender, wherever it is."""
    story.then(E.RECALLED, "clerk")
    return story


__all__ = [
    "NUMBER",
    "PAPERS",
    "START",
    "Anomaly",
    "Counterparty",
    "Details",
    "Direction",
    "E",
    "Hand",
    "IdentityBasis",
    "Leg",
    "Party",
    "Policy",
    "Receiver",
    "Role",
    "Status",
    "Story",
    "accepted",
    "an_event",
    "bagged",
    "delivered",
    "in_transit",
    "new_id",
    "registered",
    "turned",
    "with_courier",
]
