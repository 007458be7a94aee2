"""What a desk asks: find a dossier, open its card, see which legs are free. Persons leave here masked."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.events import Standing
from tracker.domain.names import mask_name, mask_phone
from tracker.domain.vocabulary import CitizenState, DocumentKind, LabelState, Leg
from tracker.store.models import (
    Account,
    Dossier,
    DossierDocument,
    DossierNumberRow,
    Item,
    ItemDossier,
    Label,
    Office,
    OpenLeg,
    Person,
    Procedure,
)
from tracker.store.queries.dossiers import numbers_of
from tracker.store.queries.visibility import may_see_dossiers, may_see_items
from tracker.store.standing_json import standing_from_json

LAST_COPIES = 5


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """Enough to recognise who one knows already."""

    name: str
    phone: str
    ward_code: str


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A catalogue entry as a desk reads it; `reason` says why it is closed to the post, or partly."""

    id: int
    code: str
    name: str
    may_send: bool
    may_result: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentLine:
    name: str
    kind: DocumentKind
    count: int


@dataclass(frozen=True, slots=True)
class LabelCopy:
    """`printed_by` is the person's display name."""

    id: int
    copy_number: int
    state: LabelState
    format: str
    reason: str | None
    printed_at: datetime
    printed_by: str
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item as a list shows it."""

    id: int
    number: str
    leg: Leg
    citizen_state: CitizenState
    standing: Standing
    due_on: date
    is_final: bool
    registered_at: datetime
    labels: tuple[LabelCopy, ...]


@dataclass(frozen=True, slots=True)
class LegPlace:
    """What a leg of a dossier is open to: `holder` has it now; `closed_because` is the catalogue's reason."""

    leg: Leg
    holder: str | None
    closed_because: str | None

    @property
    def is_free(self) -> bool:
        return self.holder is None and self.closed_because is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierCard:
    id: int
    number: str
    other_numbers: tuple[str, ...]
    procedure: ProcedureLine
    receiving_office: str
    deciding_agency: str | None
    return_office: str | None
    person: MaskedPerson
    documents: tuple[DocumentLine, ...]
    result_by_post: bool
    one_stop_status: int | None
    one_stop_said_at: datetime | None
    processing_due_on: date | None
    created_at: datetime
    items: tuple[ItemLine, ...]
    legs: tuple[LegPlace, ...]


@dataclass(frozen=True, slots=True)
class LastCopy:
    """One of the copies a person printed last."""

    label_id: int
    number: str
    leg: Leg
    place_name: str
    printed_at: datetime


def masked(person: Person) -> MaskedPerson:
    return MaskedPerson(mask_name(person.name), mask_phone(person.phone), person.ward_code)


def number_of_dossier(session: Session, reader: Actor, text: str) -> str | None:
    """The local number of a visible dossier, by any number it answers to."""
    dossier_id = session.scalar(
        select(col(Dossier.id))
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == col(Dossier.id))
        .where(col(DossierNumberRow.compared) == compare_key(text), may_see_dossiers(session, reader))
    )
    return None if dossier_id is None else numbers_of(session, [dossier_id])[dossier_id][0]


def dossier_card(session: Session, reader: Actor, text: str) -> DossierCard | None:
    """None for an unknown number and for another office's dossier alike."""
    found = session.execute(
        select(Dossier, Procedure, Person)
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == col(Dossier.id))
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .join(Person, col(Person.id) == col(Dossier.applicant_id))
        .where(col(DossierNumberRow.compared) == compare_key(text), may_see_dossiers(session, reader))
    ).first()
    if found is None:
        return None
    dossier, procedure, person = found
    numbers = numbers_of(session, [dossier.id])[dossier.id]
    items = _items_of_dossier(session, reader, dossier.id)
    return DossierCard(
        id=dossier.id,
        number=numbers[0],
        other_numbers=tuple(numbers[1:]),
        procedure=_procedure_line(procedure),
        receiving_office=session.get_one(Office, dossier.receiving_office_id).name,
        deciding_agency=_office_name(session, dossier.deciding_agency_id),
        return_office=_office_name(session, dossier.return_office_id),
        person=masked(person),
        documents=documents_of_dossier(session, dossier.id),
        result_by_post=dossier.result_by_post,
        one_stop_status=dossier.one_stop_status,
        one_stop_said_at=dossier.one_stop_said_at,
        processing_due_on=dossier.processing_due_on,
        created_at=dossier.created_at,
        items=items,
        legs=_legs_of(session, dossier.id, procedure),
    )


def _office_name(session: Session, office_id: int | None) -> str | None:
    return None if office_id is None else session.get_one(Office, office_id).name


