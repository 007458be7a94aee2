"""Both sides of one discrepancy: what custody holds now, what the one-stop system said, and the events it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.discrepancies import Evidence
from tracker.domain.vocabulary import EventType, Hand, Leg, Status
from tracker.store.models import Account, Claim, Discrepancy, Dossier, Item, Office
from tracker.store.queries.catalogue import office_ids_below, office_names
from tracker.store.queries.claims import ONE_STOP
from tracker.store.queries.item_page import Holder, display_names, holder_of
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import EVENT

MOST_EVENTS = 6
MOST_CLAIMS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """One event as evidence; `device` names what it came from."""

    type: EventType
    at: datetime
    recorded_at: datetime
    who: str
    office: str
    hand: Hand | None
    device: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSide:
    """`number` is None where the contradiction is about no one item; `before` is what came before the first event."""

    number: str | None
    leg: Leg | None
    status: Status | None
    holder: Holder | None
    due_on: date | None
    events: tuple[ToldEvent, ...]
    before: ToldEvent | None = None


@dataclass(frozen=True, slots=True)
class SaidStatus:
    """`status` is None for a word that has no national code."""

    status: int | None
    word: str
    said_at: datetime
    first_seen_at: datetime
    run_id: int | None


@dataclass(frozen=True, slots=True)
class AgencySide:
    said: tuple[SaidStatus, ...]
    processing_due_on: date | None


@dataclass(frozen=True, slots=True)
class Sides:
    post: PostSide
    agency: AgencySide


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    display_name: str
    office: str


def both_sides(session: Session, discrepancy_id: int, evidence: Evidence) -> Sides:
    """Of a discrepancy that the reader was found to see."""
    row = session.get_one(Discrepancy, discrepancy_id)
    item = session.get(Item, row.item_id) if row.item_id else None
    dossier = session.get(Dossier, row.dossier_id) if row.dossier_id else None
    events = _cited(session, evidence) or _last_of(session, row.item_id)
    post = _post_side(session, item, events)
    return Sides(replace(post, before=_before(session, row.item_id, events)), _agency_side(session, dossier))


def _before(session: Session, item_id: int | None, events: tuple[ToldEvent, ...]) -> ToldEvent | None:
    """What the record held until the first of these: the other party's word."""
    if item_id is None or not events:
        return None
    last = (
        select(EVENT.c.event_id)
        .where(
            EVENT.c.item_id == item_id,
            EVENT.c.effective_at < events[0].at,
            EVENT.c.type.not_in([EventType.LABEL_PRINTED, EventType.REGISTERED]),
        )
        .order_by(EVENT.c.effective_at.desc(), EVENT.c.id.desc())
        .limit(1)
    )
    return next(iter(_told(session, list(session.scalars(last)))), None)


def _post_side(session: Session, item: Item | None, events: tuple[ToldEvent, ...]) -> PostSide:
    if item is None:
        return PostSide(number=None, leg=None, status=None, holder=None, due_on=None, events=events)
    standing = standing_from_json(item.standing)
    return PostSide(
        number=item.number,
        leg=Leg(item.leg),
        status=Status(item.status),
        holder=holder_of(session, standing),
        due_on=item.due_on,
        events=events,
    )


def _cited(session: Session, evidence: Evidence) -> tuple[ToldEvent, ...]:
    """The events that the evidence names, oldest first."""
    post = evidence.get("post", {})
    named = [str(post[key]) for key in ("event", "first_event", "events") if post.get(key)]
    ids = [found for text in ",".join(named).split(",") if (found := _uuid(text))]
    return _told(session, ids[:MOST_EVENTS])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _last_of(session: Session, item_id: int | None) -> tuple[ToldEvent, ...]:
    if item_id is None:
        return ()
    last = select(EVENT.c.event_id).where(EVENT.c.item_id == item_id).order_by(EVENT.c.id.desc()).limit(1)
    return _told(session, list(session.scalars(last)))


def _told(session: Session, event_ids: Sequence[UUID]) -> tuple[ToldEvent, ...]:
    rows = session.execute(
        select(EVENT, col(Item.number).label("item_number"))
        .outerjoin(Item, col(Item.id) == EVENT.c.item_id)
        .where(EVENT.c.event_id.in_(event_ids))
        .order_by(EVENT.c.effective_at, EVENT.c.id)
    ).all()
    names = display_names(session, {row.stands_for or row.actor for row in rows})
    offices = office_names(session)
    return tuple(
        ToldEvent(
            type=EventType(row.type),
            at=row.effective_at,
            recorded_at=row.recorded_at,
            who=names.get(row.stands_for or row.actor, row.actor),
            office=offices.get(row.office_code or "", ""),
            hand=Hand(row.hand) if row.hand else None,
            device=row.device,
            item=row.item_number or "",
        )
        for row in rows
    )


def _agency_side(session: Session, dossier: Dossier | None) -> AgencySide:
    if dossier is None:
        return AgencySide((), None)
    rows = session.scalars(
        select(Claim)
        .where(col(Claim.dossier_id) == dossier.id, col(Claim.source) == ONE_STOP)
        .order_by(col(Claim.id).desc())
        .limit(MOST_CLAIMS)
    )
    said = tuple(SaidStatus(row.status, row.word, row.said_at, row.first_seen_at, row.run_id) for row in rows)
    return AgencySide(said, dossier.processing_due_on)


def colleagues(session: Session, reader: Actor) -> list[Colleague]:
    """Whom the reader may give work to: people of the own office and those below."""
    rows = session.execute(
        select(col(Account.name), col(Account.display_name), col(Office.short_name).label("office"))
        .join(Office, col(Office.id) == col(Account.office_id))
        .where(
            col(Account.is_active).is_(True),
            col(Account.password_hash).is_not(None),
            col(Account.office_id).in_(office_ids_below(session, reader.office_id)),
        )
        .order_by(col(Account.display_name))
    )
    return [Colleague(row.name, row.display_name, row.office) for row in rows]
