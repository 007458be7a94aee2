"""Everything that happens to envelopes, in any order Hypothesis can think of, told to the product and to the model."""

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, cast
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.builders import POST, a_number
from tests.callers import a_dossier_body
from tests.machine.checks import Checks
from tests.machine.world import STAFF, WorkerKilled, World
from tests.model.books import Books, Target
from tests.model.door import Now, Sender, instant_of, local_day
from tests.model.histories import HOUR, LIFE_CYCLE, MINUTE, SECOND, USUAL, as_sent
from tests.model.roles import MATRIX, Person
from tests.model.telling import MOVING_HAND, full
from tests.model.told import Particulars, Told

OPENING = 21 * 24 * HOUR + 2 * HOUR
"""The day on which the province of the tests opens: a Monday at ten."""
SEEDS = st.integers(min_value=0, max_value=2**32)
LEGS = ("submission", "result", "result", "supplement")
ROUTES = {"submission": [POST, "H12.TT"], "supplement": [POST, "H12.TT"], "result": ["H12.NNMT", POST]}
OF_A_BAG = ("departed", "loaded", "arrived", "unbagged", "missing", "damaged")
PHONES = ("courier", "courier2", "driver")
ANY_KIND = st.sampled_from(sorted(LIFE_CYCLE))
# They decide only about items of their own offices; the model does not know who sees what.
SCANS_ONLY = ("postclerk2", "officer2")
Receipt = dict[str, object]


@dataclass
class Draft:
    """One event as somebody is about to send it, again and again if need be."""

    event: Told
    target: Target
    who: str
    stands_for: str | None = None
    second: str | None = None

    def as_json(self) -> dict[str, object]:
        event = self.event
        device_clock: Told = {**event, "at": event["at"] + event.get("offset", 0)}
        sent = as_sent(device_clock, self.target.code)
        if "offset" not in event:
            del sent["clock_offset_ms"]
        if self.second is not None:
            told = cast("dict[str, object]", sent["counterparty"])
            sent["counterparty"] = {**told, "user": self.second, "pin": "261126"}
        if self.stands_for is not None:
            sent |= {"on_behalf_of": self.stands_for, "source": "back_entry"}
        return sent


@dataclass
class Phone:
    """`slow_by`: how far its clock lags; `known` the newest event of each item it has heard of."""

    slow_by: int = 0
    counter: int = 0
    kept: list[Draft] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)


def _only(details: Particulars, *keys: str) -> Particulars:
    return cast("Particulars", {key: value for key, value in details.items() if key in keys})


