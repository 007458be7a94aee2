"""Journeys whose truth is known: one item, three devices, wrong clocks, long hours without network.

`journey(seed)` lets a result travel and writes down where it truly is, then what each device makes of it: its own
clock, its own counter, and as `prev` the last event of the item that it knew at that moment. Whoever has no network
keeps its events and learns nothing until it has. Nothing here is worked out by a fold: the truth is what happened.
"""

import random
from dataclasses import dataclass, field, replace
from uuid import UUID

from tests.model.histories import HOUR, MINUTE, NUMBER, SECOND
from tests.model.told import History, Particulars, Told

DESK, PHONE, OTHER_PHONE = "desk-3", "phone-1", "phone-2"
PEOPLE = {DESK: ("postclerk", "postclerk"), PHONE: ("courier", "courier"), OTHER_PHONE: ("courier2", "courier")}
OFFICE = "POST1"
AT_OFFICE = ("office", OFFICE)
MOST_OFF = 10 * MINUTE
# What is left of a clock's error after it was measured.
DRIFT = 2 * SECOND
PAUSES = [20 * SECOND, 25 * SECOND, 45 * SECOND, 2 * MINUTE, 4 * MINUTE, 10 * MINUTE, 40 * MINUTE, 3 * HOUR]
ABSENCES = [2 * HOUR, 6 * HOUR, 12 * HOUR, 30 * HOUR]
FEWEST_EVENTS, MOST_EVENTS = 5, 16
PAPERS: Particulars = {"counts": [{"line": 1, "kind": "original", "count": 1}], "seal_number": "S-1"}


@dataclass(frozen=True)
class Truth:
    """Where the item is, who holds it, and how often it was carried to the door in vain."""

    status: str
    custodian: tuple[str, str | None]
    direction: str = "forward"
    attempts: int = 0


@dataclass
class Journey:
    """The events as their devices told them, in the order in which they truly happened.

    `truly_at`, `offset` and `arrival` are by event: its instant, what its device's clock was wrong by, and its place
    in the order of arrival at the server.
    """

    events: list[Told]
    truth: Truth
    truly_at: dict[str, int]
    offset: dict[str, int]
    arrival: list[str]
    offline: int


@dataclass
class Device:
    name: str
    offset: int
    counter: int = 0
    back_at: int = 0
    head: str | None = None
    kept: list[str] = field(default_factory=list)


def journey(seed: int) -> Journey:
    teller = _Teller(random.Random(seed))
    teller.tell(DESK, "registered", {"leg": "result", "from_office": "AGENCY", "to_office": OFFICE})
    teller.truth = Truth("registered", ("sender", None))
    length = teller.rng.randint(FEWEST_EVENTS, MOST_EVENTS)
    while teller.truth.status not in ("delivered", "returned") and len(teller.events) < length:
        teller.go_on()
    for device in teller.rng.sample(list(teller.devices.values()), len(teller.devices)):
        teller.connect(device)
    return Journey(teller.events, teller.truth, teller.truly_at, teller.offset, teller.arrived, teller.offline)


