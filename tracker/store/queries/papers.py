"""What papers say of items beyond what a page shows. Whoever asks has found the item or the list visible already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from tracker import places
from tracker.domain.actor import Actor
from tracker.domain.events import Event
from tracker.domain.names import initials
from tracker.domain.vocabulary import DocumentKind, EventType, LabelState, Leg, Party
from tracker.store.models import (
    Account,
    Dossier,
    DossierNumberRow,
    Fee,
    Item,
    ItemDocument,
    ItemDossier,
    Label,
    Office,
    Person,
    Procedure,
    ProcedureFee,
)
from tracker.store.queries.desk import visible_item
from tracker.store.queries.item_page import person_at_citizens_end
from tracker.store.queries.stories import read_story


@dataclass(frozen=True, slots=True)
class PaperDossier:
    """`agency` decides; where none is known, the office that receives."""

    number: str
    procedure: str
    agency: str
    agency_address: str


@dataclass(frozen=True, slots=True)
class PaperPerson:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class PaperFee:
    """`paid` is None for what the procedure charges while nobody has written down who pays."""

    name: str
    amount: int
    payer: Party | None = None
    paid: bool | None = None


@dataclass(frozen=True, slots=True)
class PaperOffice:
    name: str
    address: str
    opening_hours: str
    phone: str


@dataclass(frozen=True, slots=True)
class Call:
    """One invitation that counts: `number` is the first or the second; `until_on` None where no end was told."""

    number: int
    at: datetime
    until_on: date | None
    office: PaperOffice


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItem:
    """`token` is that of the label that counts, None without one."""

    number: str
    leg: Leg
    token: str | None
    from_office: str
    to_office: str
    seal_number: str
    due_on: date
    registered_at: datetime
    person: PaperPerson | None
    dossiers: tuple[PaperDossier, ...]
    documents: tuple[tuple[str, DocumentKind, int], ...]
    fees: tuple[PaperFee, ...]
    calls: tuple[Call, ...]
    accepted_by: str


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An envelope of a list. `person` is initials and commune, as on its label; `to_collect` in đồng."""

    dossiers: tuple[str, ...]
    originals: int
    copies: int
    seal_number: str
    to_office: str
    person: str
    to_collect: int
    legal_submission_at: datetime | None


def paper_item(session: Session, reader: Actor, number: str) -> PaperItem | None:
    """With the person's name and address: only for a door that writes down who looks. None as on the item's page."""
    item = visible_item(session, reader, number)
    if item is None or item.id is None:
        return None
    applied = _applied(session, item.id)
    return PaperItem(
        number=item.number,
        leg=Leg(item.leg),
        token=_token(session, item.id),
        from_office=session.get_one(Office, item.from_office_id).name,
        to_office=session.get_one(Office, item.to_office_id).name,
        seal_number=item.seal_number or "",
        due_on=item.due_on,
        registered_at=item.registered_at,
        person=_person(person_at_citizens_end(session, item)),
        dossiers=_dossiers(session, item.id),
        documents=_documents(session, item.id),
        fees=_fees(session, item),
        calls=_calls(session, applied, item.office_code),
        accepted_by=_accepted_by(session, applied),
    )


def _token(session: Session, item_id: int) -> str | None:
    return session.scalar(
        select(col(Label.token)).where(col(Label.item_id) == item_id, col(Label.state) == LabelState.CURRENT)
    )


def _person(person: Person | None) -> PaperPerson | None:
    if person is None:
        return None
    ward = places.ward_of(person.ward_code)
    parts = (person.address_line, ward.name if ward else "", ward.province.name if ward else "")
    return PaperPerson(person.name, ", ".join(part for part in parts if part))


def _dossiers(session: Session, item_id: int) -> tuple[PaperDossier, ...]:
    rows = session.execute(
        select(Dossier, col(DossierNumberRow.text), col(Procedure.name))
        .join(ItemDossier, col(ItemDossier.dossier_id) == col(Dossier.id))
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == col(Dossier.id))
        .where(col(ItemDossier.item_id) == item_id, col(DossierNumberRow.kind) == "local")
        .order_by(col(DossierNumberRow.text))
    )
    return tuple(_dossier(session, dossier, number, procedure) for dossier, number, procedure in rows)


def _dossier(session: Session, dossier: Dossier, number: str, procedure: str) -> PaperDossier:
    agency = session.get_one(Office, dossier.deciding_agency_id or dossier.receiving_office_id)
    return PaperDossier(number, procedure, agency.name, agency.address)


def _documents(session: Session, item_id: int) -> tuple[tuple[str, DocumentKind, int], ...]:
    rows = session.scalars(
        select(ItemDocument).where(col(ItemDocument.item_id) == item_id).order_by(col(ItemDocument.line))
    )
    return tuple((row.name, DocumentKind(row.kind), row.count) for row in rows)


