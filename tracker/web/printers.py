"""Máy in: the administrator's printers of all offices, those to look at before the counters open first."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.formats import PAPERS, THERMAL, USUAL
from labels.lettering import printable_text
from labels.refusals import LabelRefused
from labels.stock import PRINT_HEADS
from tracker.actions.printers import PrinterGiven, change_printer, enter_printer
from tracker.domain.printers import PrinterKind, PrinterSetting
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.phrases import phrase_of
from tracker.printing import print_run
from tracker.store.engine import reading, transaction
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.printers import PrinterView, printer_seen, printers_seen
from tracker.web.access import actor, desk, staff
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.millimetres import decimal, read_decimal
from tracker.web.refused import errors_of

LONGEST_GIVEN = 300
USUAL_DPI = 203
printers = Blueprint("printers", __name__)


@dataclass(frozen=True, slots=True)
class PrinterForm:
    """As it was typed."""

    office: str = ""
    name: str = ""
    kind: str = PrinterKind.BROWSER.value
    address: str = ""
    format: str = USUAL
    dpi: str = str(USUAL_DPI)
    dx_mm: str = "0"
    dy_mm: str = "0"
    scale: str = "1"
    is_active: bool = True


@printers.get("/quan-tri/may-in")
@staff(Role.ADMIN)
def show() -> Response:
    return _list(PrinterForm(), {})


@printers.post("/quan-tri/may-in")
@staff(Role.ADMIN)
def enter() -> Response:
    form = _read(request.form)
    try:
        with transaction(house().engine) as session:
            printer_id = enter_printer(session, _given(form), desk())
    except Refusal as refusal:
        return _list(form, errors_of(refusal))
    return redirect(url_for("printers.page", printer_id=printer_id), 303)


@printers.get("/quan-tri/may-in/<int:printer_id>")
@staff(Role.ADMIN)
def page(printer_id: int) -> Response:
    printer = _printer_or_404(printer_id)
    return _page(printer, _filled(printer), {})


@printers.post("/quan-tri/may-in/<int:printer_id>")
@staff(Role.ADMIN)
def change(printer_id: int) -> Response:
    printer, form = _printer_or_404(printer_id), _read(request.form)
    try:
        with transaction(house().engine) as session:
            change_printer(session, printer_id, _given(form), desk())
    except Refusal as refusal:
        return _page(printer, form, errors_of(refusal))
    return redirect(url_for("printers.show"), 303)


def _printer_or_404(printer_id: int) -> PrinterView:
    with reading(house().engine) as session:
        found = printer_seen(session, actor(), printer_id)
    if found is None:
        abort(404)
    return found


def _read(given: Mapping[str, str]) -> PrinterForm:
    texts = {name: given.get(name, "").strip()[:LONGEST_GIVEN] for name in PrinterForm.__slots__ if name != "is_active"}
    return PrinterForm(**texts, is_active=given.get("is_active") == "yes")


def _filled(printer: PrinterView) -> PrinterForm:
    setting = printer.setting
    return PrinterForm(
        office=printer.office_code,
        name=printer.name,
        kind=printer.kind.value,
        address=printer.address,
        format=setting.format,
        dpi=str(setting.dpi),
        dx_mm=decimal(setting.dx_mm),
        dy_mm=decimal(setting.dy_mm),
        scale=decimal(setting.scale),
        is_active=printer.is_active,
    )


def _given(form: PrinterForm) -> PrinterGiven:
    """Raises Refusal naming the fields: what is no number, and what no paper or print head allows."""
    numbers = {name: read_decimal(getattr(form, name)) for name in ("dx_mm", "dy_mm", "scale")}
    faults = {name: Cause.BAD_VALUE for name, number in numbers.items() if number is None}
    if form.dpi not in map(str, PRINT_HEADS):
        faults["dpi"] = Cause.BAD_VALUE
    if form.kind not in set(PrinterKind):
        faults["kind"] = Cause.BAD_VALUE
    if faults:
        raise Refusal(cause=Cause.BAD_VALUE, fields=faults)
    _refuse_unprintable(form.name)
    dx, dy, scale = (number or 0.0 for number in numbers.values())
    if form.format in THERMAL and form.kind != PrinterKind.RAW:
        raise Refusal(cause=Cause.NEEDS_RAW_PORT, fields={"format": Cause.NEEDS_RAW_PORT})
    setting = PrinterSetting(form.format, int(form.dpi), dx, dy, scale)
    print_run(form.format, 1, setting)
    return PrinterGiven(
        office=form.office,
        name=form.name,
        kind=PrinterKind(form.kind),
        address=form.address,
        setting=setting,
        is_active=form.is_active,
    )


def _refuse_unprintable(name: str) -> None:
    """It stands on the proof page."""
    try:
        printable_text(name, "name")
    except LabelRefused as refused:
        raise Refusal(cause=Cause.BAD_VALUE, fields={"name": Cause.BAD_VALUE}) from refused


def _list(form: PrinterForm, errors: Mapping[str, str]) -> Response:
    at = house().clock()
    with reading(house().engine) as session:
        found = printers_seen(session, actor())
        choices = _choices(session)
    in_use = [one for one in found if one.is_active]
    shown = render_template(
        "oversight/printers.html",
        worrying=[one for one in in_use if one.worries(at)],
        relied_on=[one for one in in_use if not one.worries(at)],
        out_of_use=[one for one in found if not one.is_active],
        at=at,
        form=form,
        errors=errors,
        **choices,
    )
    return make_response(shown, 422 if errors else 200)


def _page(printer: PrinterView, form: PrinterForm, errors: Mapping[str, str]) -> Response:
    with reading(house().engine) as session:
        choices = _choices(session)
    at = house().clock()
    shown = render_template("oversight/printer.html", printer=printer, at=at, form=form, errors=errors, **choices)
    return make_response(shown, 422 if errors else 200)


def _choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    names = sorted(office_names(session).items(), key=lambda pair: pair[1])
    return {
        "offices": names,
        "kinds": [(kind.value, gettext(phrase_of(kind))) for kind in PrinterKind],
        "formats": [(name, gettext(f"print.{name}")) for name in PAPERS],
        "heads": [(str(dpi), f"{dpi} dpi") for dpi in PRINT_HEADS],
    }
