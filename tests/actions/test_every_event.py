"""Every status, every event, every role: a transition of the table, a refusal with its cause, or an anomaly."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session

from tests.builders import a_door
from tests.drills.proof import tell_proof
from tests.drills.soaking import IS_SOAK, MARKS
from tests.model.door import Now, Sender, as_recorded, cause_of_refusal
from tests.model.histories import EPOCH, HOUR, LIFE_CYCLE, as_sent
from tests.model.roles import Person
from tests.model.second_fold import FINAL, in_table, read, second_fold
from tests.model.telling import MOVING_HAND, full
from tests.model.told import History, Sum, Told
from tests.province import Province, posted, standing_of
from tracker.actions.post import RegisteredItem
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.domain.events import Standing
from tracker.domain.vocabulary import Leg
from tracker.store.queries.stories import read_story

pytestmark = MARKS
START = 21 * 24 * HOUR + 2 * HOUR
"""The day on which the province of the tests opens."""
ROLES = ("clerk", "postclerk", "courier", "driver", "officer", "supervisor", "system", "hotline", "admin", "auditor")
# A tenth in the ordinary suite; eleven shares no factor with the numbers of roles, events and standings.
STRIDE = 1 if IS_SOAK else 11
Step = tuple[str, str]
ACCEPTED: tuple[Step, ...] = (("postclerk", "accepted"),)
CARRIED: tuple[Step, ...] = (*ACCEPTED, ("courier", "given_to_courier"))
WAYS: dict[str, tuple[Step, ...]] = {
    "registered": (),
    "collected": (("courier", "collected"),),
    "at_office": ACCEPTED,
    "bagged": (*ACCEPTED, ("postclerk", "bagged")),
    "in_transit": (*ACCEPTED, ("postclerk", "departed")),
    "with_courier": CARRIED,
    "held": (*ACCEPTED, ("postclerk", "held")),
    "damaged": (*ACCEPTED, ("postclerk", "damaged")),
    "missing": (*ACCEPTED, ("postclerk", "missing")),
    "delivered": (*CARRIED, ("courier", "delivered")),
    "returned": (*ACCEPTED, ("officer", "handed_out")),
    "cancelled": (("postclerk", "cancelled"),),
    "lost": (*ACCEPTED, ("postclerk", "missing"), ("supervisor", "declared_lost")),
    "unclaimed": (*ACCEPTED, ("supervisor", "unclaimed")),
}
# What was turned back before its last step; the rest is turned where it stands.
TURNED_BEFORE_THE_END = ("delivered", "returned", "lost", "unclaimed")
STANDINGS = [
    (status, direction)
    for status in WAYS
    for direction in ("forward", "returning")
    if (status, direction) not in {("registered", "returning"), ("cancelled", "returning"), ("unclaimed", "forward")}
]


@dataclass
class Twins:
    """One envelope in the product's books and in the model's."""

    session: Session
    province: Province
    item: RegisteredItem
    events: list[Told] = field(default_factory=list)
    at: int = START

    @property
    def history(self) -> History:
        return {"number": self.item.number, "item": self.events, "bags": []}

    def person(self, role: str) -> Person:
        actor = self.province[role]
        return Person(role, role, actor.office_code, actor.device)

    def tell(self, role: str, kind: str, receiver: str) -> Told:
        event = full(kind, str(uuid4()), self.at, receiver)
        if kind == "corrected":
            event["details"] = {"event": self.events[-1]["id"]}
        if role == "supervisor" and LIFE_CYCLE[kind]["two_handed"]:
            event["hand"] = MOVING_HAND.get(kind, "take")
        return event

    def send(self, role: str, event: Told) -> Receipt:
        (receipt,) = record(
            self.session, [as_sent(event, self.item.number)], a_door(self.province[role], at=instant(self.at))
        )
        return receipt

    def go(self, role: str, kind: str) -> None:
        """A delivery reaches the recipient even on the way back; only a sender's own officer takes it back."""
        self.at += 190 * 24 * HOUR if kind == "unclaimed" else HOUR
        event = self.tell(role, kind, "agency" if kind == "handed_out" else "recipient")
        if kind == "handed_out":
            event["hand"] = "take"
        settled = as_recorded(event, Sender(self.person(role)), Now(self.at), self.history)
        assert self.send(role, event).outcome == "recorded", (role, kind)
        self.events.append(settled)


def instant(at: int) -> datetime:
    return (EPOCH + timedelta(milliseconds=at)).astimezone(UTC)


def registration(session: Session, item: RegisteredItem) -> Told:
    """As the product wrote it: it has a door of its own."""
    event = read_story(session, item.item_id).events[0].event
    details = event.details
    return {
        "id": str(event.id),
        "type": "registered",
        "at": START,
        "device": event.device,
        "actor": event.actor,
        "role": event.actor_role.value,
        "details": {
            "leg": "result",
            "from_office": str(details.from_office),
            "to_office": str(details.to_office),
            "route": list(details.route or ()),
            "policy": {"attempts": 3},
        },
    }


