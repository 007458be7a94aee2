"""Outage sheets: printing them in advance, finding them again, and accounting for every row of them."""

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.labels import FRESH
from tracker.actions.outage import NewSheets, print_sheets, spoil_row, void_rest
from tracker.domain.outage import (
    KINDS_OF_OFFICE,
    MOST_SHEETS,
    SPOILED,
    USUAL_KIND,
    SheetCode,
    SheetKind,
    VoidReason,
    read_sheet_code,
)
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import OfficeKind, Role
from tracker.phrases import phrase_of
from tracker.sheet_paper import draw_outage
from tracker.store.engine import reading, transaction
from tracker.store.queries.outage import SheetView, offices_to_print_for, open_sheets, sheet_of, sheets_of_batch
from tracker.web.access import actor, desk, staff
from tracker.web.finding import READERS
from tracker.web.handovers import shell
from tracker.web.headers import printing_policy
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.refused import errors_of, sentence_of
from tracker.web.row_numbers import row_number
from tracker.web.two_sides import age_of

WRITERS = (Role.CLERK, Role.POSTCLERK, Role.OFFICER, Role.COURIER, Role.SUPERVISOR)
LONGEST_CODE = 200
sheets = Blueprint("sheets", __name__)


@sheets.get("/ban-quay/phieu-giay/")
@staff(*WRITERS)
def show() -> Response:
    return _start({})


@sheets.post("/ban-quay/phieu-giay/")
@staff(*WRITERS)
def begin() -> Response:
    """A code opens its sheet or row; anything else asks for new sheets."""
    given = request.form
    if "code" in given:
        address = address_of_code(given["code"])
        return redirect(address, 303) if address else _start({"code": sentence_of(Cause.UNKNOWN_SHEET, {})})
    try:
        with transaction(house().engine) as session:
            numbers = print_sheets(session, _new_sheets(given), desk())
    except Refusal as refusal:
        return _start(_errors_of_printing(refusal))
    return redirect(url_for("sheets.page", sheet=numbers[0]), 303)


def address_of_code(text: str) -> str | None:
    """Where a sheet's or a row's code leads; None for anything else, and for another office's."""
    code = read_sheet_code(text[:LONGEST_CODE])
    if code is None:
        return None
    with reading(house().engine) as session:
        view = sheet_of(session, actor(), code.number)
    if view is None or (code.row is not None and code.row not in {row.row for row in view.rows}):
        return None
    if code.row is None:
        return url_for("sheets.page", sheet=code.number)
    return url_for("sheet_rows.show", sheet=code.number, row=code.row)


def _new_sheets(given: Mapping[str, str]) -> NewSheets:
    """Raises Refusal bad_value for a kind that there is not."""
    office, _, kind = given.get("for", "").partition(":")
    if kind not in set(SheetKind):
        raise Refusal(cause=Cause.BAD_VALUE, fields={"kind": Cause.BAD_VALUE})
    return NewSheets(office, SheetKind(kind), request.form.get("count", 0, type=row_number))


def _errors_of_printing(refusal: Refusal) -> dict[str, str]:
    """Office and kind are one choice on the page."""
    if "count" in refusal.fields:
        return {"count": gettext("sheet.error.count", most=MOST_SHEETS)}
    return {"for": sentence_of(refusal.cause, refusal.facts)}


def _start(errors: Mapping[str, str]) -> Response:
    with reading(house().engine) as session:
        lists = open_sheets(session, actor())
        choices = _choices(session)
    usual = f"{actor().office_code}:{USUAL_KIND.get(actor().role, '')}"
    shown = render_template(
        "sheets/start.html",
        lists=lists,
        choices=choices,
        chosen=request.form.get("for", usual),
        most=MOST_SHEETS,
        errors=errors,
        shell=shell(),
        age_of=age_of,
    )
    return make_response(shown, 422 if errors else 200)


def _choices(session: Session) -> list[tuple[str, str]]:
    """Office and kind of sheet, the own office first."""
    offices = sorted(offices_to_print_for(session, actor()), key=lambda office: office.code != actor().office_code)
    return [
        (f"{office.code}:{kind.value}", f"{office.name}: {gettext(phrase_of(kind))}")
        for office in offices
        for kind in KINDS_OF_OFFICE[OfficeKind(office.kind)]
    ]


@sheets.get("/ban-quay/phieu-giay/<sheet>")
@staff(*WRITERS)
def page(sheet: str) -> Response:
    return sheet_page(sheet_or_404(sheet), {})


@sheets.post("/ban-quay/phieu-giay/<sheet>")
@staff(*WRITERS)
def act(sheet: str) -> Response:
    """The rest is unused, or one row is spoiled; which, the button says."""
    view = sheet_or_404(sheet)
    deed = DEEDS.get(request.form.get("act", ""))
    if deed is None:
        abort(422)
    try:
        with transaction(house().engine) as session:
            deed(session, sheet, request.form)
    except Refusal as refusal:
        return sheet_page(view, errors_of(refusal))
    return redirect(url_for("sheets.page", sheet=sheet), 303)


def _void_rest(session: Session, number: str, _: Mapping[str, str]) -> None:
    void_rest(session, number, desk())


def _spoil(session: Session, number: str, given: Mapping[str, str]) -> None:
    told = given.get("void_reason", "")
    reason = VoidReason(told) if told in set(SPOILED) else VoidReason.NOT_USED
    spoil_row(session, SheetCode(number, request.form.get("row", 0, type=row_number)), reason, desk())


DEEDS: Mapping[str, Callable[[Session, str, Mapping[str, str]], None]] = {"rest": _void_rest, "spoil": _spoil}


def sheet_or_404(number: str) -> SheetView:
    """Nothing is asked of the database that is not shaped like a sheet's number."""
    if read_sheet_code(number) != SheetCode(number):
        abort(404)
    with reading(house().engine) as session:
        view = sheet_of(session, actor(), number)
    if view is None:
        abort(404)
    return view


def sheet_page(view: SheetView, errors: Mapping[str, str]) -> Response:
    with reading(house().engine) as session:
        batch = sheets_of_batch(session, actor(), view.number) if _is_fresh(view) else []
    shown = render_template(
        "sheets/sheet.html",
        view=view,
        batch=batch,
        errors=errors,
        reasons=[(one.value, gettext(phrase_of(one))) for one in SPOILED],
        may_read=actor().role in READERS,
        shell=shell(),
    )
    answer = make_response(shown, 422 if errors else 200)
    answer.headers["Content-Security-Policy"] = printing_policy()
    return answer


def _is_fresh(view: SheetView) -> bool:
    """The same paper a moment later is no second one; afterwards nobody could tell how many there are of a number."""
    return view.printed_by == actor().name and house().clock() - view.printed_at <= FRESH


@sheets.get("/ban-quay/phieu-giay/<sheet>.pdf")
@staff(*WRITERS)
def paper(sheet: str) -> Response:
    """All sheets that were printed with this one, the first of them."""
    sheet_or_404(sheet)
    with reading(house().engine) as session:
        views = [sheet_of(session, actor(), one) for one in sheets_of_batch(session, actor(), sheet)]
    fresh = [view for view in views if view is not None and _is_fresh(view)]
    if not fresh:
        abort(404)
    answer = Response(draw_outage(fresh, house().config), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{sheet}.pdf"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'"
    return answer
