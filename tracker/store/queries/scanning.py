"""What the scan page and the courier's list show of an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.events import Standing
from tracker.domain.vocabulary import DocumentKind, EventType, Leg, Party, Role
from tracker.store.models import metadata
from tracker.store.queries.visibility import may_see_items
from tracker.store.standing_json import standing_from_json

ACCOUNT, DOCUMENT, EVENT, FEE, ITEM, OFFICE, PERSON = (
    metadata.tables[name] for name in ("account", "item_document", "event", "fee", "item", "office", "person")
)
LAST_SCANS = 5
LONGEST_ROUTE = 200


@dataclass(frozen=True, slots=True)
class ListedDocument:
    line: int
    name: str
    kind: DocumentKind
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedItem:
    """`citizen_name` and `citizen_ward` are of the person at the citizen's end; pages show initials and ward only.

    `is_visible` is false for another office's item: then only the standing may be shown.
    """

    id: int
    number: str
    leg: Leg
    due_on: date
    seal_number: str | None
    from_code: str
    from_name: str
    to_code: str
    to_name: str
    citizen_name: str
    citizen_ward: str
    due_amount: int
    standing: Standing
    head: UUID | None
    documents: tuple[ListedDocument, ...]
    is_visible: bool


@dataclass(frozen=True, slots=True)
class LastScan:
    """`item_id` is None for a bag and for a code nobody knows."""

    event_id: UUID
    item_id: int | None
    type: EventType
    number: str
    recorded_at: datetime


_FROM, _TO = OFFICE.alias("from_office"), OFFICE.alias("to_office")
_DUE_AMOUNT = (
    select(func.coalesce(func.sum(FEE.c.amount), 0))
    .where(FEE.c.item_id == ITEM.c.id, FEE.c.paid.is_(False))
    .where(FEE.c.payer == case((ITEM.c.leg == Leg.RESULT, Party.RECIPIENT), else_=Party.SENDER))
    .scalar_subquery()
)
_CITIZEN = case((ITEM.c.leg == Leg.RESULT, ITEM.c.recipient_id), else_=ITEM.c.sender_id)


def _items(visible: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(
            ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.due_on, ITEM.c.seal_number, ITEM.c.standing,
            _FROM.c.code.label("from_code"), _FROM.c.name.label("from_name"),
            _TO.c.code.label("to_code"), _TO.c.name.label("to_name"),
            PERSON.c.name.label("citizen_name"), PERSON.c.ward_code.label("citizen_ward"),
            _DUE_AMOUNT.label("due_amount"), case((visible, 1), else_=0).label("is_visible"),
        )
        .join(_FROM, _FROM.c.id == ITEM.c.from_office_id)
        .join(_TO, _TO.c.id == ITEM.c.to_office_id)
        .outerjoin(PERSON, PERSON.c.id == _CITIZEN)
    )  # fmt: skip


def scanned_item(session: Session, item_id: int, actor: Actor) -> ScannedItem:
    row = session.execute(_items(may_see_items(session, actor)).where(ITEM.c.id == item_id)).one()
    head = session.scalar(
        select(EVENT.c.event_id).where(EVENT.c.chain == f"item:{item_id}").order_by(EVENT.c.seq.desc()).limit(1)
    )
    return _item(row, head, _documents(session, item_id) if row.is_visible else ())


def _documents(session: Session, item_id: int) -> tuple[ListedDocument, ...]:
    rows = session.execute(
        select(DOCUMENT.c.line, DOCUMENT.c.name, DOCUMENT.c.kind, DOCUMENT.c.count.label("copies"))
        .where(DOCUMENT.c.item_id == item_id)
        .order_by(DOCUMENT.c.line)
    )
    return tuple(ListedDocument(row.line, row.name, DocumentKind(row.kind), row.copies) for row in rows)


def _item(row: Row[tuple[object, ...]], head: UUID | None, documents: tuple[ListedDocument, ...]) -> ScannedItem:
    told = row._mapping
    is_visible = bool(told["is_visible"])
    return ScannedItem(
        id=row.id,
        number=row.number,
        leg=Leg(row.leg),
        due_on=row.due_on,
        seal_number=row.seal_number if is_visible else None,
        from_code=row.from_code,
        from_name=row.from_name,
        to_code=row.to_code,
        to_name=row.to_name,
        citizen_name=(row.citizen_name or "") if is_visible else "",
        citizen_ward=(row.citizen_ward or "") if is_visible else "",
        due_amount=row.due_amount,
        standing=standing_from_json(row.standing),
        head=head,
        documents=documents,
        is_visible=is_visible,
    )


def carried_by(session: Session, actor: Actor) -> list[ScannedItem]:
    """Open items the carrier holds, was offered, or must collect; the soonest due first."""
    visible = may_see_items(session, actor)
    rows = session.execute(
        _items(visible)
        .where(visible, ITEM.c.is_final.is_(False))
        .order_by(ITEM.c.due_on, ITEM.c.id)
        .limit(LONGEST_ROUTE)
    )
    return [_item(row, None, ()) for row in rows]


def last_scans(session: Session, device: str) -> list[LastScan]:
    """Newest first, of one device; what was refused is not among them."""
    rows = session.execute(
        select(EVENT.c.event_id, EVENT.c.item_id, EVENT.c.type, EVENT.c.chain, EVENT.c.recorded_at, ITEM.c.number)
        .outerjoin(ITEM, ITEM.c.id == EVENT.c.item_id)
        .where(EVENT.c.device == device)
        .order_by(EVENT.c.id.desc())
        .limit(LAST_SCANS)
    )
    return [
        LastScan(
            row.event_id,
            row.item_id,
            EventType(row.type),
            row.number or row.chain.partition(":")[2],
            row.recorded_at,
        )
        for row in rows
    ]


def colleagues(session: Session, roles: Sequence[Role], office_id: int) -> list[tuple[str, str]]:
    """Sign-in and display name of the active people of an office who have a PIN."""
    rows = session.execute(
        select(ACCOUNT.c.name, ACCOUNT.c.display_name)
        .where(ACCOUNT.c.role.in_(roles), ACCOUNT.c.is_active, ACCOUNT.c.pin_hash.is_not(None))
        .where(ACCOUNT.c.office_id == office_id)
        .order_by(ACCOUNT.c.display_name)
    )
    return [(row.name, row.display_name) for row in rows]
