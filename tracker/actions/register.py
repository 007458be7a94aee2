"""A dossier enters the book."""

import re
from dataclasses import dataclass, replace
from functools import cache

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.actions.people import DocumentGiven, PersonGiven, checked_documents, cleaned, store_person
from tracker.config import NumberPattern as ConfiguredPattern
from tracker.domain.dossier_numbers import BadNumber, NumberPattern, compare_key, parse_dossier_number
from tracker.domain.refusal import Cause, Refusal
from tracker.store.insert import insert_if_absent
from tracker.store.models import Dossier, DossierDocument, DossierNumberRow, Office, Procedure
from tracker.store.queries.catalogue import office_by_code, procedure_in_force
from tracker.store.tables import DOSSIER_NUMBER

LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDossier:
    """Offices and the procedure by their codes."""

    number: str
    procedure: str
    receiving_office: str
    applicant: PersonGiven
    documents: tuple[DocumentGiven, ...]
    result_by_post: bool
    portal_number: str | None = None
    deciding_agency: str | None = None
    return_office: str | None = None


def register_dossier(session: Session, new: NewDossier, by: Desk) -> int:
    """Raises Refusal: bad_number, dossier_exists, procedure_closed, unknown_office or _procedure, those of people."""
    new = replace(new, number=check_number(new.number, by))
    numbers = [(new.number, "local")]
    portal_number = _portal_number(new.portal_number)
    if portal_number and compare_key(portal_number) != compare_key(new.number):
        numbers.append((portal_number, "portal"))
    for text, kind in numbers:
        _refuse_known(session, text, "number" if kind == "local" else "portal_number")
    procedure = _open_procedure(session, new, by)
    receiving = required_office(session, new.receiving_office, "receiving_office")
    agency = required_office(session, new.deciding_agency, "deciding_agency") if new.deciding_agency else receiving
    back_to = required_office(session, new.return_office, "return_office") if new.return_office else receiving
    assert procedure.id is not None
    assert receiving.id is not None
    documents = checked_documents(new.documents)
    dossier = Dossier(
        procedure_id=procedure.id,
        receiving_office_id=receiving.id,
        deciding_agency_id=agency.id,
        return_office_id=back_to.id,
        applicant_id=store_person(session, new.applicant, "applicant"),
        result_by_post=new.result_by_post,
        created_at=by.at,
        created_by=by.actor.account_id,
    )
    session.add(dossier)
    session.flush()
    assert dossier.id is not None
    _store_numbers(session, dossier.id, numbers)
    _store_documents(session, dossier.id, documents)
    note_audit(session, Deed("dossier registered", f"dossier:{new.number}"), at=by.at, actor=by.actor.name)
    return dossier.id


def check_number(text: str, by: Desk) -> str:
    """The number as it stands, trimmed and NFC. Raises Refusal bad_number with the fault among its facts."""
    today, numbers = by.config.office.local_date(by.at), by.config.numbers
    try:
        return parse_dossier_number(text, _patterns(numbers.patterns), numbers.agency_prefixes, today).text
    except BadNumber as fault:
        raise Refusal(cause=Cause.BAD_NUMBER, fields={"number": fault.cause}, facts={"fault": fault.cause}) from fault


def _portal_number(text: str | None) -> str | None:
    number = cleaned(text, LONGEST_NUMBER, "portal_number") if text else None
    if number is not None:
        # Spellings are compared in upper case, which can be longer.
        cleaned(compare_key(number), LONGEST_NUMBER, "portal_number")
    return number


@cache
def _patterns(configured: tuple[ConfiguredPattern, ...]) -> tuple[NumberPattern, ...]:
    return tuple(NumberPattern(pattern.name, re.compile(pattern.regex)) for pattern in configured)


def required_office(session: Session, code: str, field: str) -> Office:
    office = office_by_code(session, code)
    if office is None:
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={field: Cause.UNKNOWN_OFFICE}, facts={"code": code[:40]})
    return office


def _refuse_known(session: Session, text: str, field: str) -> None:
    known = session.scalar(
        select(col(DossierNumberRow.text)).where(col(DossierNumberRow.compared) == compare_key(text))
    )
    if known is not None:
        raise Refusal(cause=Cause.DOSSIER_EXISTS, fields={field: Cause.DOSSIER_EXISTS}, facts={"number": known})


def _open_procedure(session: Session, new: NewDossier, by: Desk) -> Procedure:
    procedure = procedure_in_force(session, new.procedure, by.config.office.local_date(by.at))
    if procedure is None:
        raise Refusal(cause=Cause.UNKNOWN_PROCEDURE, fields={"procedure": Cause.UNKNOWN_PROCEDURE})
    closed = not (procedure.may_send or procedure.may_result)
    if closed or (new.result_by_post and not procedure.may_result):
        raise Refusal(
            cause=Cause.PROCEDURE_CLOSED,
            fields={"result_by_post" if not closed else "procedure": Cause.PROCEDURE_CLOSED},
            facts={"reason": procedure.reason},
        )
    return procedure


def _store_numbers(session: Session, dossier_id: int, numbers: list[tuple[str, str]]) -> None:
    """The primary key decides between two clerks who register one dossier at once."""
    for text, kind in numbers:
        row = {"compared": compare_key(text), "dossier_id": dossier_id, "text": text, "kind": kind}
        if not insert_if_absent(session, DOSSIER_NUMBER, row):
            field = "number" if kind == "local" else "portal_number"
            raise Refusal(cause=Cause.DOSSIER_EXISTS, fields={field: Cause.DOSSIER_EXISTS}, facts={"number": text})


def _store_documents(session: Session, dossier_id: int, documents: list[DocumentGiven]) -> None:
    for line, given in enumerate(documents, start=1):
        session.add(
            DossierDocument(dossier_id=dossier_id, line=line, name=given.name, kind=given.kind, count=given.count)
        )