def brought_to(session: Session, province: Province, status: str, direction: str) -> Twins:
    item = posted(session, province["clerk"], Leg.RESULT)
    twins = Twins(session, province, item, [registration(session, item)])
    way = list(WAYS[status])
    if direction == "returning":
        way.insert(len(way) - 1 if status in TURNED_BEFORE_THE_END else len(way), ("clerk", "recalled"))
    for role, kind in way:
        twins.go(role, kind)
    twins.at += HOUR
    told = second_fold(twins.history)
    assert (told["status"], told["direction"]) == (status, direction)
    assert agrees(standing_of(session, item), told)
    return twins


def agrees(standing: Standing, told: Sum) -> bool:
    pending = standing.pending
    return (
        standing.status,
        standing.direction,
        (standing.custodian.kind, standing.custodian.ref),
        standing.attempts,
        standing.invitations,
        standing.attempt_open,
        standing.verifying,
        pending.to if pending else None,
        list(standing.anomalies),
    ) == (
        told["status"],
        told["direction"],
        told["custodian"],
        told["attempts"],
        told["invitations"],
        told["attempt_open"],
        told["verifying"],
        told["pending"]["to"] if told["pending"] else None,
        told["anomalies"],
    )


def what_became(twins: Twins, role: str, kind: str) -> tuple[str, list[str]]:
    """`refused`, `transition`, `anomaly` or `told before`, and what the model says against it."""
    turned = second_fold(twins.history)["direction"] == "returning"
    event = twins.tell(role, kind, "agency" if turned else "recipient")
    sender, now = Sender(twins.person(role)), Now(twins.at)
    cause = cause_of_refusal(event, sender, now, twins.history)
    receipt = twins.send(role, event)
    if cause is not None or receipt.outcome == "refused":
        return "refused", [] if receipt.cause == cause else [f"{receipt.outcome} {receipt.cause}, not {cause}"]
    settled = as_recorded(event, sender, now, twins.history)
    after: History = {**twins.history, "item": [*twins.events, settled]}
    told = second_fold(after)
    wrong = [] if receipt.outcome == "recorded" else [f"{receipt.outcome} {receipt.cause}"]
    standing = standing_of(twins.session, twins.item)
    if not agrees(standing, told):
        wrong.append(f"{standing} against {told}")
    return kind_of_outcome(settled, after, twins.history), wrong


def kind_of_outcome(event: Told, after: History, before: History) -> str:
    told = read(after)
    if told["codes"].get(event["id"]):
        return "anomaly"
    if event["type"] == "corrected":
        return "transition"
    was = second_fold(before)
    verdict = next(line["verdict"] for line in told["log"] if line["event"]["id"] == event["id"])
    if verdict in ("applied", "claim") and in_table(event, was["status"], was["direction"]):
        return "transition"
    return "told before" if verdict == "absorbed" else "nothing of the kind"


def cases() -> Iterator[tuple[str, str, str, str]]:
    every = [(*standing, kind, role) for standing in STANDINGS for kind in LIFE_CYCLE for role in ROLES]
    return iter(every[::STRIDE])


def test_each_event_of_each_role_in_each_status_is_a_transition_a_refusal_or_an_anomaly(
    books: Session, province: Province, engine_name: str, request: pytest.FixtureRequest
) -> None:
    counts: dict[str, int] = {}
    differences: list[str] = []
    twins: Twins | None = None
    now_at = ("", "")
    for status, direction, kind, role in cases():
        if twins is None or now_at != (status, direction):
            twins, now_at = brought_to(books, province, status, direction), (status, direction)
        with books.begin_nested() as tried:
            became, wrong = what_became(twins, role, kind)
            tried.rollback()
        books.expire_all()
        counts[became] = counts.get(became, 0) + 1
        differences += [f"{status} {direction} {kind} by {role}: {each}" for each in wrong]

    assert differences == []
    assert set(counts) <= {"transition", "refused", "anomaly", "told before"}
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    tell_proof(request, f"status × event × role, {engine_name}: {sum(counts.values())} cases, {told}; no seed")


def test_a_code_nobody_knows_takes_scans_of_whoever_may_make_them_and_no_decision(
    books: Session, province: Province
) -> None:
    """The status before all others."""
    nobody: History = {"number": "RR473124829VN", "item": [], "bags": []}
    for kind in LIFE_CYCLE:
        for role in ROLES:
            event = full(kind, str(uuid4()), START)
            actor = province[role]
            by = Person(role, role, actor.office_code, actor.device)
            if role == "supervisor" and LIFE_CYCLE[kind]["two_handed"]:
                event["hand"] = MOVING_HAND.get(kind, "take")
            decides = kind != "corrected" and LIFE_CYCLE[kind]["kind"] == "decision"
            (receipt,) = record(books, [as_sent(event, nobody["number"])], a_door(actor, at=instant(START)))

            refused = cause_of_refusal(event, Sender(by), Now(START), nobody)
            if decides and refused not in ("wrong_door", "wrong_role"):
                refused = "unknown_number"
            if kind == "corrected" and role == "supervisor":
                refused = "details_missing"
            assert (receipt.outcome, receipt.cause) == (("refused", refused) if refused else ("recorded", None))


def test_a_final_status_is_left_by_nothing_but_a_correction() -> None:
    for status in FINAL:
        for direction in ("forward", "returning"):
            fitting = {kind for kind in LIFE_CYCLE if in_table(full(kind, "", 0), status, direction)}
            assert fitting == {"corrected"}