def documents_of_dossier(session: Session, dossier_id: int) -> tuple[DocumentLine, ...]:
    rows = session.scalars(
        select(DossierDocument).where(col(DossierDocument.dossier_id) == dossier_id).order_by(col(DossierDocument.line))
    )
    return tuple(DocumentLine(row.name, DocumentKind(row.kind), row.count) for row in rows)


def _items_of_dossier(session: Session, reader: Actor, dossier_id: int) -> tuple[ItemLine, ...]:
    """Newest first; of another office's item not even the number is told."""
    rows = session.scalars(
        select(Item)
        .join(ItemDossier, col(ItemDossier.item_id) == col(Item.id))
        .where(col(ItemDossier.dossier_id) == dossier_id, may_see_items(session, reader))
        .order_by(col(Item.id).desc())
    )
    return tuple(item_line(session, item) for item in rows)


def item_line(session: Session, item: Item) -> ItemLine:
    return ItemLine(
        id=item.id or 0,
        number=item.number,
        leg=Leg(item.leg),
        citizen_state=CitizenState(item.citizen_state),
        standing=standing_from_json(item.standing),
        due_on=item.due_on,
        is_final=item.is_final,
        registered_at=item.registered_at,
        labels=labels_of(session, item.id or 0),
    )


def labels_of(session: Session, item_id: int) -> tuple[LabelCopy, ...]:
    """Newest copy first."""
    rows = session.execute(
        select(Label, col(Account.display_name))
        .join(Account, col(Account.id) == col(Label.printed_by))
        .where(col(Label.item_id) == item_id)
        .order_by(col(Label.copy_number).desc())
    )
    return tuple(
        LabelCopy(
            id=label.id or 0,
            copy_number=label.copy_number,
            state=LabelState(label.state),
            format=label.format,
            reason=label.reason,
            printed_at=label.printed_at,
            printed_by=name,
            superseded_at=label.superseded_at,
        )
        for label, name in rows
    )


def _legs_of(session: Session, dossier_id: int, procedure: Procedure) -> tuple[LegPlace, ...]:
    rows = session.execute(
        select(col(OpenLeg.leg), col(Item.number))
        .join(Item, col(Item.id) == col(OpenLeg.item_id))
        .where(col(OpenLeg.dossier_id) == dossier_id)
    )
    holders = dict(rows.all())
    may_travel = {
        Leg.SUBMISSION: procedure.may_send,
        Leg.RESULT: procedure.may_result,
        Leg.SUPPLEMENT: procedure.may_send,
    }
    return tuple(LegPlace(leg, holders.get(leg), None if may_travel[leg] else procedure.reason) for leg in Leg)


def visible_item(session: Session, reader: Actor, number: str) -> Item | None:
    """A number names its open item, else the one registered last; another office's is as good as unknown."""
    return session.scalar(
        select(Item)
        .where(col(Item.number) == number, may_see_items(session, reader))
        .order_by(col(Item.is_final), col(Item.id).desc())
        .limit(1)
    )


def item_of_token(session: Session, reader: Actor, token: str) -> tuple[str, int | None] | None:
    """The visible item whose label bears this token; and which copy it is, unless it is the one in use."""
    found = session.execute(
        select(col(Item.number), col(Label.copy_number), col(Label.state))
        .join(Label, col(Label.item_id) == col(Item.id))
        .where(col(Label.token) == token, may_see_items(session, reader))
    ).first()
    if found is None:
        return None
    return found.number, None if found.state == LabelState.CURRENT else found.copy_number


def label_of_token(session: Session, token: str) -> int:
    return session.scalars(select(col(Label.id)).where(col(Label.token) == token)).one() or 0


def last_copies(session: Session, account_id: int) -> list[LastCopy]:
    """What this person printed last, newest first."""
    rows = session.execute(
        select(Label, col(Item.number), col(Item.leg), col(Office.place_name))
        .join(Item, col(Item.id) == col(Label.item_id))
        .join(Office, col(Office.id) == col(Item.to_office_id))
        .where(col(Label.printed_by) == account_id)
        .order_by(col(Label.id).desc())
        .limit(LAST_COPIES)
    )
    return [LastCopy(label.id or 0, number, Leg(leg), place, label.printed_at) for label, number, leg, place in rows]


def _procedure_line(row: Procedure) -> ProcedureLine:
    return ProcedureLine(row.id or 0, row.code, row.name, row.may_send, row.may_result, row.reason)


def procedures_in_force(session: Session, on: date) -> list[ProcedureLine]:
    """By code; of several versions the one in force."""
    rows = session.scalars(
        select(Procedure)
        .where(
            col(Procedure.valid_from) <= on,
            or_(col(Procedure.valid_to).is_(None), col(Procedure.valid_to) >= on),
        )
        .order_by(col(Procedure.code), col(Procedure.valid_from))
    )
    return [_procedure_line(row) for row in {row.code: row for row in rows}.values()]
