"""Seeded histories: life stories that could have happened, and heaps of events that could not.

`life_story(seed)` lets one item travel a leg: several devices, handovers with and without an id, bags, attempts,
holds, returns, corrections, and now and then what goes wrong at a counter. `heap(seed)` obeys nothing: any type in
any order, unknown and circular causes, copies, corrections of foreign events. `crowd(seed)` repeats a few types at
the very limits of time. The same seed gives the same history. `as_sent` turns an event into what `POST /events` takes.
"""

import csv
import random
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import cast
from uuid import UUID

from tests.model.told import History, OtherParty, Particulars, Told

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
EPOCH = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
NUMBER = "EA000000005VN"

with (Path(__file__).parent / "life_cycle.csv").open(encoding="utf-8", newline="") as table:
    LIFE_CYCLE = {row["type"]: row for row in csv.DictReader(table)}

OFFICES = ["CENTRE", "POST1", "POST2", "AGENCY"]
ROUTE = ["POST1", "CENTRE"]
BAGS = ["BAG-1", "BAG-2"]
# sign-in name, role, office, device
STAFF = [
    ("clerk", "clerk", "CENTRE", "desk-1"),
    ("officer", "officer", "CENTRE", "desk-1"),
    ("officer2", "officer", "AGENCY", "desk-2"),
    ("postclerk", "postclerk", "POST1", "desk-3"),
    ("postclerk2", "postclerk", "POST2", "desk-4"),
    ("courier", "courier", "POST1", "phone-1"),
    ("courier2", "courier", "POST2", "phone-2"),
    ("driver", "driver", "POST1", "phone-3"),
    ("supervisor", "supervisor", "PROVINCE", "desk-9"),
    ("system", "system", "PROVINCE", "server"),
]
GIVERS = {
    "accepted": ["officer"],
    "collected": ["officer"],
    "departed": ["postclerk"],
    "loaded": ["postclerk"],
    "arrived": ["driver", "courier"],
    "given_to_courier": ["postclerk", "courier"],
    "back_at_office": ["courier"],
    "handed_out": ["postclerk", "clerk"],
    "delivered": ["courier", "driver"],
}
TAKERS = {
    "accepted": ["clerk", "postclerk"],
    "collected": ["courier"],
    "departed": ["postclerk"],
    "loaded": ["driver"],
    "arrived": ["postclerk"],
    "given_to_courier": ["courier"],
    "back_at_office": ["postclerk"],
    "handed_out": ["officer"],
    "delivered": ["officer"],
}
ROLES_OF = {
    "attempt_failed": ["courier"],
    "refused": ["courier", "officer", "postclerk"],
    "damaged": ["courier", "driver", "postclerk", "officer"],
    "missing": ["courier", "driver", "postclerk", "system"],
    "found": ["courier", "driver", "postclerk"],
    "invited": ["postclerk", "system"],
    "hold_expired": ["system"],
    "return_started": ["supervisor", "system"],
    "declared_lost": ["supervisor"],
    "unclaimed": ["supervisor"],
    "recalled": ["clerk", "postclerk"],
    "redirected": ["clerk", "postclerk"],
    "forwarded": ["clerk", "postclerk"],
    "cancelled": ["clerk", "postclerk"],
    "label_printed": ["clerk", "postclerk"],
    "registered": ["clerk", "postclerk"],
}
TWO_HANDED = [kind for kind, row in LIFE_CYCLE.items() if row["two_handed"]]
KINDS = list(LIFE_CYCLE)
OF_A_BAG = ["departed", "loaded", "arrived", "unbagged"]
PARTIES = ["sender", "office", "transport", "courier", "recipient"]
# How long until the next thing happens; some are exactly a limit of the rules.
PAUSES = [
    SECOND, 20 * SECOND, 2 * MINUTE, 5 * MINUTE, 5 * MINUTE + 1, 12 * MINUTE, 15 * MINUTE, 40 * MINUTE,
    2 * HOUR, 6 * HOUR, 18 * HOUR, 24 * HOUR, 24 * HOUR + 1, 40 * HOUR,
]  # fmt: skip
# What an item usually does next, by where it is; several times = more often.
USUAL = {
    "-": ["registered"],
    "registered": ["accepted", "accepted", "accepted", "collected", "collected", "collected", "label_printed"],
    "collected": ["back_at_office", "arrived", "back_at_office", "delivered"],
    "at_office": [
        "bagged", "bagged", "bagged", "departed", "given_to_courier", "given_to_courier", "held", "handed_out",
        "given_to_courier", "departed", "held", "handed_out", "forwarded", "return_started", "redirected", "recalled",
        "label_printed",
    ],
    "bagged": ["departed", "departed", "departed", "unbagged", "arrived"],
    "in_transit": ["loaded", "arrived", "arrived", "loaded", "delivered", "refused"],
    "with_courier": [
        "delivered", "delivered", "attempt_failed", "attempt_failed", "attempt_failed", "back_at_office",
        "back_at_office", "refused", "given_to_courier", "redirected", "damaged", "missing",
    ],
    "held": ["invited", "invited", "handed_out", "released", "hold_expired", "return_started", "refused", "departed"],
    "damaged": ["repacked", "back_at_office", "delivered", "declared_lost", "missing"],
    "missing": ["found", "found", "arrived", "unbagged", "declared_lost"],
}  # fmt: skip


