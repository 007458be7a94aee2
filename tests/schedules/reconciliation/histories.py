"""Dossiers as nobody would tell them: every status, leg and instant by chance, around each grace and beyond it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlmodel import Session

from tests.schedules.planting import NOW, Place, a_dossier
from tracker.actions.claims import ClaimSeen, take_claims
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.domain.notices import NoticeKind
from tracker.domain.vocabulary import Leg, Party, Status
from tracker.store.tables import DOSSIER, DOSSIER_NUMBER, EVENT, FEE, ITEM, ITEM_DOSSIER, NOTICE

AGES = (0.5, 3, 5, 7, 20, 26, 50, 90, 200, 24 * 40, 24 * 59.9, 24 * 61, 24 * 90)
# Those that many rows of the table speak of come more often.
STATUSES = (None, *range(1, 11), 1, 4, 9, 9, 9, 10, 10)
LEGS = (*Leg, Leg.SUBMISSION, Leg.RESULT, Leg.RESULT)
OPEN = [status for status in Status if not status.is_final and status is not Status.UNREGISTERED]
# What the table speaks of and chance seldom makes: a word, and beside it an envelope or none.
RARE: tuple[tuple[int, Leg | None, Status], ...] = (
    (9, None, Status.DELIVERED),
    (5, None, Status.DELIVERED),
    (3, Leg.SUBMISSION, Status.DELIVERED),
    (9, Leg.RESULT, Status.DELIVERED),
    (10, Leg.RESULT, Status.RETURNED),
    (10, Leg.RESULT, Status.WITH_COURIER),
    (4, Leg.RESULT, Status.WITH_COURIER),
    (4, Leg.SUBMISSION, Status.WITH_COURIER),
    (1, Leg.SUBMISSION, Status.DELIVERED),
)
LONG_AGO = timedelta(days=12)
ENDED = [Status.DELIVERED, Status.DELIVERED, Status.DELIVERED, Status.RETURNED, Status.CANCELLED, Status.LOST]


def _of(dossier: int) -> ColumnElement[bool]:
    return ITEM_DOSSIER.c.dossier_id == dossier


@dataclass(slots=True)
class Histories:
    """`now` moves on from change to change; what happens, happens before it."""

    session: Session
    place: Place
    chance: Random
    now: datetime = NOW
    dossiers: list[int] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    meetings: dict[UUID, datetime] = field(default_factory=dict)
    common: dict[str, object] = field(default_factory=dict)

    def some_time_ago(self) -> datetime:
        return self.now - timedelta(hours=self.chance.choice(AGES) * self.chance.uniform(0.9, 1.1))

    def tell(self, dossiers: int) -> None:
        for _ in range(dossiers):
            self._tell_one()

    def _tell_one(self) -> None:
        dossier = self._dossier()
        if self.chance.random() < 0.3:
            self._tell_rare(dossier)
            return
        for _ in range(self.chance.randint(0, 3)):
            self.claim(dossier)
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 2, 3))):
            self.item(dossier)
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            self.order(dossier)
        if self.chance.random() < 0.2:
            self.inform(dossier)

    def _tell_rare(self, dossier: int) -> None:
        said, leg, status = self.chance.choice(RARE)
        at = self.now - LONG_AGO
        self.claim(dossier, said, at)
        if leg is not None:
            final_at = at if status.is_final else None
            self.item(dossier, leg=leg, status=status, is_final=status.is_final, final_at=final_at, last_event_at=at)

    def _dossier(self) -> int:
        number = f"H{next(self.numbers):06d}"
        if not self.common:
            first = a_dossier(self.session, self.place, number)
            row = self.session.execute(select(DOSSIER).where(DOSSIER.c.id == first)).mappings().one()
            self.common = {key: value for key, value in row.items() if key != "id"}
            number = f"H{next(self.numbers):06d}"
        told = {"result_by_post": self.chance.random() < 0.7, "processing_due_on": self._a_day(nullable=True)}
        made = insert(DOSSIER).values(**(self.common | told)).returning(DOSSIER.c.id)
        dossier: int = self.session.execute(made).scalar_one()
        named = {"compared": number, "dossier_id": dossier, "text": number, "kind": "local"}
        self.session.execute(insert(DOSSIER_NUMBER).values(**named))
        self.dossiers.append(dossier)
        return dossier

    def _a_day(self, *, nullable: bool = False) -> date | None:
        if nullable and self.chance.random() < 0.5:
            return None
        return (self.now + timedelta(days=self.chance.choice((-90, -3, -1, 0, 1, 9)))).date()

    def claim(self, dossier: int, status: int | None = None, at: datetime | None = None) -> None:
        status = status or self.chance.choice(STATUSES)
        channel = self.chance.choice((None, 2, 3, 3))
        at = at or self.some_time_ago()
        said = ClaimSeen(
            source="one_stop",
            number=self._number_of(dossier),
            status=status,
            word=f"word {status}",
            said_at=at,
            channel=channel,
        )
        take_claims(self.session, [said], at=self.now)

    def item(self, dossier: int, **columns: object) -> None:
        standing = self._standing(None) | columns
        item = self.session.execute(insert(ITEM).values(**standing).returning(ITEM.c.id)).scalar_one()
        others = [self.chance.choice(self.dossiers)] if self.chance.random() < 0.1 else []
        for one in {dossier, *others}:
            self.session.execute(insert(ITEM_DOSSIER).values(item_id=item, dossier_id=one))
        if self.chance.random() < 0.3:
            owed = {"payer": self.chance.choice(("recipient", "sender")), "paid": self.chance.random() < 0.3}
            self.session.execute(insert(FEE).values(item_id=item, line=1, name="f", amount=7_000, **owed))
        self._events(item)

    def order(self, dossier: int) -> None:
        """The post's own system speaks of it: by its number, by an envelope's, or by one nobody knows."""
        number = self._number_of(dossier)
        link = ITEM_DOSSIER.c.item_id == ITEM.c.id
        items = self.session.scalars(select(ITEM.c.number).join(ITEM_DOSSIER, link).where(_of(dossier))).all()
        envelope = self.chance.choice(items or ["RX000000000VN"])
        word = PostalClaimSeen(
            source="vnpost",
            reference=f"{next(self.numbers):024d}",
            order_number=self.chance.choice((number, f"{number}__77", envelope)),
            item_code=self.chance.choice(("", "", envelope, f"ZZ{self.chance.randint(1, 9):09d}VN")),
            code="4",
            text="",
            mapping="ngsp-1",
            status=self.chance.choice((None, Status.DELIVERED, Status.IN_TRANSIT, Status.CANCELLED)),
            place="",
            said_at=self.some_time_ago(),
        )
        take_postal_claims(self.session, [word], at=self.now)

    def inform(self, dossier: int) -> None:
        told = {"kind": NoticeKind.SUPPLEMENT_ASKED, "means": "phone", "actor": "clerk", "at": self.some_time_ago()}
        self.session.execute(insert(NOTICE).values(dossier_id=dossier, **told))

    def change(self) -> None:
        """Something happens to one dossier or item, or a new one comes."""
        dossier = self.chance.choice(self.dossiers)
        items = self.session.scalars(select(ITEM.c.id).order_by(ITEM.c.id)).all()
        moves: tuple[Callable[[], object], ...] = (
            self._tell_one,
            lambda: self.claim(dossier),
            lambda: self._due(dossier),
            lambda: self.order(dossier),
            lambda: self.inform(dossier),
            lambda: self._events(self.chance.choice(items)),
            lambda: self._move(self.chance.choice(items)),
            lambda: self._move(self.chance.choice(items)),
            lambda: self._move(self.chance.choice(items)),
        )
        self.chance.choice(moves)()

    def _due(self, dossier: int) -> None:
        due_on = update(DOSSIER).where(DOSSIER.c.id == dossier)
        self.session.execute(due_on.values(processing_due_on=self._a_day(nullable=True)))

    def _number_of(self, dossier: int) -> str:
        asked = select(DOSSIER_NUMBER.c.text).where(DOSSIER_NUMBER.c.dossier_id == dossier)
        return self.session.scalar(asked) or ""

    def _move(self, item: int) -> None:
        row = self.session.execute(select(ITEM).where(ITEM.c.id == item)).one()
        standing = self._standing(row.registered_at)
        kept = {key: value for key, value in standing.items() if key not in {"leg", "number", "resend"}}
        self._events(item)
        self.session.execute(update(ITEM).where(ITEM.c.id == item).values(**kept))

    def _standing(self, registered_at: datetime | None) -> dict[str, object]:
        status = self.chance.choice((*OPEN, *ENDED))
        at = self.some_time_ago()
        kind = self.chance.choice((Party.OFFICE, Party.COURIER))
        return {
            "number": f"RI{next(self.numbers):09d}VN",
            "leg": self.chance.choice(LEGS),
            "from_office_id": self.place.post,
            "to_office_id": self.place.centre,
            "resend": self.chance.random() < 0.2,
            "registered_at": registered_at or at - timedelta(hours=1),
            "due_on": self._a_day(),
            "status": status,
            "direction": self.chance.choice(("forward", "forward", "returning")),
            "custodian_kind": kind,
            "custodian_ref": "courier" if kind is Party.COURIER else "981000",
            "office_code": "981000",
            "last_event_at": at if self.chance.random() < 0.9 else None,
            "final_at": at if status.is_final else None,
            "is_final": status.is_final,
            **self._pending(),
        }

    def _pending(self) -> dict[str, object]:
        if self.chance.random() < 0.7:
            return {"pending_since": None, "pending_to": None, "standing": "{}"}
        meeting = UUID(int=self.chance.randint(1, 12))
        since = self.meetings.setdefault(meeting, self.some_time_ago())
        told = {"to": "office", "to_ref": "H12.01", "since": since.isoformat(), "event": str(uuid4())}
        standing = json.dumps({"pending": told | {"handover": str(meeting)}})
        giver = {"custodian_kind": Party.COURIER, "custodian_ref": "courier"}
        return {"pending_since": since, "pending_to": "office", "standing": standing, **giver}

    def _events(self, item: int) -> None:
        for kind in ("accepted", "delivered", "attempt_failed"):
            if self.chance.random() < 0.6:
                self._event(item, kind)

    def _event(self, item: int, kind: str) -> None:
        details = {
            "receiver": self.chance.choice(("recipient", "authorised")),
            "identity": self.chance.choice(("seen", "authorisation")),
            **({"fees_collected": self.chance.choice((0, 5_000, 7_000))} if self.chance.random() < 0.5 else {}),
        }
        event_id, at = uuid4(), self.some_time_ago()
        body = json.dumps({"id": str(event_id), "type": kind, "details": details if kind == "delivered" else {}})
        row = {"event_id": event_id, "chain": f"item:{item}", "seq": next(self.numbers), "item_id": item, "type": kind}
        instants = dict.fromkeys(("occurred_at", "effective_at", "recorded_at"), at)
        who = {"device": "phone", "actor": "courier", "actor_role": "courier", "told": ""}
        self.session.execute(insert(EVENT).values(**row, **instants, **who, chained=body, hash="0" * 64))
