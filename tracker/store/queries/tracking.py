"""What the citizen's page shows, in three reads. A hot path: Core statements, columns named one by one.

Nothing personal is selected: no person, no document, no procedure's name.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Row, bindparam, case, exists, func, select
from sqlmodel import Session

from tracker.domain.details import read_details
from tracker.domain.events import Details, Standing
from tracker.domain.vocabulary import CitizenState, EventType, Hand, LabelState, Leg, Party
from tracker.store.models import metadata
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.stories import read_story
from tracker.store.standing_json import standing_from_json

ADOPTION, CLAIM, DOSSIER, EVENT, FEE, ITEM, ITEM_DOSSIER, LABEL, NUMBER, OFFICE, PROCEDURE = (
    metadata.tables[name]
    for name in (
        "adoption", "claim", "dossier", "event", "fee", "item", "item_dossier", "label", "dossier_number", "office",
        "procedure",
    )
)  # fmt: skip
ONE_STOP = "one_stop"
PLACE_COLUMNS = ("code", "name", "place_name", "address")
# A simple list of events does not tell these: whose bag they shared, what a correction took back.
NEEDS_FOLD = frozenset({EventType.BAGGED, EventType.CORRECTED})
TOLD_IN_DETAIL = frozenset(
    {EventType.ATTEMPT_FAILED, EventType.HELD, EventType.DELIVERED, EventType.HANDED_OUT, EventType.INVITED}
)


@dataclass(frozen=True, slots=True)
class Place:
    """An office as the public may know it."""

    code: str
    name: str
    place_name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedItem:
    """`due_amount` in đồng: what the person at the citizen's end has still to pay for this item."""

    id: int
    number: str
    leg: Leg
    registered_at: datetime
    due_on: date
    final_at: datetime | None
    state: CitizenState
    standing: Standing
    from_office: Place
    to_office: Place
    at_office: Place | None
    due_amount: int
    has_adopted: bool


@dataclass(frozen=True, slots=True)
class TrackedEvent:
    """One thing that moved the item. Details are read for the few events whose details the page tells."""

    event_id: UUID
    item_id: int
    type: EventType
    at: datetime
    hand: Hand | None
    office_name: str | None
    details: Details
    reason: str | None


@dataclass(frozen=True, slots=True)
class AgencyWord:
    """What the one-stop system said, and when."""

    status: int
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One item and, where it carries a single dossier, the whole way of that dossier on all its legs."""

    item: TrackedItem
    legs: tuple[TrackedItem, ...]
    events: tuple[TrackedEvent, ...]
    agency: tuple[AgencyWord, ...]
    days: int | None
    processing_due_on: date | None
    result_by_post: bool


_FROM, _TO, _AT = OFFICE.alias("from_office"), OFFICE.alias("to_office"), OFFICE.alias("at_office")
_MINE, _THEIRS = ITEM_DOSSIER.alias("mine"), ITEM_DOSSIER.alias("theirs")
_DUE_AMOUNT = (
    select(func.coalesce(func.sum(FEE.c.amount), 0))
    .where(FEE.c.item_id == ITEM.c.id, FEE.c.paid.is_(False))
    .where(FEE.c.payer == case((ITEM.c.leg == Leg.RESULT, Party.RECIPIENT), else_=Party.SENDER))
    .scalar_subquery()
)
_HAS_ADOPTED = exists().where(ADOPTION.c.item_id == ITEM.c.id)


def _place_columns(table: FromClause) -> list[ColumnElement[object]]:
    return [table.c[name].label(f"{table.name}_{name}") for name in PLACE_COLUMNS]  # type: ignore[attr-defined]  # an alias has a name


_LEGS = (
    select(
        ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.registered_at, ITEM.c.due_on, ITEM.c.final_at,
        ITEM.c.citizen_state, ITEM.c.standing,
        *_place_columns(_FROM), *_place_columns(_TO), *_place_columns(_AT),
        _DUE_AMOUNT.label("due_amount"), _HAS_ADOPTED.label("has_adopted"),
        _MINE.c.item_id.label("asked_id"), DOSSIER.c.id.label("dossier_id"), DOSSIER.c.processing_due_on,
        DOSSIER.c.result_by_post, PROCEDURE.c.days,
    )
    .join_from(_MINE, DOSSIER, DOSSIER.c.id == _MINE.c.dossier_id)
    .join(PROCEDURE, PROCEDURE.c.id == DOSSIER.c.procedure_id)
    .join(_THEIRS, _THEIRS.c.dossier_id == _MINE.c.dossier_id)
    .join(ITEM, ITEM.c.id == _THEIRS.c.item_id)
    .join(_FROM, _FROM.c.id == ITEM.c.from_office_id)
    .join(_TO, _TO.c.id == ITEM.c.to_office_id)
    .outerjoin(_AT, _AT.c.code == ITEM.c.office_code)
    .order_by(ITEM.c.id)
)  # fmt: skip
_BY_TOKEN = _LEGS.where(
    _MINE.c.item_id
    == select(LABEL.c.item_id)
    .where(LABEL.c.token == bindparam("token"), LABEL.c.state != LabelState.VOID)
    .scalar_subquery()
)


_EVENTS = (
    select(
        EVENT.c.event_id, EVENT.c.item_id, EVENT.c.type, EVENT.c.effective_at, EVENT.c.hand, EVENT.c.chained,
        OFFICE.c.name,
    )
    .outerjoin(OFFICE, OFFICE.c.code == EVENT.c.office_code)
    .where(EVENT.c.item_id.in_(bindparam("items", expanding=True)))
    .order_by(EVENT.c.effective_at, EVENT.c.id)
)  # fmt: skip
_AGENCY_WORDS = (
    select(CLAIM.c.status, CLAIM.c.said_at)
    .where(CLAIM.c.dossier_id == bindparam("dossier"), CLAIM.c.source == ONE_STOP, CLAIM.c.status.is_not(None))
    .order_by(CLAIM.c.id)
)


def trail_of_token(session: Session, token: str) -> Trail | None:
    """None for a token nobody printed and for a void copy alike."""
    return _trail(session, session.execute(_BY_TOKEN, {"token": token}).all())


def trail_of_item(session: Session, item_id: int) -> Trail | None:
    """For staff, who find it by its number."""
    return _trail(session, session.execute(_LEGS.where(_MINE.c.item_id == item_id)).all())


def _trail(session: Session, rows: Sequence[Row[tuple[object, ...]]]) -> Trail | None:
    if not rows:
        return None
    is_shared = len({row.dossier_id for row in rows}) > 1
    items = {row.id: _item(row) for row in rows if not is_shared or row.id == row.asked_id}
    item = items[rows[0].asked_id]
    return Trail(
        item=item,
        legs=tuple(items.values()),
        events=_events(session, tuple(items.values())),
        agency=() if is_shared else _agency_words(session, rows[0].dossier_id),
        days=None if is_shared else rows[0].days,
        processing_due_on=None if is_shared else rows[0].processing_due_on,
        result_by_post=rows[0].result_by_post and not is_shared,
    )


def _item(row: Row[tuple[object, ...]]) -> TrackedItem:
    return TrackedItem(
        id=row.id,
        number=row.number,
        leg=Leg(row.leg),
        registered_at=row.registered_at,
        due_on=row.due_on,
        final_at=row.final_at,
        state=CitizenState(row.citizen_state),
        standing=standing_from_json(row.standing),
        from_office=_place(row, "from_office"),
        to_office=_place(row, "to_office"),
        at_office=_place(row, "at_office") if row.at_office_code else None,
        due_amount=row.due_amount,
        has_adopted=row.has_adopted,
    )


def _place(row: Row[tuple[object, ...]], table: str) -> Place:
    told = row._mapping
    return Place(*(str(told[f"{table}_{name}"]) for name in PLACE_COLUMNS))


def _events(session: Session, items: Sequence[TrackedItem]) -> tuple[TrackedEvent, ...]:
    rows = session.execute(_EVENTS, {"items": [item.id for item in items]})
    events = [_event(row, row.item_id) for row in rows]
    folded = {item.id for item in items if item.has_adopted}
    folded |= {event.item_id for event in events if event.type in NEEDS_FOLD}
    if not folded:
        return tuple(event for event in events if _moves(event))
    plain = [event for event in events if event.item_id not in folded and _moves(event)]
    told = [event for item_id in folded for event in _folded_events(session, item_id)]
    return tuple(sorted(plain + told, key=lambda event: event.at))


def _moves(event: TrackedEvent) -> bool:
    """A giver's word alone moves nothing; only `departed` tells something new."""
    return event.hand is not Hand.GIVE or event.type is EventType.DEPARTED