class Custody(RuleBasedStateMachine):
    """Everything random comes from the seeds that Hypothesis draws, one for each step."""

    world: ClassVar[World]
    serial: ClassVar[int] = 0
    sent: ClassVar[dict[str, set[str]]] = {}
    """Outcomes by type, over all runs."""
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.checks = Checks(self.world, self.books)
        self.phones: dict[str, Phone] = {}
        self.dossiers: dict[str, tuple[str, str]] = {}
        self.tokens: dict[str, list[tuple[str, int | None]]] = {}
        self.drafts: list[tuple[Draft, Receipt]] = []
        self.rng = random.Random(0)
        self.is_whole = False

    @initialize(seed=SEEDS)
    def open_the_day(self, seed: int) -> None:
        self.draw(seed)
        self.world.begin_anew(OPENING)
        self.register(seed)

    def draw(self, seed: int) -> None:
        """Before each step. Every instant is another one, so that nothing depends on the names of devices."""
        Custody.serial += 1
        Custody.steps += 1
        self.is_whole = False
        self.rng = random.Random(seed)
        self.world.now += self.rng.choice([20 * SECOND, 2 * MINUTE, 7 * MINUTE, 20 * MINUTE, HOUR]) + 7

    # ------------------------------------------------------------ doors of their own

    @rule(seed=SEEDS)
    def register(self, seed: int) -> None:
        self.draw(seed)
        leg = self.rng.choice(LEGS)
        self.post_item(self.a_dossier(self.poster(leg)), leg)

    def poster(self, leg: str) -> str:
        return "clerk" if leg == "result" else "postclerk"

    def a_dossier(self, who: str) -> str:
        Custody.serial += 1
        dossier = a_number(Custody.serial % 9999 + 1, day=f"2611{10 + Custody.serial // 9999:02d}")
        assert self.world.post("/dossiers", a_dossier_body(0, number=dossier), who).status_code == 201
        return dossier

    @rule(seed=SEEDS)
    def register_again(self, seed: int) -> None:
        """For a dossier and leg that has an envelope already, on its way or at its end."""
        self.draw(seed)
        dossier, leg = self.dossiers[self.rng.choice(sorted(self.dossiers))]
        self.post_item(dossier, leg)

    def post_item(self, dossier: str, leg: str, number: str | None = None) -> None:
        who = self.poster(leg)
        body = {"dossier": dossier, "leg": leg} | ({"number": number} if number else {})
        answer = self.world.post("/items", body, who)
        told = answer.json or {}
        holder = self.checks.holder_of(dossier, leg)
        if holder is not None:
            assert (answer.status_code, told["cause"]) == (409, "open_item_exists"), told
            assert holder in told["detail"]
            self.note("registered", "refused")
            return
        assert answer.status_code == 201, told
        self.enter(str(told["number"]), (dossier, leg), who)

    def enter(self, number: str, of: tuple[str, str], who: str) -> None:
        by, route = self.world.person(who), ROUTES[of[1]]
        registered = self.newest_event(number, "registered")
        self.dossiers[number] = of
        self.checks.dossiers[number] = of
        self.books.items[number] = [
            *self.books.orphans.pop(number, []),
            {
                "id": registered,
                "type": "registered",
                "at": self.world.now,
                "device": by.device,
                "actor": by.name,
                "role": by.role,
                "office": by.office,
                "details": {
                    "leg": of[1],
                    "from_office": route[0],
                    "to_office": route[1],
                    "route": route,
                    "policy": {"attempts": 3},
                },
            },
        ]
        self.checks.touched.add(number)
        self.note("registered", "recorded")

    def newest_event(self, number: str, kind: str) -> str:
        events = (self.world.get(f"/items/{number}").json or {})["events"]
        return str([event["id"] for event in events if event["type"] == kind][-1])

    @rule(seed=SEEDS)
    def print_label(self, seed: int) -> None:
        self.draw(seed)
        number = self.an_item()
        is_final = self.books.sum(number)["status"] in ("delivered", "returned", "cancelled", "lost", "unclaimed")
        body = {"items": [number], "format": "a6", "reason": "smeared"}
        answer = self.world.post("/labels", body, "postclerk")
        if is_final:
            assert (answer.status_code, (answer.json or {})["cause"]) == (409, "not_allowed_now")
            self.note("label_printed", "refused")
            return
        assert answer.status_code == 200
        by = self.world.person("postclerk")
        printed: Told = {
            "id": self.newest_event(number, "label_printed"),
            "type": "label_printed",
            "at": self.world.now,
            "device": by.device,
            "actor": by.name,
            "role": by.role,
            "office": by.office,
            "details": {},
        }
        self.books.items[number].append(printed)
        known = self.tokens.setdefault(number, [])
        known[:] = [(token, since or self.world.now) for token, since in known]
        labels = (self.world.get(f"/items/{number}").json or {})["labels"]
        current = next(label["token"] for label in labels if label["state"] == "current")
        known.append((current, None))
        self.checks.touched.add(number)
        self.note("label_printed", "recorded")

    # ------------------------------------------------------------ what people see and tell

    def an_item(self) -> str:
        return self.rng.choice(sorted(self.books.items)[-4:])

    def likely(self, percent: int) -> bool:
        return self.rng.random() * 100 < percent

    def person_for(self, kind: str) -> str:
        able = [name for name, (role, _) in STAFF.items() if kind in MATRIX[role].split()]
        if LIFE_CYCLE[kind]["kind"] == "decision":
            able = [name for name in able if name not in SCANS_ONLY]
        if not able or self.likely(10):
            able = [name for name in STAFF if name not in SCANS_ONLY]
        usual = [name for name in able if name != "supervisor"]
        return self.rng.choice(usual if usual and self.likely(80) else able)

    def draft(self, number: str, kind: str, who: str | None = None) -> Draft:
        who = who or self.person_for(kind)
        told = self.books.sum(number)
        receiver = self.receiver(number, told["direction"])
        event = full(kind, self.new_id(), self.world.now, receiver)
        event["details"] = {**event["details"], **self.particulars_of(number, kind)}
        self.circumstances(event, who, number)
        return self.two_people(Draft(event, self.target(number), who), told["attempts"])

    def receiver(self, number: str, direction: str) -> str:
        to_citizen = (self.dossiers[number][1] == "result") == (direction == "forward")
        usual = ("recipient" if direction == "forward" else "sender") if to_citizen else "agency"
        return usual if self.likely(85) else self.rng.choice(["recipient", "sender", "agency", "authorised"])

    def particulars_of(self, number: str, kind: str) -> Particulars:
        if kind in ("bagged", "unbagged"):
            return {"bag": self.a_bag()}
        if kind == "invited":
            return {"number": self.books.sum(number)["invitations"] + (1 if self.likely(85) else 2)}
        if kind == "held":
            return {"until_on": (local_day(self.world.now) + timedelta(days=self.rng.choice([0, 3, 9]))).isoformat()}
        if kind in ("declared_lost", "unclaimed"):
            return {"approver": "admin" if self.likely(80) else "supervisor"}
        if kind == "corrected":
            return {"event": self.rng.choice(self.books.items[number])["id"]}
        return {}

    def a_bag(self) -> str:
        return f"TUI-{self.serial_of_run}-{self.rng.randrange(2)}"

    @property
    def serial_of_run(self) -> int:
        return int(min(number for number in self.books.items)[2:10])

    def circumstances(self, event: Told, who: str, number: str) -> None:
        role = STAFF[who][0]
        phone = self.phone(who)
        if self.likely(8):
            event["office"] = self.rng.choice(["H12.TT", "BC.CM", "BC.BL"])
        if LIFE_CYCLE[event["type"]]["two_handed"]:
            if role == "supervisor" and self.likely(90):
                event["hand"] = MOVING_HAND.get(event["type"], "take")
            elif self.likely(20):
                event["hand"] = self.rng.choice(["give", "take"])
            if self.likely(60):
                event["details"]["handover"] = self.a_handover(number)
        if self.likely(8):
            event["details"] = _only(event["details"], "handover", "event")
        if number in phone.known and self.likely(80):
            event["prev"] = phone.known[number]
        if who in PHONES or self.likely(30):
            phone.counter += 1
            event["counter"] = phone.counter
        del event["offset"]

    def a_handover(self, number: str) -> str:
        told = [event["details"]["handover"] for event in self.books.items[number] if "handover" in event["details"]]
        return told[-1] if told and self.likely(60) else self.new_id()

    def two_people(self, draft: Draft, _: int) -> Draft:
        kind, role = draft.event["type"], STAFF[draft.who][0]
        if role == "supervisor" and self.likely(30):
            draft.stands_for = self.rng.choice(["postclerk", "courier", "driver", "officer"])
        elif kind in ("given_to_courier", "back_at_office", "arrived", "loaded", "delivered") and self.likely(25):
            others = {"courier": "postclerk", "postclerk": "courier", "driver": "postclerk", "officer": "courier"}
            draft.second = others.get(role, "postclerk")
            draft.event["hand"] = "both"
            draft.event["counterparty"] = {"kind": "office", "user": draft.second}
            if draft.second == draft.who:
                draft.second = "officer"
                draft.event["counterparty"]["user"] = "officer"
        return draft

    def target(self, number: str) -> Target:
        tokens = self.tokens.get(number, [])
        if not tokens or self.likely(50):
            return Target(number, item=number)
        token, since = self.rng.choice(tokens)
        cancelled = any(event["type"] == "cancelled" for event in self.books.items[number])
        return Target(token, item=number, old_label_since=since, is_void=cancelled)

    def new_id(self) -> str:
        return str(UUID(int=random.Random(f"{self.serial}-{self.rng.random()}").getrandbits(128), version=4))

    def phone(self, who: str) -> Phone:
        if who not in self.phones:
            slow_by = self.rng.choice([0, -9, -3, 4, 10]) * MINUTE if who in PHONES else 0
            self.phones[who] = Phone(slow_by)
        return self.phones[who]

    # ------------------------------------------------------------ sending

    def send(self, who: str, drafts: Sequence[Draft], **device: int) -> list[Receipt]:
        body: dict[str, object] = {"events": [draft.as_json() for draft in drafts]}
        if "device_time" in device:
            body["device_time"] = instant_of(device["device_time"]).isoformat(timespec="milliseconds")
        answer = self.world.post("/events", body, who)
        assert answer.status_code == 200, answer.text
        receipts = cast("list[Receipt]", (answer.json or {})["receipts"])
        assert len(receipts) == len(drafts)
        for draft, receipt in zip(drafts, receipts, strict=True):
            self.compare(draft, receipt, Now(self.world.now, device.get("device_time"), frozenset(self.books.closed)))
        return receipts

    def compare(self, draft: Draft, receipt: Receipt, now: Now) -> None:
        event, told = draft.event, self.phone(draft.who)
        first = self.checks.receipts.get(event["id"])
        counter = event.get("counter")
        if counter is not None:
            self.checks.counters.setdefault(self.world.person(draft.who).device, set()).add(counter)
        if first is not None:
            assert receipt["outcome"] == "duplicate", (draft, receipt)
            assert [receipt[key] for key in ("id", "seq", "hash", "item")] == [
                first[key] for key in ("id", "seq", "hash", "item")
            ]
            return
        cause = self.books.take(event, draft.target, self.sender(draft), now)
        outcome = "refused" if cause else "recorded"
        assert (receipt["outcome"], receipt.get("cause")) == (outcome, cause), (draft, receipt)
        self.note(event["type"], outcome)
        self.drafts.append((draft, receipt))
        if cause is None:
            self.checks.receipts[event["id"]] = receipt
            self.checks.touched |= self.books.concerned(draft.target)
        if cause is None and draft.target.item is not None:
            told.known[draft.target.item] = str(receipt["head"])
            self.checks.receipt_tells(receipt, draft.target.item)

    def sender(self, draft: Draft) -> Sender:
        by = self.world.person(draft.who)
        other = {name: Person(name, *STAFF[name]) for name in (draft.stands_for, draft.second) if name}
        return Sender(by, other.get(draft.stands_for or ""), other.get(draft.second or ""))

    def note(self, kind: str, outcome: str) -> None:
        self.sent.setdefault(kind, set()).add(outcome)

    # ------------------------------------------------------------ rules of the day

    @rule(seed=SEEDS)
    def go_on(self, seed: int) -> None:
        """Two or three things that usually happen next."""
        self.draw(seed)
        number = self.an_item()
        for _ in range(self.rng.randint(1, 3)):
            self.world.now += self.rng.choice([30 * SECOND, 6 * MINUTE, 3 * HOUR]) + 3
            usual = USUAL.get(self.books.sum(number)["status"], ["delivered", "found", "corrected"])
            draft = self.draft(number, self.rng.choice([kind for kind in usual if kind != "label_printed"]))
            self.send(draft.who, [draft])

    @rule(seed=SEEDS, kind=ANY_KIND)
    def do_what_is_not_done(self, seed: int, kind: str) -> None:
        self.draw(seed)
        draft = self.draft(self.an_item(), kind)
        self.send(draft.who, [draft])

    @rule(seed=SEEDS)
    def enter_what_others_wrote_down(self, seed: int) -> None:
        """A supervisor's batch: one event of every type, about several envelopes."""
        self.draw(seed)
        batch = []
        for kind in self.rng.sample(sorted(LIFE_CYCLE), len(LIFE_CYCLE)):
            self.world.now += 21 * SECOND
            batch.append(self.draft(self.an_item(), kind, "supervisor"))
        self.send("supervisor", batch)

    @rule(seed=SEEDS)
    def see_without_network(self, seed: int) -> None:
        """A phone keeps what it saw; it knows what it last heard."""
        self.draw(seed)
        who, number = self.rng.choice(PHONES), self.an_item()
        able = [kind for kind in MATRIX[STAFF[who][0]].split() if kind != "corrected"]
        for _ in range(self.rng.randint(1, 3)):
            self.world.now += self.rng.choice([25 * SECOND, 8 * MINUTE, 2 * HOUR]) + 3
            usual = [kind for kind in USUAL.get(self.books.sum(number)["status"], []) if kind in able]
            draft = self.draft(number, self.rng.choice(usual or able), who)
            phone = self.phone(who)
            draft.event["at"] -= phone.slow_by
            if self.likely(50):
                draft.event["offset"] = phone.slow_by
            phone.known[number] = draft.event["id"]
            phone.kept.append(draft)

    @rule(seed=SEEDS, is_shuffled=st.booleans(), is_doubled=st.booleans(), is_lost=st.booleans())
    def sync(self, seed: int, is_shuffled: bool, is_doubled: bool, is_lost: bool) -> None:
        """What the phones kept, in any order; the reply gets lost, and they send it all again."""
        self.draw(seed)
        for who in PHONES:
            phone = self.phone(who)
            batch = list(phone.kept)
            if not batch:
                continue
            if is_shuffled:
                self.rng.shuffle(batch)
            if is_doubled:
                batch += self.rng.sample(batch, 1 + len(batch) // 5)
            clock = {"device_time": self.world.now - phone.slow_by} if self.likely(70) else {}
            self.send_once_or_killed(who, batch, clock)
            if is_lost:
                self.world.now += 40 * SECOND
                self.send_again([draft for draft in batch if draft.event["id"] in self.checks.receipts], who)
            phone.kept.clear()

    def send_once_or_killed(self, who: str, batch: list[Draft], clock: dict[str, int]) -> None:
        if self.likely(30):
            self.die_before_commit(who, batch)
        batch = [draft for draft in batch if draft.event["id"] not in self.refused()]
        self.send(who, batch, **clock)

    def refused(self) -> set[str]:
        return {draft.event["id"] for draft, receipt in self.drafts if receipt["outcome"] == "refused"}

    def die_before_commit(self, who: str, batch: Sequence[Draft]) -> None:
        """The worker that took the batch is gone before its COMMIT: nobody heard anything, nothing is there."""
        with self.world.killed_before_commit(), suppress(WorkerKilled):
            answer = self.world.post("/events", {"events": [draft.as_json() for draft in batch]}, who)
            assert answer.status_code >= 500
        self.checks.nothing_new()

    @rule(seed=SEEDS)
    def send_the_same_again(self, seed: int) -> None:
        self.draw(seed)
        recorded = [draft for draft, receipt in self.drafts if receipt["outcome"] == "recorded"]
        if recorded:
            draft = self.rng.choice(recorded)
            self.send_again([draft], self.rng.choice([draft.who, "officer"]))

    def send_again(self, drafts: Sequence[Draft], who: str) -> None:
        """Whoever sends it, and however late: the first receipt once more."""
        answer = self.world.post("/events", {"events": [draft.as_json() for draft in drafts]}, who)
        for draft, receipt in zip(drafts, (answer.json or {})["receipts"], strict=True):
            first = self.checks.receipts[draft.event["id"]]
            same = [receipt[key] == first[key] for key in ("id", "item", "seq", "hash")]
            assert (receipt["outcome"], all(same)) == ("duplicate", True), (draft, receipt)
            counter = draft.event.get("counter")
            if counter is not None:
                self.checks.counters.setdefault(self.world.person(who).device, set()).add(counter)
        self.checks.nothing_new()

    @rule(seed=SEEDS)
    def tell_another_story_under_a_known_id(self, seed: int) -> None:
        self.draw(seed)
        recorded = [draft for draft, receipt in self.drafts if receipt["outcome"] == "recorded"]
        if not recorded:
            return
        draft = self.rng.choice(recorded)
        other = {**draft.as_json(), "source": "paper"}
        receipt = (self.world.post("/events", {"events": [other]}, draft.who).json or {})["receipts"][0]
        assert (receipt["outcome"], receipt["cause"]) == ("conflict", "id_conflict")
        self.checks.conflicts.add(draft.event["id"])
        self.checks.nothing_new()

    @rule(seed=SEEDS)
    def take_back(self, seed: int) -> None:
        """A correction; then, perhaps, a second one of the same event, and a correction of the correction."""
        self.draw(seed)
        number = self.an_item()
        targets = [event for event in self.books.items[number] if event["type"] not in ("registered", "corrected")]
        if not targets:
            return
        named = self.rng.choice([targets[-1], self.rng.choice(targets)])
        own = next((name for name, by in self.world.people.items() if by.device == named["device"]), "supervisor")
        before = self.books.sum(number)
        first = self.correct(number, named["id"], self.rng.choice([own, "supervisor"]))
        once = self.checks.bare(number)
        if self.likely(60):
            self.correct(number, named["id"], "supervisor")
            assert not self.was_supervisor(first) or self.checks.bare(number) == once  # I26
        if self.likely(50) and self.was_supervisor(first):
            for correction in [each for each in self.corrections_of(number, named["id"]) if each not in before["void"]]:
                self.correct(number, correction, "supervisor")
            assert self.checks.counts_again(number, named["id"])

    def correct(self, number: str, target: str, who: str) -> Draft:
        self.world.now += 30 * SECOND + 3
        draft = self.draft(number, "corrected", who)
        draft.stands_for = None
        draft.event["details"] = {"event": target}
        draft.target = Target(number, item=number)
        self.send(who, [draft])
        return draft

    def was_supervisor(self, draft: Draft) -> bool:
        return draft.who == "supervisor" and draft.event["id"] in self.checks.receipts

    def corrections_of(self, number: str, target: str) -> list[str]:
        return [
            event["id"]
            for event in self.books.items[number]
            if event["type"] == "corrected" and event["details"].get("event") == target
        ]

    @rule(seed=SEEDS)
    def move_a_bag(self, seed: int) -> None:
        self.draw(seed)
        bag, kind = self.a_bag(), self.rng.choice(OF_A_BAG)
        who = self.rng.choice([name for name, (role, _) in STAFF.items() if kind in MATRIX[role].split()])
        event = full(kind, self.new_id(), self.world.now)
        event["details"].pop("bag", None)
        if kind == "unbagged" and self.likely(30):
            event["details"]["missing"] = [self.an_item()]
        if STAFF[who][0] == "supervisor":
            event["hand"] = MOVING_HAND.get(kind, "take")
        if not LIFE_CYCLE[kind]["two_handed"]:
            event.pop("hand", None)
        del event["offset"]
        self.send(who, [Draft(event, Target(bag, bag=bag), who)])

    @rule(seed=SEEDS)
    def put_into_a_bag(self, seed: int) -> None:
        self.draw(seed)
        for number in sorted(self.books.items)[-3:]:
            draft = self.draft(number, "bagged", "postclerk")
            self.world.now += 21 * SECOND
            self.send(draft.who, [draft])

    @rule(seed=SEEDS)
    def wait_for_somebody_to_call(self, seed: int) -> None:
        """Held, invited by the calendar in force, and what the end of a hold allows."""
        self.draw(seed)
        number = self.an_item()
        for kind in ("held", "invited", "invited", "hold_expired", "return_started", "unclaimed"):
            self.world.now += self.rng.choice([HOUR, 26 * HOUR, 50 * HOUR, 80 * HOUR]) + 3
            if kind == "unclaimed" and self.likely(50):
                self.world.now += 183 * 24 * HOUR
            who = "supervisor" if kind not in ("held", "invited") else "postclerk"
            draft = self.draft(number, kind, who)
            draft.stands_for = None
            self.send(who, [draft])

    @rule(seed=SEEDS)
    def lose_and_find(self, seed: int) -> None:
        self.draw(seed)
        number = self.an_item()
        for kind in self.rng.choice(
            [("missing", "found"), ("missing", "declared_lost", "found"), ("damaged", "repacked")]
        ):
            self.world.now += HOUR + 3
            draft = self.draft(number, kind)
            self.send(draft.who, [draft])

    @rule(seed=SEEDS)
    def close_a_day(self, seed: int) -> None:
        """A holiday is decreed, today or soon."""
        self.draw(seed)
        day = local_day(self.world.now) + timedelta(days=self.rng.randint(0, 4))
        if day not in self.books.closed:
            self.world.close_day(day)
            self.books.closed.add(day)

    @rule(seed=SEEDS)
    def lose_a_phone(self, seed: int) -> None:
        """Its token is dead at once; what it kept is told later by the person's next phone."""
        self.draw(seed)
        who = self.rng.choice(PHONES)
        phone = self.phone(who)
        dead = self.world.revoke(who)
        events = [draft.as_json() for draft in phone.kept] or [
            Draft(full("missing", self.new_id(), self.world.now), Target(self.an_item()), who).as_json()
        ]
        answer = self.world.post("/events", {"events": events}, who, dead)
        assert (answer.status_code, (answer.json or {})["cause"]) == (401, "unauthenticated")
        self.checks.nothing_new()

    @rule(seed=SEEDS)
    def scan_what_nobody_knows(self, seed: int) -> None:
        """Scans that come before the envelope is entered, and then its registration under that number."""
        self.draw(seed)
        number = self.checks.unknown_number(Custody.serial)
        for kind in self.rng.choice([("arrived",), ("accepted", "bagged"), ("accepted", "departed", "arrived")]):
            self.world.now += 10 * MINUTE + 3
            event = full(kind, self.new_id(), self.world.now)
            event["details"] = {**event["details"], **({"bag": self.a_bag()} if kind == "bagged" else {})}
            del event["offset"]
            self.send("postclerk", [Draft(event, Target(number), "postclerk")])
        self.world.now += HOUR
        self.post_item(self.a_dossier("postclerk"), "submission", number)

    # ------------------------------------------------------------ what must always be true

    @invariant()
    def every_step_holds(self) -> None:
        if self.books.items:
            self.checks.after_each_step()
            self.is_whole = True

    def teardown(self) -> None:
        """Not after a step that failed: it would hide why."""
        if self.is_whole:
            self.checks.at_the_end()
