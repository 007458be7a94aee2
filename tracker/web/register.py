"""The desk, and a dossier entering the book."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.register import register_dossier
from tracker.domain.refusal import Refusal
from tracker.domain.vocabulary import Leg, OfficeKind, Role
from tracker.store.engine import reading, transaction
from tracker.store.models import Office
from tracker.store.queries.catalogue import components_of, office_of, offices_by_id, procedure_in_force
from tracker.store.queries.desk import ProcedureLine, last_copies, procedures_in_force
from tracker.web.access import actor, desk, staff
from tracker.web.dossier_form import DossierForm, faults_of, new_dossier, read_dossier_form
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.papers_form import PaperRow, read_papers, rows_of, with_spare, without
from tracker.web.refused import errors_of
from tracker.web.ward_field import find, full_name

REGISTRARS = (Role.CLERK, Role.POSTCLERK, Role.SUPERVISOR)
RECEIVERS = frozenset({OfficeKind.CENTRE, OfficeKind.COMMUNE, OfficeKind.AGENCY})
register = Blueprint("register", __name__)


@register.get("/ban-quay/")
@staff(*REGISTRARS)
def show() -> str:
    with reading(house().engine) as session:
        copies = last_copies(session, actor().account_id)
    return render_template("desk/show.html", copies=copies)


@register.get("/ban-quay/ho-so/moi")
@staff(*REGISTRARS)
def blank() -> str:
    with reading(house().engine) as session:
        own = office_of(session, actor().office_id)
        receiving = own.code if own.kind in RECEIVERS else ""
        form = DossierForm(number=request.args.get("number", "").strip()[:60], receiving_office=receiving)
        return _form(session, form, {})


@register.post("/ban-quay/ho-so/moi")
@staff(*REGISTRARS)
def enter() -> tuple[str, int] | Response:
    with reading(house().engine) as session:
        form = read_dossier_form(request.form, _home_province(session))
        wish = request.form.get("do", "")
        if wish:
            return _form(session, _reshaped(session, form, wish), {}), 200
    errors = faults_of(form, desk()) or _enter(form)
    if errors:
        with reading(house().engine) as session:
            return _form(session, form, errors), 422
    if _may_be_sent(form.procedure):
        return redirect(url_for("posting.show", number=form.number, leg=Leg.SUBMISSION), 303)
    return redirect(url_for("finding.dossier", number=form.number), 303)


def _may_be_sent(code: str) -> bool:
    with reading(house().engine) as session:
        procedure = procedure_in_force(session, code, today())
        return procedure is not None and procedure.may_send


def _enter(form: DossierForm) -> dict[str, str]:
    """Errors by field; empty when the dossier stands in the book."""
    try:
        with transaction(house().engine) as session:
            register_dossier(session, new_dossier(form), desk())
    except Refusal as refusal:
        return errors_of(refusal)
    return {}


def _reshaped(session: Session, form: DossierForm, wish: str) -> DossierForm:
    """What the buttons beside the rows do when no script runs."""
    papers = without(read_papers(request.form), wish)
    if wish == "fill":
        papers = _papers_asked_for(session, form.procedure)
    return DossierForm(**{**_fields(form), "papers": papers})  # type: ignore[arg-type]  # the same fields again


def _fields(form: DossierForm) -> dict[str, object]:
    return {name: getattr(form, name) for name in DossierForm.__slots__}


def _papers_asked_for(session: Session, code: str) -> tuple[PaperRow, ...]:
    procedure = procedure_in_force(session, code, today())
    if procedure is None or procedure.id is None:
        return ()
    return rows_of((row.name, row.kind, row.count) for row in components_of(session, procedure.id))


def _home_province(session: Session) -> str:
    return office_of(session, actor().office_id).province_code or ""


def _form(session: Session, form: DossierForm, errors: dict[str, str]) -> str:
    procedures = procedures_in_force(session, today())
    offices = sorted(offices_by_id(session).values(), key=lambda office: office.name)
    return render_template(
        "desk/register.html",
        form=form,
        errors=errors,
        rows=with_spare(form.papers),
        full_name=full_name,
        groups=_by_openness(procedures),
        receivers=[office for office in offices if office.kind in RECEIVERS],
        agencies=_agencies(offices),
    )


def _agencies(offices: list[Office]) -> list[Office]:
    return [office for office in offices if office.kind in RECEIVERS]


def _by_openness(procedures: list[ProcedureLine]) -> dict[str, list[ProcedureLine]]:
    """Those closed to the post come last, and say why."""
    groups: dict[str, list[ProcedureLine]] = {"both": [], "send": [], "result": [], "closed": []}
    for procedure in procedures:
        groups[openness(procedure)].append(procedure)
    return groups


def openness(procedure: ProcedureLine) -> str:
    if procedure.may_send and procedure.may_result:
        return "both"
    if procedure.may_send:
        return "send"
    return "result" if procedure.may_result else "closed"


@register.get("/ban-quay/xa-phuong")
@staff(*REGISTRARS)
def wards() -> Response:
    """For the field that completes while typing: communes whose words begin with what was typed."""
    with reading(house().engine) as session:
        home = _home_province(session)
    found = find(request.args.get("q", "")[:100], home)
    return jsonify([{"code": ward.code, "name": full_name(ward)} for ward in found])


@register.get("/ban-quay/thu-tuc/<code>")
@staff(*REGISTRARS)
def papers(code: str) -> Response:
    """The papers that a procedure asks for."""
    with reading(house().engine) as session:
        rows = _papers_asked_for(session, code)
    return jsonify([{"name": row.name, "kind": row.kind, "count": row.count} for row in rows])