def _fees(session: Session, item: Item) -> tuple[PaperFee, ...]:
    """As the books hold them; of a submission without any, what its procedures charge."""
    rows = session.scalars(select(Fee).where(col(Fee.item_id) == item.id).order_by(col(Fee.line)))
    held = tuple(PaperFee(row.name, row.amount, Party(row.payer), row.paid) for row in rows)
    if held or item.leg != Leg.SUBMISSION:
        return held
    charged = session.scalars(
        select(ProcedureFee)
        .join(Dossier, col(Dossier.procedure_id) == col(ProcedureFee.procedure_id))
        .join(ItemDossier, col(ItemDossier.dossier_id) == col(Dossier.id))
        .where(col(ItemDossier.item_id) == item.id)
        .order_by(col(Dossier.id), col(ProcedureFee.line))
    )
    return tuple(PaperFee(row.name, row.amount) for row in charged)


def _applied(session: Session, item_id: int) -> list[Event]:
    """What changed where the item stands, in folded order."""
    story = read_story(session, item_id)
    by_id = {stored.event.id: stored.event for stored in story.events}
    return [by_id[event_id] for event_id in story.folded.order if event_id in story.folded.applied]


def _calls(session: Session, applied: Sequence[Event], lies_at: str | None) -> tuple[Call, ...]:
    """Where an invitation names no office, the item waits where it lies."""
    until: date | None = None
    calls: list[Call] = []
    for event in applied:
        if event.type is EventType.HELD:
            until = event.details.until_on
        if event.type is EventType.INVITED:
            number = event.details.number or len(calls) + 1
            calls.append(Call(number, event.effective_at, until, _office(session, event.office or lies_at)))
    return tuple(calls)


def _accepted_by(session: Session, applied: Sequence[Event]) -> str:
    """The display name; empty before the post has taken it in at a counter."""
    name = next((event.actor for event in reversed(applied) if event.type is EventType.ACCEPTED), "")
    return session.scalar(select(col(Account.display_name)).where(col(Account.name) == name)) or ""


def _office(session: Session, code: str | None) -> PaperOffice:
    office = session.scalar(select(Office).where(col(Office.code) == code))
    if office is None:
        return PaperOffice("", "", "", "")
    return PaperOffice(office.name, office.address, office.opening_hours, office.phone)


def listed_items(session: Session, item_ids: Collection[int]) -> dict[int, ListedItem]:
    """By the item's id; one question for each kind of thing, however long the list is."""
    numbers = _texts(session, item_ids)
    papers = _papers(session, item_ids)
    due = _to_collect(session, item_ids)
    rows = session.execute(
        select(Item, col(Office.short_name))
        .join(Office, col(Office.id) == col(Item.to_office_id))
        .where(col(Item.id).in_(item_ids))
    ).all()
    people = _people(session, {person for item, _ in rows if (person := _citizen_id(item))})
    return {
        item.id: ListedItem(
            dossiers=tuple(numbers[item.id]),
            originals=papers[item.id, True],
            copies=papers[item.id, False],
            seal_number=item.seal_number or "",
            to_office=to_office,
            person=people.get(_citizen_id(item) or 0, ""),
            to_collect=due[item.id],
            legal_submission_at=item.legal_submission_at,
        )
        for item, to_office in rows
    }


def place_of_office(session: Session, office_id: int) -> tuple[str, str]:
    """What a sorter reads, and the office's name."""
    office = session.get_one(Office, office_id)
    return office.place_name, office.name


def _citizen_id(item: Item) -> int | None:
    return item.recipient_id if item.leg == Leg.RESULT else item.sender_id


def _people(session: Session, ids: Iterable[int]) -> dict[int, str]:
    found = session.scalars(select(Person).where(col(Person.id).in_(ids)))
    return {person.id or 0: _initials_and_ward(person) for person in found}


def _initials_and_ward(person: Person) -> str:
    ward = places.ward_of(person.ward_code)
    return ", ".join(part for part in (initials(person.name), ward.abbreviated if ward else "") if part)


def _texts(session: Session, item_ids: Collection[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(col(ItemDossier.item_id), col(DossierNumberRow.text))
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == col(ItemDossier.dossier_id))
        .where(col(ItemDossier.item_id).in_(item_ids), col(DossierNumberRow.kind) == "local")
        .order_by(col(DossierNumberRow.text))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for item_id, text in rows:
        found[item_id].append(text)
    return found


def _papers(session: Session, item_ids: Collection[int]) -> dict[tuple[int, bool], int]:
    """How many, by item and whether they are originals."""
    found: dict[tuple[int, bool], int] = defaultdict(int)
    for row in session.scalars(select(ItemDocument).where(col(ItemDocument.item_id).in_(item_ids))):
        found[row.item_id, row.kind == DocumentKind.ORIGINAL] += row.count
    return found


def _to_collect(session: Session, item_ids: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in session.scalars(select(Fee).where(col(Fee.item_id).in_(item_ids))):
        if row.payer == Party.RECIPIENT and not row.paid:
            found[row.item_id] += row.amount
    return found
