"""An envelope enters the book: number, route, due date, and its first event."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.append import append, decision_draft
from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.actions.early_labels import hold_early_codes, settle_early_labels
from tracker.actions.numbering import check_given_number, take_number
from tracker.actions.people import DocumentGiven, PersonGiven, checked_documents, cleaned, store_person
from tracker.actions.policy import required_policy
from tracker.actions.refold import refold
from tracker.actions.register import required_office
from tracker.actions.route import Route, end_of, may_post_from, start_of, with_passes, zone_of
from tracker.actions.scan_findings import adopt_waiting
from tracker.domain.chain import instant
from tracker.domain.deadlines import postal_due_on
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.event_ids import new_event_id
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import DocumentKind, EventType, Leg
from tracker.store.insert import insert_if_absent
from tracker.store.models import (
    Dossier,
    DossierDocument,
    DossierNumberRow,
    Fee,
    Item,
    ItemDocument,
    ItemDossier,
    OpenLeg,
    Procedure,
)
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.visibility import may_see_dossiers
from tracker.store.tables import OPEN_LEG

MOST_DOSSIERS = 50


@dataclass(frozen=True, slots=True)
class FeeGiven:
    """`amount` in đồng; `payer` is sender or recipient."""

    name: str
    amount: int
    payer: str
    paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """Dossiers by any of their numbers, offices by code; what is None is taken from the dossier."""

    dossiers: tuple[str, ...]
    leg: Leg
    number: str | None = None
    from_office: str | None = None
    to_office: str | None = None
    sender: PersonGiven | None = None
    recipient: PersonGiven | None = None
    documents: tuple[DocumentGiven, ...] | None = None
    seal_number: str | None = None
    fees: tuple[FeeGiven, ...] = ()
    resend: bool = False


@dataclass(frozen=True, slots=True)
class RegisteredItem:
    """`warnings` are codes for the clerk; `label_id` is its first copy where that was printed before."""

    item_id: int
    number: str
    warnings: tuple[str, ...]
    label_id: int | None = None


def register_item(session: Session, new: NewItem, by: Desk) -> RegisteredItem:
    """Raises Refusal: unknown_dossier, open_item_exists, procedure_closed, wrong_office, those of numbers."""
    if len(new.dossiers) > MOST_DOSSIERS:
        raise Refusal(cause=Cause.TOO_MANY, fields={"dossiers": Cause.TOO_MANY}, facts={"limit": str(MOST_DOSSIERS)})
    named = [_dossier_of(session, number, index, by) for index, number in enumerate(new.dossiers)]
    if not named:
        raise Refusal(cause=Cause.FIELD_REQUIRED, fields={"dossiers": Cause.FIELD_REQUIRED})
    dossiers = list({dossier.id: dossier for dossier in named}.values())
    for dossier in dossiers:
        _refuse_closed_procedure(session, dossier, new.leg)
    route = _route(session, new, dossiers[0], by)
    item, warnings = _store_item(session, new, (dossiers[0], route), by)
    assert item.id is not None
    # In one order for all: two envelopes that share dossiers must not wait for each other.
    for dossier in sorted(dossiers, key=lambda dossier: _id(dossier.id)):
        _take_leg(session, dossier, item.id, new.leg)
    _store_contents(session, new, dossiers, item.id)
    _append_registered(session, item, route, by)
    label_id = settle_early_labels(session, item, [_id(dossier.id) for dossier in dossiers], by)
    adopt_waiting(session, item.number, item.id, by)
    refold(session, item.id, at=by.at)
    note_audit(session, Deed("item registered", f"item:{item.number}"), at=by.at, actor=by.actor.name)
    return RegisteredItem(item.id, item.number, warnings, label_id)


def _dossier_of(session: Session, number: str, index: int, by: Desk) -> Dossier:
    """Another office's dossier is as good as unknown: an envelope for it would open it to the caller."""
    dossier = session.scalar(
        select(Dossier)
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == col(Dossier.id))
        .where(col(DossierNumberRow.compared) == compare_key(number), may_see_dossiers(session, by.actor))
    )
    if dossier is None:
        field = f"dossiers.{index}"
        raise Refusal(cause=Cause.UNKNOWN_DOSSIER, fields={field: Cause.UNKNOWN_DOSSIER})
    return dossier


def _refuse_closed_procedure(session: Session, dossier: Dossier, leg: Leg) -> None:
    procedure = session.get_one(Procedure, dossier.procedure_id)
    is_open = procedure.may_result if leg is Leg.RESULT else procedure.may_send
    if not is_open:
        raise Refusal(
            cause=Cause.PROCEDURE_CLOSED, fields={"leg": Cause.PROCEDURE_CLOSED}, facts={"reason": procedure.reason}
        )


