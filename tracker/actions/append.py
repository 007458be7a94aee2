"""One event at the end of its chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.domain.actor import Actor
from tracker.domain.chain import canonical, chain_hash, instant
from tracker.domain.vocabulary import Anomaly, EventType, Hand, Role
from tracker.store.queries.events import NewEvent, chain_head, insert_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event as the door settled it, before it has a place in its chain."""

    body: Mapping[str, object]
    event_id: UUID
    type: EventType
    chain: str
    item_id: int | None
    occurred_at: datetime
    effective_at: datetime
    recorded_at: datetime
    actor: Actor
    hand: Hand | None = None
    device_counter: int | None = None
    second_person: str | None = None
    stands_for: str | None = None
    stands_for_role: Role | None = None
    office_code: str | None = None
    bag: str | None = None
    place_commitment: str | None = None
    told: frozenset[Anomaly] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """Where an event stands in its chain."""

    seq: int
    hash: str


class IdTaken(Exception):
    """Another transaction recorded this id in the meantime."""


def append(session: Session, draft: Draft) -> Link:
    """The caller holds the chain's lock. Raises IdTaken."""
    head = chain_head(session, draft.chain)
    row = row_after(Link(head[0], head[1]) if head else None, draft)
    if not insert_event(session, row):
        raise IdTaken(str(draft.event_id))
    return Link(row.seq, row.hash)


def row_after(head: Link | None, draft: Draft) -> NewEvent:
    """The draft in its place behind the chain's head; None begins the chain."""
    seq, previous = (head.seq + 1, head.hash) if head else (1, None)
    chained = canonical(_chained(draft, seq))
    return _row(draft, Link(seq, chain_hash(previous, chained)), chained.decode())


def _chained(draft: Draft, seq: int) -> dict[str, object]:
    added: dict[str, object] = {
        "chain": draft.chain,
        "seq": seq,
        "recorded_at": instant(draft.recorded_at),
        "effective_at": instant(draft.effective_at),
        "device": draft.actor.device,
        "actor": draft.actor.name,
        "actor_role": draft.actor.role,
    }
    if draft.hand:
        added["hand"] = draft.hand
    if draft.place_commitment:
        added["place"] = draft.place_commitment
    return {**draft.body, **added}


def _row(draft: Draft, link: Link, chained: str) -> NewEvent:
    return NewEvent(
        event_id=draft.event_id,
        chain=draft.chain,
        seq=link.seq,
        item_id=draft.item_id,
        type=draft.type,
        occurred_at=draft.occurred_at,
        effective_at=draft.effective_at,
        recorded_at=draft.recorded_at,
        device=draft.actor.device,
        device_counter=draft.device_counter,
        actor=draft.actor.name,
        actor_role=draft.actor.role,
        hand=draft.hand,
        second_person=draft.second_person,
        stands_for=draft.stands_for,
        stands_for_role=draft.stands_for_role,
        office_code=draft.office_code,
        bag=draft.bag,
        told=draft.told,
        chained=chained,
        hash=link.hash,
    )


def decision_draft(kind: EventType, event_id: UUID, body: dict[str, object], item_id: int, by: Desk) -> Draft:
    """A decision made at this door, now: nothing to settle."""
    return Draft(
        body=body,
        event_id=event_id,
        type=kind,
        chain=f"item:{item_id}",
        item_id=item_id,
        occurred_at=by.at,
        effective_at=by.at,
        recorded_at=by.at,
        actor=by.actor,
        office_code=by.actor.office_code,
    )