class _Teller:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.now = 0
        self.devices = {name: Device(name, rng.randint(-MOST_OFF, MOST_OFF)) for name in PEOPLE}
        self.truth = Truth("-", ("sender", None))
        self.events: list[Told] = []
        self.truly_at: dict[str, int] = {}
        self.offset: dict[str, int] = {}
        self.arrived: list[str] = []
        self.offline = 0

    def tell(self, name: str, kind: str, details: Particulars, hand: str = "") -> None:
        device, (actor, role) = self.devices[name], PEOPLE[name]
        event: Told = {
            "id": str(UUID(int=self.rng.getrandbits(128), version=4)),
            "type": kind,
            "at": self.now - device.offset,
            "device": name,
            "actor": actor,
            "role": role,
            "counter": device.counter,
            "details": details,
        }
        if hand:
            event["hand"] = hand
        if name == DESK:
            event["office"] = OFFICE
        if kind in ("attempt_failed", "refused"):
            event["reason"] = "absent"
        self.keep(device, event)

    def keep(self, device: Device, event: Told) -> None:
        device.counter += 1
        self.truly_at[event["id"]], self.offset[event["id"]] = self.now, device.offset
        is_connected = self.now >= device.back_at
        if is_connected:
            self.connect(device)
        if device.head is not None:
            event["prev"] = device.head
        device.head = event["id"]
        device.kept.append(event["id"])
        self.events.append(event)
        if is_connected:
            self.connect(device)
        else:
            self.offline += 1

    def connect(self, device: Device) -> None:
        """Hands in what it kept, in no order, and learns the newest event; one that kept nothing only learns."""
        self.rng.shuffle(device.kept)
        self.arrived += device.kept
        device.kept = []
        device.head = self.arrived[-1] if self.arrived else None

    def go_on(self) -> None:
        self.now += self.rng.choice(PAUSES)
        for device in self.devices.values():
            if self.now >= device.back_at:
                self.connect(device)
                if self.rng.random() < 0.5:
                    device.back_at = self.now + self.rng.choice(ABSENCES)
        moves = _MOVES[self.truth.status]
        getattr(self, self.rng.choice(moves))()

    # ------------------------------------------------------------ what may happen

    def holder(self) -> str:
        """The device of whoever has it."""
        kind, who = self.truth.custodian
        return next((name for name, (actor, _) in PEOPLE.items() if kind == "courier" and actor == who), DESK)

    def into_hands(self, name: str, status: str) -> None:
        self.truth = replace(self.truth, status=status, custodian=("courier", PEOPLE[name][0]))

    def into_office(self, status: str = "at_office") -> None:
        self.truth = replace(self.truth, status=status, custodian=AT_OFFICE)

    def a_handover(self) -> Particulars:
        return {"handover": str(UUID(int=self.rng.getrandbits(128), version=4))}

    def accepted(self) -> None:
        self.tell(DESK, "accepted", PAPERS, "take")
        self.into_office()

    def collected(self) -> None:
        name = self.rng.choice([PHONE, OTHER_PHONE])
        self.tell(name, "collected", PAPERS, "take")
        self.into_hands(name, "collected")

    def given(self) -> None:
        name = self.rng.choice([each for each in (PHONE, OTHER_PHONE) if each != self.holder()])
        handover = self.a_handover()
        if self.holder() == DESK and self.rng.random() < 0.5:
            self.tell(DESK, "given_to_courier", handover, "give")
            self.now += self.rng.choice(PAUSES[:4])
        self.tell(name, "given_to_courier", handover, "take")
        self.into_hands(name, "with_courier")

    def back(self) -> None:
        handover = self.a_handover()
        if self.rng.random() < 0.5:
            self.tell(self.holder(), "back_at_office", handover, "give")
            self.now += self.rng.choice(PAUSES[:4])
        self.tell(DESK, "back_at_office", handover, "take")
        self.into_office()

    def attempt_failed(self) -> None:
        self.tell(self.holder(), "attempt_failed", {"action": "reattempt"})
        self.truth = replace(self.truth, attempts=self.truth.attempts + 1)

    def held(self) -> None:
        self.tell(DESK, "held", {"until_on": "2026-12-01"})
        self.into_office("held")

    def released(self) -> None:
        self.tell(DESK, "released", {})
        self.into_office()

    def bagged(self) -> None:
        self.tell(DESK, "bagged", {"bag": "BAG-1"})
        self.into_office("bagged")

    def unbagged(self) -> None:
        self.tell(DESK, "unbagged", {"bag": "BAG-1"})
        self.into_office()

    def refused(self) -> None:
        """It turns back, once; the attempts of the way back are counted anew."""
        self.tell(self.holder(), "refused", {})
        if self.truth.direction == "forward":
            self.truth = replace(self.truth, direction="returning", attempts=0)

    def damaged(self) -> None:
        self.tell(self.holder(), "damaged", {"witness": "officer"})
        self.truth = replace(self.truth, status="damaged")

    def repacked(self) -> None:
        self.tell(DESK, "repacked", {})
        self.into_office()

    def missing(self) -> None:
        self.tell(self.holder(), "missing", {})
        self.truth = replace(self.truth, status="missing")

    def found(self) -> None:
        name = self.rng.choice([DESK, PHONE])
        self.tell(name, "found", {"second_person": "officer"})
        if name == DESK:
            self.into_office()
        else:
            self.into_hands(name, "with_courier")

    def delivered(self) -> None:
        self.end(self.holder(), "delivered")

    def handed_out(self) -> None:
        self.end(DESK, "handed_out")

    def end(self, name: str, kind: str) -> None:
        is_forward = self.truth.direction == "forward"
        receiver = "recipient" if is_forward else "agency"
        self.tell(name, kind, {**PAPERS, "receiver": receiver, "identity": "seen"}, "both")
        end = ("delivered", "recipient") if is_forward else ("returned", "sender")
        self.truth = replace(self.truth, status=end[0], custodian=(end[1], None))


_MOVES = {
    "registered": ["accepted", "collected"],
    "collected": ["back", "back", "damaged", "delivered"],
    "at_office": ["given", "given", "given", "held", "bagged", "handed_out", "damaged", "missing", "refused"],
    "bagged": ["unbagged"],
    "with_courier": [
        "delivered",
        "delivered",
        "attempt_failed",
        "attempt_failed",
        "back",
        "given",
        "refused",
        "missing",
    ],
    "held": ["handed_out", "released", "given", "refused"],
    "damaged": ["repacked"],
    "missing": ["found"],
}


# ---------------------------------------------------------------- how it may reach a fold


def as_history(events: list[Told], rng: random.Random) -> History:
    """A fifth of them twice, in no order at all."""
    sent = [*events, *(event for event in events if rng.random() < 0.2)]
    rng.shuffle(sent)
    return {"number": NUMBER, "item": sent, "bags": []}


def with_true_predecessors(told: Journey) -> list[Told]:
    """Each event knows the one before it; the clocks stay as wrong as they are."""
    known = [None, *(event["id"] for event in told.events)]
    return [
        {**event, "prev": before} if before is not None else event
        for before, event in zip(known, told.events, strict=False)
    ]


def with_corrected_clocks(told: Journey, rng: random.Random) -> list[Told]:
    """The clocks put right but for their drift; `prev` as stale as it was, and a third of the time left out."""
    corrected: list[Told] = []
    for event in told.events:
        again = event.copy()
        again["at"] = told.truly_at[event["id"]] + rng.randint(-DRIFT, DRIFT)
        if rng.random() < 1 / 3:
            again.pop("prev", None)
        corrected.append(again)
    return corrected


def by_arrival(told: Journey) -> list[Told]:
    """As a product orders them that knows neither clocks nor causes."""
    place = {event_id: place for place, event_id in enumerate(told.arrival)}
    arrived: list[Told] = []
    for event in told.events:
        again = event.copy()
        again.pop("prev", None)
        again.pop("counter", None)
        again["at"] = place[event["id"]] * MINUTE
        arrived.append(again)
    return arrived
