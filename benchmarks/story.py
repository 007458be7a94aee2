"""Twelve events that an ordinary envelope goes through, without a single anomaly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from sqlmodel import Session

from tests.builders import POST, a_desk, a_dossier, a_number, an_account, an_item, found_province, use_quick_passwords
from tracker.actions.founding import NewRange, grant_ranges
from tracker.domain.actor import Actor
from tracker.domain.chain import instant
from tracker.domain.vocabulary import EventType as E, Role

SEAL = {"seal_number": "NP 004 417", "seal_ok": True}
COUNTS = [{"name": "Tờ khai xác nhận tình trạng hôn nhân", "kind": "original", "count": 1}]
PACKED = {**SEAL, "counts": COUNTS, "identity": "seen"}
SENDER = {"kind": "sender", "basis": "seen"}
COURIER = {"kind": "courier", "user": "huy"}
OFFICE = {"kind": "office"}
STEP = timedelta(minutes=20)
DAY = timedelta(days=1)

# Who, what, and the rest as sent; `handover` numbers the meetings of two hands.
STEPS: tuple[tuple[str, E, dict[str, object]], ...] = (
    ("lộc", E.ACCEPTED, {"counterparty": SENDER, "details": PACKED}),
    ("lộc", E.GIVEN_TO_COURIER, {"counterparty": COURIER, "handover": 1}),
    ("huy", E.GIVEN_TO_COURIER, {"counterparty": OFFICE, "handover": 1}),
    ("huy", E.ATTEMPT_FAILED, {"reason": "absent", "details": {"action": "reattempt"}}),
    ("lộc", E.BACK_AT_OFFICE, {"counterparty": COURIER}),
    ("lộc", E.GIVEN_TO_COURIER, {"counterparty": COURIER, "handover": 2}),
    ("huy", E.GIVEN_TO_COURIER, {"counterparty": OFFICE, "handover": 2}),
    ("huy", E.ATTEMPT_FAILED, {"reason": "unreachable", "details": {"action": "reattempt"}}),
    ("lộc", E.BACK_AT_OFFICE, {"counterparty": COURIER}),
    ("lộc", E.GIVEN_TO_COURIER, {"counterparty": COURIER, "handover": 3}),
    ("huy", E.GIVEN_TO_COURIER, {"counterparty": OFFICE, "handover": 3}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One scan of a story: by whom, when, and the event as sent."""

    actor: Actor
    at: datetime
    event: dict[str, object]


@dataclass(slots=True)
class Post:
    """A post office with its clerk and courier, and as many envelopes as a benchmark asks for."""

    people: dict[str, Actor]
    began_at: datetime
    serials: Iterator[int]
    counters: dict[str, Iterator[int]]

    def new_items(self, session: Session, how_many: int) -> list[str]:
        desk = a_desk(self.people["lộc"], at=self.began_at)
        day = f"{self.began_at:%y%m%d}"
        dossiers = [a_dossier(session, desk, a_number(next(self.serials), day=day)) for _ in range(how_many)]
        return [an_item(session, desk, dossier).number for dossier in dossiers]

    def scans(self, items: list[str]) -> Iterator[Told]:
        """The first scan of every item, then the second of every item, and so on to the last."""
        meetings = {(item, number): str(uuid4()) for item in items for number in (1, 2, 3)}
        for order, (who, kind, rest) in enumerate(STEPS, start=1):
            for item in items:
                yield self._told(item, (order, who, kind), dict(rest), meetings)

    def _told(
        self, item: str, step: tuple[int, str, E], rest: dict[str, object], meetings: dict[tuple[str, int], str]
    ) -> Told:
        order, who, kind = step
        at = self.began_at + order * STEP
        number = rest.pop("handover", None)
        if isinstance(number, int):
            rest["details"] = {"handover": meetings[item, number]}
        event: dict[str, object] = {"id": str(uuid4()), "code": item, "type": kind, "occurred_at": instant(at), **rest}
        event["device_counter"] = next(self.counters[who])
        return Told(self.people[who], at, event)


def found_post(session: Session) -> Post:
    use_quick_passwords()
    at = datetime.now(UTC) - DAY
    found_province(session, at=at)
    grant_ranges(session, [NewRange(POST, "RI", 32_000_000, 32_099_999)], at=at)
    people = {
        name: an_account(session, role, POST, name, at=at).actor
        for name, role in (("lộc", Role.POSTCLERK), ("huy", Role.COURIER))
    }
    return Post(people, at, count(1), {name: count(1) for name in people})