def _folded_events(session: Session, item_id: int) -> list[TrackedEvent]:
    """What the fold counted, bags' events included, in its order."""
    story = read_story(session, item_id)
    names = office_names(session)
    by_id = {stored.event.id: stored for stored in story.events}
    counted = [by_id[event_id] for event_id in story.folded.order if event_id in story.folded.applied]
    return [
        TrackedEvent(
            event_id=stored.event.id,
            item_id=item_id,
            type=stored.event.type,
            at=stored.event.effective_at,
            hand=stored.event.hand,
            office_name=names.get(stored.event.office or ""),
            details=stored.event.details,
            reason=stored.event.reason,
        )
        for stored in counted
    ]


def _event(row: Row[tuple[object, ...]], item_id: int) -> TrackedEvent:
    kind = EventType(row.type)
    body = json.loads(row.chained) if kind in TOLD_IN_DETAIL else {}
    return TrackedEvent(
        event_id=row.event_id,
        item_id=item_id,
        type=kind,
        at=row.effective_at,
        hand=Hand(row.hand) if row.hand else None,
        office_name=row.name,
        details=read_details(body.get("details", {})),
        reason=body.get("reason"),
    )


def _agency_words(session: Session, dossier_id: int) -> tuple[AgencyWord, ...]:
    rows = session.execute(_AGENCY_WORDS, {"dossier": dossier_id})
    return tuple(AgencyWord(row.status, row.said_at) for row in rows)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """All that a number alone may show."""

    number: str
    leg: Leg
    state: CitizenState
    office_name: str | None


def glimpses_of(session: Session, number: str) -> list[Glimpse]:
    """By an S10 number its open item, else its newest; by a dossier's number every item of it, newest first."""
    columns = select(ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.citizen_state, OFFICE.c.name).outerjoin(
        OFFICE, OFFICE.c.code == ITEM.c.office_code
    )
    of_item = columns.where(ITEM.c.number == number).order_by(ITEM.c.is_final, ITEM.c.id.desc()).limit(1)
    of_dossier = (
        columns.join(ITEM_DOSSIER, ITEM_DOSSIER.c.item_id == ITEM.c.id)
        .join(NUMBER, NUMBER.c.dossier_id == ITEM_DOSSIER.c.dossier_id)
        .where(NUMBER.c.compared == number)
        .order_by(ITEM.c.id.desc())
    )
    rows = session.execute(of_item).all() or session.execute(of_dossier).all()
    return [Glimpse(row.number, Leg(row.leg), CitizenState(row.citizen_state), row.name) for row in rows]
