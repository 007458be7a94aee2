"""Where to look for a missing envelope: what travelled beside it, and where each of those is now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.vocabulary import EventType, Party, Status
from tracker.store.queries.parties import names_of_parties
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import EVENT, ITEM, MANIFEST, MANIFEST_LINE

MOMENT = timedelta(minutes=1)
MOST = 100
NOT_HANDLED = frozenset({EventType.REGISTERED, EventType.LABEL_PRINTED, EventType.MISSING, EventType.CORRECTED})


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The last scan in which somebody had the envelope in hand."""

    type: EventType
    at: datetime
    actor: str
    office: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """`beside`: how it travelled with the other, by `bag`, `list` or `minute`. `holder` by name, or a party's word."""

    number: str
    status: Status
    holder: str
    beside: tuple[str, ...]
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class Search:
    last: LastSeen | None
    bags: tuple[str, ...]
    siblings: tuple[Sibling, ...]


def search_siblings(session: Session, reader: Actor, item_id: int) -> Search:
    last, bags = _last_seen(session, item_id), _bags_of(session, item_id)
    beside: dict[int, list[str]] = {}
    for word, ids in (
        ("bag", _in_bags(session, bags)),
        ("list", _on_lists(session, item_id)),
        ("minute", _at_the_moment(session, last)),
    ):
        for sibling in ids - {item_id}:
            beside.setdefault(sibling, []).append(word)
    return Search(last, tuple(sorted(bags)), _told(session, reader, beside))


def _last_seen(session: Session, item_id: int) -> LastSeen | None:
    row = session.execute(
        select(EVENT.c.type, EVENT.c.effective_at, EVENT.c.actor, EVENT.c.office_code)
        .where(EVENT.c.item_id == item_id, EVENT.c.type.not_in(NOT_HANDLED))
        .order_by(EVENT.c.effective_at.desc(), EVENT.c.id.desc())
        .limit(1)
    ).first()
    return LastSeen(EventType(row.type), row.effective_at, row.actor, row.office_code) if row else None


def _bags_of(session: Session, item_id: int) -> set[str]:
    rows = session.scalars(select(EVENT.c.bag).where(EVENT.c.item_id == item_id, EVENT.c.bag.is_not(None)))
    return set(rows)


def _in_bags(session: Session, bags: Collection[str]) -> set[int]:
    if not bags:
        return set()
    return _ids(session, EVENT.c.bag.in_(bags))


def _at_the_moment(session: Session, last: LastSeen | None) -> set[int]:
    """Whatever the same person, or the same office, scanned within the minute."""
    if last is None:
        return set()
    by = EVENT.c.actor == last.actor
    same = or_(by, EVENT.c.office_code == last.office) if last.office else by
    return _ids(session, EVENT.c.effective_at.between(last.at - MOMENT, last.at + MOMENT) & same)


def _ids(session: Session, which: ColumnElement[bool]) -> set[int]:
    rows = session.scalars(
        select(EVENT.c.item_id)
        .where(which, EVENT.c.item_id.is_not(None), EVENT.c.type.not_in(NOT_HANDLED))
        .distinct()
        .limit(MOST)
    )
    return set(rows)


def _on_lists(session: Session, item_id: int) -> set[int]:
    """Of the newest list it stood on."""
    newest = (
        select(MANIFEST.c.id)
        .join(MANIFEST_LINE, MANIFEST_LINE.c.manifest_id == MANIFEST.c.id)
        .where(MANIFEST_LINE.c.item_id == item_id)
        .order_by(MANIFEST.c.opened_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.scalars(
        select(MANIFEST_LINE.c.item_id).where(
            MANIFEST_LINE.c.manifest_id == newest, MANIFEST_LINE.c.item_id.is_not(None)
        )
    )
    return set(rows)


def _told(session: Session, reader: Actor, beside: dict[int, list[str]]) -> tuple[Sibling, ...]:
    rows = session.execute(
        select(
            ITEM.c.id, ITEM.c.number, ITEM.c.status, ITEM.c.custodian_kind, ITEM.c.custodian_ref, ITEM.c.last_event_at
        )
        .where(ITEM.c.id.in_(beside), may_see_items(session, reader))
        .order_by(ITEM.c.number)
        .limit(MOST)
    ).all()
    names = names_of_parties(session, {(Party(row.custodian_kind), row.custodian_ref) for row in rows})
    return tuple(
        Sibling(
            number=row.number,
            status=Status(row.status),
            holder=names[Party(row.custodian_kind), row.custodian_ref],
            beside=tuple(beside[row.id]),
            last_event_at=row.last_event_at,
        )
        for row in rows
    )
