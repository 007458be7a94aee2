"""The form of a new dossier: kept as typed, checked field by field, all faults told at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tracker.actions.desk import Desk
from tracker.actions.people import LONGEST_LINE, LONGEST_NAME, PersonGiven, checked_documents, cleaned, normalise_phone
from tracker.actions.register import NewDossier, check_number
from tracker.domain.refusal import Cause, Refusal
from tracker.web.papers_form import PaperRow, read_papers
from tracker.web.refused import errors_of, sentence_of
from tracker.web.ward_field import WardField, read_ward

LONGEST_NUMBER = 60
Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierForm:
    """What stands in the fields, right or wrong."""

    number: str = ""
    portal_number: str = ""
    procedure: str = ""
    receiving_office: str = ""
    deciding_agency: str = ""
    name: str = ""
    phone: str = ""
    ward: WardField = field(default_factory=lambda: WardField("", None))
    line: str = ""
    result_by_post: bool = True
    papers: tuple[PaperRow, ...] = ()


def read_dossier_form(form: Mapping[str, str], home_province: str) -> DossierForm:
    return DossierForm(
        number=form.get("number", "").strip(),
        portal_number=form.get("portal_number", "").strip(),
        procedure=form.get("procedure", ""),
        receiving_office=form.get("receiving_office", ""),
        deciding_agency=form.get("deciding_agency", ""),
        name=form.get("applicant-name", ""),
        phone=form.get("applicant-phone", ""),
        ward=read_ward(form, home_province),
        line=form.get("applicant-line", ""),
        result_by_post=form.get("result_by_post", "yes") == "yes",
        papers=read_papers(form),
    )


def faults_of(form: DossierForm, by: Desk) -> dict[str, str]:
    """Sentence by field id, in the order of the form; what only the book knows is checked when it is written."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: check_number(cleaned(form.number, LONGEST_NUMBER, "number"), by),
        lambda: form.portal_number and cleaned(form.portal_number, LONGEST_NUMBER, "portal_number"),
        lambda: _chosen(form.procedure, "procedure", Cause.FIELD_REQUIRED),
        lambda: normalise_phone(
            _chosen(form.phone.strip(), "applicant.phone", Cause.FIELD_REQUIRED), "applicant.phone"
        ),
        lambda: cleaned(form.name, LONGEST_NAME, "applicant.name"),
        lambda: _chosen(form.ward.ward, "applicant.address.ward_code", Cause.BAD_ADDRESS),
        lambda: cleaned(form.line, LONGEST_LINE, "applicant.address.line"),
        lambda: _chosen(form.receiving_office, "receiving_office", Cause.FIELD_REQUIRED),
        lambda: checked_documents([row.given() for row in form.papers]),
    )
    faults: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            faults |= errors_of(refusal)
    return faults


def _chosen(value: Checked | None, name: str, cause: Cause) -> Checked:
    if not value:
        raise Refusal(cause=cause, fields={name: cause})
    return value


def new_dossier(form: DossierForm) -> NewDossier:
    """Of a form without faults."""
    ward = form.ward.ward
    return NewDossier(
        number=form.number,
        procedure=form.procedure,
        receiving_office=form.receiving_office,
        applicant=PersonGiven(
            name=form.name,
            phone=form.phone,
            address_line=form.line,
            ward_code=ward.code if ward else "",
            province_code=ward.province.code if ward else "",
        ),
        documents=tuple(row.given() for row in form.papers),
        result_by_post=form.result_by_post,
        portal_number=form.portal_number or None,
        deciding_agency=form.deciding_agency or None,
    )


def number_fault(text: str, by: Desk) -> str | None:
    """What is wrong with a dossier number, in words; None for a good one."""
    try:
        check_number(text, by)
    except Refusal as refusal:
        return sentence_of(refusal.fields["number"], refusal.facts)
    return None