class Teller:
    """Tells events one after another. `status` is only a rough idea, enough to choose what usually follows."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.now = rng.choice([0, 6 * HOUR, 30 * HOUR])
        self.offsets = {device: rng.choice([0, 0, -4 * MINUTE, 3 * MINUTE, 9 * MINUTE]) for *_, device in STAFF}
        self.counters = dict.fromkeys(self.offsets, 0)
        self.events: list[Told] = []
        self.status = "-"
        self.leg = rng.choice(["submission", "submission", "result", "supplement"])
        self.returning = False
        # How often, in percent, somebody does what is not done.
        self.wildness = rng.choice([0, 1, 5, 12])

    def likely(self, percent: int) -> bool:
        return self.rng.random() * 100 < percent

    def new_id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def pass_time(self) -> None:
        self.now += self.rng.choice(PAUSES)

    def someone(self, kind: str, hand: str) -> tuple[str, str, str, str]:
        roles = (TAKERS if hand == "take" else GIVERS).get(kind) or ROLES_OF.get(kind, ["postclerk"])
        if self.likely(self.wildness):
            return self.rng.choice(STAFF)
        return self.rng.choice([person for person in STAFF if person[1] in roles])

    def tell(self, kind: str, chain: str | None = None, hand: str = "") -> Told:
        hand = hand or self.usual_hand(kind)
        actor, role, office, device = self.someone(kind, hand)
        event: Told = {
            "id": self.new_id(),
            "type": kind,
            "at": self.now + (self.rng.randrange(-90, 90) * SECOND if self.likely(10) else 0),
            "offset": self.offsets[device],
            "device": device,
            "actor": actor,
            "role": role,
            "details": self.particulars(kind, chain),
        }
        if self.likely(92):
            self.counters[device] += 1
            event["counter"] = self.counters[device]
        self.add_circumstances(event, office, chain)
        if hand:
            event["hand"] = hand
        self.events.append(event)
        return event

    def add_circumstances(self, event: Told, office: str, chain: str | None) -> None:
        kind = event["type"]
        if chain is not None:
            event["chain"] = chain
        known = [e["id"] for e in self.events if e.get("chain") == chain]
        if known and self.likely(85):
            event["prev"] = known[-1] if self.likely(80) else self.rng.choice(known)
        if event["role"] not in ("courier", "driver", "system") or self.likely(30):
            event["office"] = office if self.likely(90) else self.rng.choice(OFFICES)
        if self.likely(60):
            event["evidence"] = True
        if kind in ("attempt_failed", "refused", "corrected", "damaged") and self.likely(90):
            event["reason"] = self.rng.choice(["absent", "wrong_address", "refused"])
        if self.likely(4):
            event["told"] = [self.rng.choice(["wrong_office", "old_label_used", "clock_fault"])]
        if kind in TWO_HANDED and self.likely(90):
            event["counterparty"] = self.other_party()

    def usual_hand(self, kind: str) -> str:
        if kind == "departed":
            return "give" if self.likely(96) else self.rng.choice(["take", "both"])
        return self.rng.choice(["take", "take", "give", "both"]) if kind in TWO_HANDED else ""

    def other_party(self) -> OtherParty:
        actor, role, *_ = self.rng.choice(STAFF)
        kind = {"courier": "courier", "driver": "transport"}.get(role, "office")
        if self.likely(25):
            return {"kind": self.rng.choice(["sender", "recipient"])}
        return {"kind": kind, "user": actor, "verified": self.likely(50)}

    def particulars(self, kind: str, chain: str | None) -> Particulars:
        if kind == "registered":
            return self.registration()
        told: Particulars = {}
        if kind in TWO_HANDED and self.likely(35):
            told["handover"] = self.handover()
        if self.likely(94):
            self.add_papers(kind, told)
            self.add_bag(kind, chain, told)
            self.add_rest(kind, told)
        return told

    def add_papers(self, kind: str, told: Particulars) -> None:
        if kind in ("accepted", "collected", "delivered", "handed_out"):
            told["counts"] = [{"line": 1, "kind": "original", "count": 1}]
        if kind in ("accepted", "collected") and self.likely(30):
            told["identity"] = "seen"
        if kind in ("accepted", "collected", "departed", "arrived") and self.likely(75):
            told["seal_number"] = "S-1"
        if kind in ("departed", "arrived") and self.likely(60):
            told["seal_ok"] = self.likely(90)
        if kind in ("delivered", "handed_out"):
            self.add_ending(told)

    def add_bag(self, kind: str, chain: str | None, told: Particulars) -> None:
        if kind in ("bagged", "unbagged") and chain is None:
            told["bag"] = self.rng.choice(BAGS) if self.likely(30) else BAGS[0]
        if kind == "unbagged" and chain is not None and self.likely(25):
            told["missing"] = [NUMBER] if self.likely(70) else ["EA000000014VN"]

    def add_ending(self, told: Particulars) -> None:
        if self.likely(92):
            told["receiver"] = self.usual_receiver() if self.likely(75) else self.rng.choice(RECEIVERS)
        if self.likely(70):
            told["identity"] = self.rng.choice(["seen", "authorisation", "code"])

    def usual_receiver(self) -> str:
        if self.leg == "result":
            return "agency" if self.returning else "recipient"
        return "sender" if self.returning else "agency"

    def add_rest(self, kind: str, told: Particulars) -> None:
        if kind == "attempt_failed":
            told["action"] = self.rng.choice(["reattempt", "hold", "return"])
        if kind == "held":
            told["until_on"] = "2026-12-01"
        if kind == "invited":
            told["number"] = self.rng.choice([1, 2])
        if kind in ("redirected", "forwarded") and self.likely(80):
            told["office"] = self.rng.choice(OFFICES)
        if kind == "damaged":
            told["witness"] = "postclerk"
        if kind == "found":
            told["second_person"] = "postclerk"

    def registration(self) -> Particulars:
        told: Particulars = {"leg": self.leg, "from_office": "POST1", "to_office": self.rng.choice(["CENTRE", "POST2"])}
        if self.likely(60):
            told["route"] = ROUTE
        if self.likely(60):
            told["policy"] = {"attempts": self.rng.choice([1, 2])}
        return told

    def handover(self) -> str:
        """Often the one told last: the other hand of the same handover."""
        told = [e["details"]["handover"] for e in self.events if "handover" in e["details"]]
        return told[-1] if told and self.likely(60) else self.new_id()

    # ------------------------------------------------------------ the story

    def next_kind(self) -> str:
        if self.likely(self.wildness):
            return self.rng.choice([kind for kind in KINDS if kind != "corrected"])
        if self.status == "at_office" and self.returning and self.likely(10):
            return "unclaimed"
        if self.status == "registered" and self.likely(2):
            return "cancelled"
        return self.rng.choice(USUAL.get(self.status, ["delivered", "handed_out", "found", "arrived", "corrected"]))

    def follow(self, kind: str) -> None:
        row = LIFE_CYCLE[kind]
        if kind in ("refused", "return_started", "hold_expired", "recalled"):
            self.returning = True
        if row["to"] not in ("=", "-", "recomputed"):
            self.status = row["to"].split("|")[0]

    def step(self) -> None:
        self.pass_time()
        kind = self.next_kind()
        told = self.tell(kind)
        if told.get("hand") != "give" or kind == "departed":
            self.follow(kind)
        if kind == "bagged" and self.likely(75):
            self.ride(told["details"].get("bag", BAGS[0]))
        if kind in TWO_HANDED and self.likely(90 if told.get("hand") == "give" else 25):
            self.other_hand(told)
        if self.likely(4):
            self.scan_again(told)
        if self.likely(5):
            self.correct()

    def ride(self, bag: str) -> None:
        for kind in OF_A_BAG:
            if self.likely(85):
                self.pass_time()
                self.tell(kind, chain=bag)
                self.follow(kind)
            if self.likely(8):
                self.tell("corrected", chain=bag)["details"] = {"event": self.target(bag)}
            if self.likely(8):
                self.step()

    def other_hand(self, first: Told) -> None:
        """The second person of a handover tells the same thing, with the same id or with none."""
        self.now += self.rng.choice(PAUSES[:6])
        hand = {"give": "take", "take": "give"}.get(first.get("hand", "take"), "take")
        second = self.tell(first["type"], first.get("chain"), hand)
        handover = first["details"].get("handover")
        if handover is not None and self.likely(85):
            second["details"]["handover"] = handover
        if second["hand"] != "give":
            self.follow(first["type"])

    def scan_again(self, first: Told) -> None:
        self.now += self.rng.choice(PAUSES[:6])
        again = self.tell(first["type"], chain=first.get("chain"))
        if self.likely(60):
            again["device"], again["actor"], again["role"] = first["device"], first["actor"], first["role"]
        again["details"] = first["details"].copy() if self.likely(50) else again["details"]

    def target(self, chain: str | None) -> str:
        known = [e["id"] for e in self.events if e.get("chain") == chain and e["type"] != "registered"]
        if not known or self.likely(8):
            return self.rng.choice([self.new_id(), self.events[0]["id"]])
        return known[-1] if self.likely(60) else self.rng.choice(known)

    def correct(self) -> None:
        self.now += self.rng.choice(PAUSES[:8])
        named = self.target(None)
        correction = self.tell("corrected")
        correction["details"] = {"event": named} if self.likely(96) else {}
        if self.likely(70):
            for event in self.events:
                if event["id"] == named:
                    correction["device"], correction["actor"] = event["device"], event["actor"]
        if self.likely(35):
            correction["role"], correction["actor"] = "supervisor", "supervisor"
        if self.likely(25):
            self.now += 2 * MINUTE
            self.tell("corrected")["details"] = {"event": correction["id"]}


RECEIVERS = ["recipient", "authorised", "sender", "agency"]


def told_of(events: list[Told]) -> History:
    own = [event for event in events if "chain" not in event]
    return {"number": NUMBER, "item": own, "bags": [event for event in events if "chain" in event]}


def life_story(seed: int) -> History:
    """One item on one leg, from registration to wherever it got; a few events may have been lost on the way."""
    teller = Teller(random.Random(seed))
    if not teller.likely(3):
        teller.tell("registered")
        teller.follow("registered")
    for _ in range(teller.rng.randrange(2, 22)):
        teller.step()
        if teller.status not in USUAL and teller.likely(60):
            break
    events = teller.events
    if teller.likely(25):
        events = [event for event in events if not teller.likely(12)]
    return told_of(events)


def heap(seed: int) -> History:
    """Events without sense or order: the fold must say the same about them however they arrive."""
    teller = Teller(random.Random(seed))
    if teller.likely(50):
        teller.tell("registered")
    kinds = [*KINDS, *["corrected"] * teller.rng.choice([0, 0, 0, 60])]
    for _ in range(teller.rng.randrange(1, 13)):
        teller.now = teller.rng.choice([0, 0, MINUTE, 5 * MINUTE, 6 * MINUTE, HOUR, 24 * HOUR, 25 * HOUR])
        chain = teller.rng.choice([None, None, None, *BAGS])
        kind = teller.rng.choice(kinds if chain is None else [*OF_A_BAG, *OF_A_BAG, "corrected", "missing", "bagged"])
        disorder(teller, teller.tell(kind, chain))
    for event in teller.events:
        befuddle(teller, event)
    events = teller.events + [event for event in teller.events if teller.likely(15)]
    teller.rng.shuffle(events)
    return told_of(events)


def crowd(seed: int) -> History:
    """A few kinds of event over and over within two days, told by anyone in any hand: what the limits are for."""
    teller = Teller(random.Random(seed))
    kinds = teller.rng.sample([kind for kind in KINDS if kind != "registered"], teller.rng.randrange(2, 7))
    handovers = [teller.new_id(), teller.new_id()]
    teller.tell("registered")
    for _ in range(teller.rng.randrange(3, 15)):
        teller.now += teller.rng.choice([0, SECOND, 5 * MINUTE, 5 * MINUTE + 1, 10 * MINUTE, 15 * MINUTE, 24 * HOUR])
        event = teller.tell(teller.rng.choice(kinds))
        disorder(teller, event)
        event.pop("counter", None)
        event["prev"] = teller.events[-2]["id"]
        if event["type"] == "corrected":
            event["details"] = {"event": teller.target(None)}
        if event["type"] in TWO_HANDED and teller.likely(60):
            event["details"]["handover"] = teller.rng.choice(handovers)
    return told_of(teller.events)


def disorder(teller: Teller, event: Told) -> None:
    actor, role, _, device = teller.rng.choice(STAFF)
    event["actor"], event["role"] = actor, role
    event["device"] = device if teller.likely(50) else "phone-1"
    if teller.likely(60):
        event["counter"] = teller.rng.randrange(0, 4)
    if event["type"] in TWO_HANDED or teller.likely(4):
        event["hand"] = teller.rng.choice(["give", "take", "both"])
        if teller.likely(5):
            del event["hand"]


def befuddle(teller: Teller, event: Told) -> None:
    """Causes that are unknown, lie ahead, run in a ring or belong to another chain."""
    anyone = [e["id"] for e in teller.events]
    if teller.likely(50):
        event["prev"] = teller.rng.choice([*anyone, teller.new_id()])
    if event["type"] == "corrected":
        event["details"] = {"event": teller.rng.choice([*anyone, event["id"], teller.new_id()])}
        event["role"] = "supervisor" if teller.likely(50) else event["role"]


# ---------------------------------------------------------------- for the doors


def as_sent(event: Told, code: str) -> dict[str, object]:
    """The event as `POST /events` takes it: the device's own clock, and what it knows to be wrong with it.

    Left out is what the door adds or works out: who sent it, by which device, whether a second person was verified.
    `registered` and `label_printed` have doors of their own, and `POST /events` refuses them.
    """
    offset = event.get("offset", 0)
    details = {key: value for key, value in event["details"].items() if key not in ("policy", "route")}
    if "hand" in event:
        details["hand"] = event["hand"]
    if "counts" in details:
        details["counts"] = [{"name": "Đơn đăng ký", "kind": "original", "count": 1}]
    sent: dict[str, object] = {
        "id": event["id"],
        "code": code,
        "type": event["type"],
        "occurred_at": instant(event["at"] - offset),
        "clock_offset_ms": offset,
        "details": details,
    }
    same = cast("dict[str, object]", event)
    sent.update({key: same[key] for key in ("prev", "office", "reason") if key in same})
    if event.get("evidence"):
        sent["evidence"] = [sha256(event["id"].encode()).hexdigest()]
    if "counter" in event:
        sent["device_counter"] = event["counter"]
    if "counterparty" in event:
        sent["counterparty"] = {key: told for key, told in event["counterparty"].items() if key != "verified"}
    return sent


def instant(milliseconds: int) -> str:
    return (EPOCH + timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds")
