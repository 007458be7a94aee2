"""Events as stored, and as values the fold can read.

The hot path: Core statements, and those of every scan are built once (building costs more than running them).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, union_all
from sqlmodel import Session

from tracker.domain.auditing import Columns
from tracker.domain.details import read_details
from tracker.domain.events import Counterparty, Event
from tracker.domain.vocabulary import Anomaly, EventType, Hand, IdentityBasis, Party, Role
from tracker.store.insert import insert_if_absent
from tracker.store.models import EventNote, EventPlace
from tracker.store.tables import ADOPTION, EVENT, EVIDENCE

# What `chained` holds beyond the body that was sent.
ADDED_KEYS = frozenset(
    {"chain", "seq", "recorded_at", "effective_at", "device", "actor", "actor_role", "hand", "place"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """One row to append; `chained` is the text that was hashed."""

    event_id: UUID
    chain: str
    seq: int
    item_id: int | None
    type: EventType
    occurred_at: datetime
    effective_at: datetime
    recorded_at: datetime
    device: str
    device_counter: int | None
    actor: str
    actor_role: Role
    hand: Hand | None
    second_person: str | None
    stands_for: str | None
    stands_for_role: Role | None
    office_code: str | None
    bag: str | None
    told: frozenset[Anomaly]
    chained: str
    hash: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the fold reads it, with where it stands in its chain and, by `row`, among all that were recorded."""

    event: Event
    chain: str
    seq: int
    hash: str
    recorded_at: datetime
    item_id: int | None
    chained: str
    row: int


_HEAD = (
    select(EVENT.c.seq, EVENT.c.hash, EVENT.c.event_id)
    .where(EVENT.c.chain == bindparam("chain"))
    .order_by(EVENT.c.seq.desc())
    .limit(1)
)
_INSERT = insert(EVENT)
_KNOWN = select(EVENT).where(EVENT.c.event_id == bindparam("event_id"))
# An event in a chain of its code belongs to no item, so the two halves never meet.
_OF_ITEM = union_all(
    select(EVENT).where(EVENT.c.item_id == bindparam("item_id")),
    select(EVENT).where(
        EVENT.c.chain.in_(select(ADOPTION.c.chain).where(ADOPTION.c.item_id == bindparam("item_id"))),
        EVENT.c.item_id.is_(None),
    ),
).order_by("recorded_at", "id")


def insert_event(session: Session, new: NewEvent) -> bool:
    """False when another transaction recorded the same id first."""
    return insert_if_absent(session, EVENT, _values(new))


def insert_events(session: Session, new: Iterable[NewEvent]) -> None:
    """Of ids that were made a moment ago: one that is taken ends the transaction."""
    session.execute(_INSERT, [_values(one) for one in new])


def _values(new: NewEvent) -> dict[str, object]:
    values = {name: getattr(new, name) for name in NewEvent.__slots__}
    values["told"] = ",".join(sorted(new.told))
    return values


def chain_head(session: Session, chain: str) -> tuple[int, str, UUID] | None:
    """Sequence number, hash and event id of the newest event of a chain."""
    row = session.execute(_HEAD, {"chain": chain}).first()
    return (row.seq, row.hash, row.event_id) if row else None


def known_event(session: Session, event_id: UUID) -> StoredEvent | None:
    row = session.execute(_KNOWN, {"event_id": event_id}).first()
    return _stored(row) if row else None


def body_of(chained: str) -> dict[str, object]:
    """The body as it was sent, out of the chained text."""
    return {key: value for key, value in json.loads(chained).items() if key not in ADDED_KEYS}


def as_sent(chained: str) -> dict[str, object]:
    """The body without the numbers of the rules in force, which the server wrote into a decision."""
    body = body_of(chained)
    details = body.get("details")
    if isinstance(details, dict) and "policy" in details:
        told = {key: value for key, value in details.items() if key != "policy"}
        body = {**body, "details": told} if told else {key: body[key] for key in body if key != "details"}
    return body


def evidence_named(chained: str) -> tuple[str, ...]:
    """The hashes of images that an event names."""
    return tuple(json.loads(chained).get("evidence", ()))


def arrived_evidence(session: Session, named: Collection[str]) -> set[str]:
    """Those of them that were sent; a fact may be here long before its picture."""
    return set(session.scalars(select(EVIDENCE.c.sha256).where(EVIDENCE.c.sha256.in_(named)))) if named else set()


def item_events(session: Session, item_id: int) -> list[StoredEvent]:
    """The item's own chain and every orphan chain it has adopted, in recorded order."""
    return [_stored(row) for row in session.execute(_OF_ITEM, {"item_id": item_id})]