def _route(session: Session, new: NewItem, dossier: Dossier, by: Desk) -> Route:
    given_from = required_office(session, new.from_office, "from_office") if new.from_office else None
    given_to = required_office(session, new.to_office, "to_office") if new.to_office else None
    if given_from is not None and not may_post_from(session, given_from, dossier, by.actor):
        raise Refusal(cause=Cause.WRONG_OFFICE, fields={"from_office": Cause.WRONG_OFFICE})
    ward = new.recipient.ward_code if new.recipient else None
    start = given_from or start_of(session, new.leg, dossier, by.actor.office_id)
    return with_passes(session, Route(start, given_to or end_of(session, new.leg, dossier, ward)))


def _store_item(
    session: Session, new: NewItem, whereto: tuple[Dossier, Route], by: Desk
) -> tuple[Item, tuple[str, ...]]:
    dossier, route = whereto
    if new.number:
        hold_early_codes(session, new.number)
        number, warnings = check_given_number(session, new.number, by)
    else:
        number, warnings = take_number(session, _offices_with_ranges(route, by), by)
    calendar = work_calendar(session, by.config.office, route.end.id)
    posted_on = by.config.office.local_date(by.at)
    item = Item(
        number=number,
        leg=new.leg,
        from_office_id=_id(route.start.id),
        to_office_id=_id(route.end.id),
        sender_id=_person(session, new.sender, "sender", dossier.applicant_id, new.leg is not Leg.RESULT),
        recipient_id=_person(session, new.recipient, "recipient", dossier.applicant_id, new.leg is Leg.RESULT),
        seal_number=cleaned(new.seal_number, 40, "seal_number") if new.seal_number else None,
        resend=new.resend,
        registered_at=by.at,
        due_on=postal_due_on(posted_on, zone_of(route), calendar),
    )
    session.add(item)
    session.flush()
    return item, warnings


def _offices_with_ranges(route: Route, by: Desk) -> list[int]:
    """Whose range is used: the registering office's, else the one it is posted at."""
    return [office for office in (by.actor.office_id, route.start.id, route.start.post_office_id) if office]


def _id(value: int | None) -> int:
    assert value is not None
    return value


def _person(session: Session, given: PersonGiven | None, field: str, applicant_id: int, is_citizen: bool) -> int | None:
    """The citizen's end is the applicant unless somebody else is named; the office's end needs no person."""
    if given is not None:
        return store_person(session, given, field)
    return applicant_id if is_citizen else None


def _take_leg(session: Session, dossier: Dossier, item_id: int, leg: Leg) -> None:
    """The primary key decides between two clerks; the loser is told which item holds the place."""
    dossier_id = _id(dossier.id)
    if not insert_if_absent(session, OPEN_LEG, {"dossier_id": dossier_id, "leg": leg, "item_id": item_id}):
        holder = session.scalar(
            select(col(Item.number))
            .join(OpenLeg, col(OpenLeg.item_id) == col(Item.id))
            .where(col(OpenLeg.dossier_id) == dossier_id, col(OpenLeg.leg) == leg)
        )
        raise Refusal(
            cause=Cause.OPEN_ITEM_EXISTS,
            fields={"dossiers": Cause.OPEN_ITEM_EXISTS},
            facts={"number": holder or ""},
        )


def _store_contents(session: Session, new: NewItem, dossiers: list[Dossier], item_id: int) -> None:
    for dossier in dossiers:
        session.add(ItemDossier(item_id=item_id, dossier_id=_id(dossier.id)))
    for line, paper in enumerate(_documents(session, new, dossiers), start=1):
        session.add(ItemDocument(item_id=item_id, line=line, name=paper.name, kind=paper.kind, count=paper.count))
    for line, fee in enumerate(new.fees, start=1):
        name = cleaned(fee.name, 200, f"fees.{line - 1}.name")
        session.add(Fee(item_id=item_id, line=line, name=name, amount=fee.amount, payer=fee.payer, paid=fee.paid))
    session.flush()


def _documents(session: Session, new: NewItem, dossiers: list[Dossier]) -> list[DocumentGiven]:
    if new.documents is not None:
        return checked_documents(new.documents)
    rows = session.scalars(
        select(DossierDocument)
        .where(col(DossierDocument.dossier_id).in_([dossier.id for dossier in dossiers]))
        .order_by(col(DossierDocument.dossier_id), col(DossierDocument.line))
    )
    # The papers a dossier went in with do not come back in the result's envelope.
    return [] if new.leg is Leg.RESULT else [DocumentGiven(row.name, DocumentKind(row.kind), row.count) for row in rows]


def _append_registered(session: Session, item: Item, route: Route, by: Desk) -> None:
    """The rules in force now travel with the event: a later change of configuration does not judge it anew."""
    event_id = new_event_id(by.at, secrets.token_bytes)
    body: dict[str, object] = {
        "id": str(event_id),
        "code": item.number,
        "type": EventType.REGISTERED,
        "occurred_at": instant(by.at),
        "office": by.actor.office_code,
        "details": {
            "leg": item.leg,
            "from_office": route.start.code,
            "to_office": route.end.code,
            "route": list(route.codes),
            "policy": {"attempts": required_policy(by.at, by.config).attempts},
        },
    }
    append(session, decision_draft(EventType.REGISTERED, event_id, body, _id(item.id), by))
