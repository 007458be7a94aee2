"""Items as other programs see them: what the caller may see, page by page, in a fixed number of reads."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.vocabulary import DocumentKind, LabelState, Leg
from tracker.store.models import DossierNumberRow, ItemDocument, Label, Person
from tracker.store.queries.stories import ItemStory, read_stories
from tracker.store.queries.visibility import may_see_dossiers, may_see_items
from tracker.store.tables import DOSSIER, ITEM, ITEM_DOSSIER, OFFICE

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class ListedDocument:
    line: int
    name: str
    kind: DocumentKind
    count: int


@dataclass(frozen=True, slots=True)
class PrintedCopy:
    token: str
    copy: int
    state: LabelState
    format: str
    printed_at: datetime


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """Personal data: whoever shows it unmasked notes it in the audit."""

    name: str
    phone: str
    address_line: str
    ward_code: str
    province_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSeen:
    """Offices by code; `dossiers` by their local numbers; persons by id."""

    id: int
    number: str
    leg: Leg
    dossiers: tuple[str, ...]
    from_office: str
    to_office: str
    due_on: date
    registered_at: datetime
    story: ItemStory
    labels: tuple[PrintedCopy, ...]
    documents: tuple[ListedDocument, ...]
    sender_id: int | None
    recipient_id: int | None


_FROM, _TO = OFFICE.alias("from_office"), OFFICE.alias("to_office")


def _rows(visible: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(
            ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.due_on, ITEM.c.registered_at, ITEM.c.sender_id,
            ITEM.c.recipient_id, _FROM.c.code.label("from_code"), _TO.c.code.label("to_code"),
        )
        .join(_FROM, _FROM.c.id == ITEM.c.from_office_id)
        .join(_TO, _TO.c.id == ITEM.c.to_office_id)
        .where(visible)
    )  # fmt: skip


def items_seen(session: Session, reader: Actor, *, after: int, limit: int) -> list[ItemSeen]:
    """In the order of registration; `after` is the id of the last one seen."""
    asked = _rows(may_see_items(session, reader)).where(ITEM.c.id > after).order_by(ITEM.c.id).limit(limit)
    return _seen(session, reader, session.execute(asked).all())


def item_seen(
    session: Session, reader: Actor, number: str, *, registered_before: datetime | None = None
) -> ItemSeen | None:
    """Its open item, else the one registered last; None for an unknown number and another office's item alike."""
    asked = _rows(may_see_items(session, reader)).where(ITEM.c.number == number)
    if registered_before is not None:
        asked = asked.where(ITEM.c.registered_at < registered_before)
    rows = session.execute(asked.order_by(ITEM.c.is_final, ITEM.c.id.desc()).limit(1)).all()
    return next(iter(_seen(session, reader, rows)), None)


def _seen(session: Session, reader: Actor, rows: Sequence[Row[tuple[object, ...]]]) -> list[ItemSeen]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    stories = read_stories(session, {row.id: row.number for row in rows})
    dossiers = _dossiers_of(session, reader, ids)
    labels = _labels_of(session, ids)
    documents = _documents_of(session, ids)
    return [
        ItemSeen(
            id=row.id,
            number=row.number,
            leg=Leg(row.leg),
            dossiers=tuple(dossiers[row.id]),
            from_office=row.from_code,
            to_office=row.to_code,
            due_on=row.due_on,
            registered_at=row.registered_at,
            story=stories[row.id],
            labels=tuple(labels[row.id]),
            documents=tuple(documents[row.id]),
            sender_id=row.sender_id,
            recipient_id=row.recipient_id,
        )
        for row in rows
    ]


def _dossiers_of(session: Session, reader: Actor, item_ids: Collection[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(ITEM_DOSSIER.c.item_id, col(DossierNumberRow.text))
        .join(DOSSIER, DOSSIER.c.id == ITEM_DOSSIER.c.dossier_id)
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == DOSSIER.c.id)
        .where(ITEM_DOSSIER.c.item_id.in_(item_ids), col(DossierNumberRow.kind) == LOCAL)
        .where(may_see_dossiers(session, reader))
        .order_by(ITEM_DOSSIER.c.item_id, DOSSIER.c.id)
    )
    found: dict[int, list[str]] = {item_id: [] for item_id in item_ids}
    for item_id, number in rows:
        found[item_id].append(number)
    return found


def _labels_of(session: Session, item_ids: Collection[int]) -> dict[int, list[PrintedCopy]]:
    rows = session.scalars(
        select(Label).where(col(Label.item_id).in_(item_ids)).order_by(col(Label.item_id), col(Label.copy_number))
    )
    found: dict[int, list[PrintedCopy]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        assert row.item_id is not None
        copy = PrintedCopy(row.token, row.copy_number, LabelState(row.state), row.format, row.printed_at)
        found[row.item_id].append(copy)
    return found


def _documents_of(session: Session, item_ids: Collection[int]) -> dict[int, list[ListedDocument]]:
    rows = session.scalars(
        select(ItemDocument)
        .where(col(ItemDocument.item_id).in_(item_ids))
        .order_by(col(ItemDocument.item_id), col(ItemDocument.line))
    )
    found: dict[int, list[ListedDocument]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        found[row.item_id].append(ListedDocument(row.line, row.name, DocumentKind(row.kind), row.count))
    return found


def persons_seen(session: Session, person_ids: Iterable[int | None]) -> dict[int, PersonSeen]:
    """By id."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    rows = session.scalars(select(Person).where(col(Person.id).in_(wanted)))
    return {
        row.id: PersonSeen(row.name, row.phone, row.address_line, row.ward_code, row.province_code)
        for row in rows
        if row.id is not None
    }