def events_of_items(session: Session, item_ids: Collection[int]) -> dict[int, list[StoredEvent]]:
    """As item_events, for many items in two reads."""
    found: dict[int, list[StoredEvent]] = {item_id: [] for item_id in item_ids}
    own = select(EVENT, EVENT.c.item_id.label("owner")).where(EVENT.c.item_id.in_(item_ids))
    adopted = (
        select(EVENT, ADOPTION.c.item_id.label("owner"))
        .join(ADOPTION, ADOPTION.c.chain == EVENT.c.chain)
        .where(ADOPTION.c.item_id.in_(item_ids))
    )
    rows = [*session.execute(own), *session.execute(adopted)]
    for row in sorted(rows, key=lambda row: (row.recorded_at, row.id)):
        found[row.owner].append(_stored(row))
    return found


def bag_events(session: Session, bags: Iterable[str]) -> list[StoredEvent]:
    chains = [f"bag:{bag}" for bag in bags]
    if not chains:
        return []
    rows = session.execute(select(EVENT).where(EVENT.c.chain.in_(chains)).order_by(EVENT.c.id))
    return [_stored(row) for row in rows]


def items_of_bag(session: Session, bag: str) -> list[int]:
    """Every item that a `bagged` ever put into it, adopted scans included, by id."""
    put_in = select(EVENT.c.item_id, EVENT.c.chain).where(EVENT.c.bag == bag, EVENT.c.type == EventType.BAGGED).cte()
    own = select(put_in.c.item_id).where(put_in.c.item_id.is_not(None))
    adopted = select(ADOPTION.c.item_id).join(put_in, put_in.c.chain == ADOPTION.c.chain)
    return sorted(set(session.scalars(union_all(own, adopted))))


def events_beside(session: Session, stored: StoredEvent) -> list[StoredEvent]:
    """Everything told of the same envelope, itself included; of a code nobody knows what its chain holds."""
    item_id = stored.item_id or session.scalar(select(ADOPTION.c.item_id).where(ADOPTION.c.chain == stored.chain))
    if item_id is not None:
        return item_events(session, item_id)
    return events_of_chain(session, stored.chain)


def events_of_chain(session: Session, chain: str) -> list[StoredEvent]:
    """In recorded order."""
    rows = session.execute(select(EVENT).where(EVENT.c.chain == chain).order_by(EVENT.c.seq))
    return [_stored(row) for row in rows]


def has_chain(session: Session, chain: str) -> bool:
    return session.scalar(select(EVENT.c.id).where(EVENT.c.chain == chain).limit(1)) is not None


def chain_rows(session: Session, chain: str) -> list[tuple[int, str, str]]:
    """(seq, chained, hash) of a whole chain, for verification."""
    rows = session.execute(
        select(EVENT.c.seq, EVENT.c.chained, EVENT.c.hash).where(EVENT.c.chain == chain).order_by(EVENT.c.seq)
    )
    return [(row.seq, row.chained, row.hash) for row in rows]


def chains(session: Session) -> Sequence[str]:
    return session.scalars(select(EVENT.c.chain).distinct().order_by(EVENT.c.chain)).all()


def keep_note(session: Session, event_id: UUID, text: str) -> None:
    session.execute(insert(EventNote).values(event_id=event_id, text=text))


def keep_place(session: Session, event_id: UUID, salt: bytes, fix: str) -> None:
    session.execute(insert(EventPlace).values(event_id=event_id, salt=salt, fix=fix))


def _stored(row: Row[Any]) -> StoredEvent:
    event = event_of(row, json.loads(row.chained))
    return StoredEvent(event, row.chain, row.seq, row.hash, row.recorded_at, row.item_id, row.chained, row.id)


# A handful of words, read again for every event.
_type, _role, _hand = cache(EventType), cache(Role), cache(Hand)


@cache
def _flags(told: str) -> frozenset[Anomaly]:
    return frozenset(Anomaly(code) for code in told.split(",") if code)


def event_of(row: Row[Any] | Columns, body: Mapping[str, Any]) -> Event:
    """`body` is what the chained bytes of the row say."""
    chain: str = row.chain
    return Event(
        id=row.event_id,
        type=_type(row.type),
        effective_at=row.effective_at,
        device=row.device,
        actor=row.stands_for or row.actor,
        actor_role=_role(row.stands_for_role or row.actor_role),
        counter=row.device_counter,
        prev=UUID(body["prev"]) if "prev" in body else None,
        hand=_hand(row.hand) if row.hand else None,
        counterparty=_counterparty(body.get("counterparty"), row.second_person),
        office=row.office_code,
        reason=body.get("reason"),
        has_evidence=bool(body.get("evidence")),
        details=read_details(body.get("details", {})),
        told=_flags(row.told),
        bag_chain=chain.removeprefix("bag:") if chain.startswith("bag:") else None,
    )


def _counterparty(told: Mapping[str, str] | None, second_person: str | None) -> Counterparty | None:
    if told is None:
        return None
    return _counterparty_of(told["kind"], told.get("user"), told.get("basis"), second_person is not None)


@lru_cache(maxsize=1024)
def _counterparty_of(kind: str, user: str | None, basis: str | None, verified: bool) -> Counterparty:
    return Counterparty(Party(kind), user, IdentityBasis(basis) if basis else None, verified)
