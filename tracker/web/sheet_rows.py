"""One row of an outage sheet: what stands on the paper is entered, once, at the time that was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.door import Door
from tracker.actions.outage import RowEntry, enter_row
from tracker.domain.lifecycle import kind_of
from tracker.domain.outage import SPOILED, TICKED, RowState, SheetCode
from tracker.domain.refusal import Refusal
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import EventType, Kind, Outcome
from tracker.phrases import phrase_of
from tracker.sheet_paper import tick_phrase
from tracker.store.engine import reading as reads, transaction
from tracker.store.models import Office
from tracker.store.queries.outage import RowView, SheetView
from tracker.web.access import actor, desk, staff
from tracker.web.answering import event_of, read_answers
from tracker.web.asking import Occasion
from tracker.web.finding import READERS
from tracker.web.handovers import shell
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.options import options_of
from tracker.web.reading import ELSEWHERE, OF_BAGS, Found, Reading, read
from tracker.web.refused import errors_of
from tracker.web.scanning import LONGEST_CODE, Form, ScanView, asked_again, view_of_receipt
from tracker.web.sheets import WRITERS, sheet_or_404
from tracker.web.verdicts import holder_of

UNREAD = frozenset({Found.UNREADABLE, Found.FOREIGN, Found.VOID_LABEL})
sheet_rows = Blueprint("sheet_rows", __name__)


@dataclass(frozen=True, slots=True)
class Screen:
    """`choices` are what may have happened, the sheet's own first; `scan` is a form or a verdict, once one is there."""

    sheet: SheetView
    row: RowView
    choices: tuple[EventType, ...]
    code: str = ""
    errors: Mapping[str, str] | None = None
    scan: ScanView | None = None


@sheet_rows.get("/ban-quay/phieu-giay/<sheet>/<int:row>")
@staff(*WRITERS)
def show(sheet: str, row: int) -> Response:
    return _page(_screen_or_404(sheet, row))


@sheet_rows.post("/ban-quay/phieu-giay/<sheet>/<int:row>")
@staff(*WRITERS)
def enter(sheet: str, row: int) -> Response:
    """A row that holds something answers with it: sent twice, it is entered once."""
    screen = _screen_or_404(sheet, row)
    if screen.row.state is not RowState.UNUSED:
        return _page(screen)
    given = request.form
    if "event_id" in given:
        return _record(screen, given)
    return _page(_asked(screen, given))


def _screen_or_404(number: str, row: int) -> Screen:
    sheet = sheet_or_404(number)
    found = next((one for one in sheet.rows if one.row == row), None)
    if found is None:
        abort(404)
    with reads(house().engine) as session:
        return Screen(sheet, found, _choices(session, sheet))


def _choices(session: Session, sheet: SheetView) -> tuple[EventType, ...]:
    """Every scan this role may make; decisions are made online or not at all."""
    role, point = actor().role, session.get_one(Office, actor().office_id).service_point
    mine = [
        kind
        for kind in EventType
        if kind_of(kind, role) is Kind.SCAN and kind not in ELSEWHERE and may_make(role, kind, at_service_point=point)
    ]
    ticked = TICKED[sheet.kind]
    return tuple(sorted(mine, key=lambda kind: ticked.index(kind) if kind in ticked else len(ticked)))


def _asked(screen: Screen, given: Mapping[str, str]) -> Screen:
    """The second step: what this event needs, of this item."""
    code = given.get("code", "").strip()[:LONGEST_CODE]
    with reads(house().engine) as session:
        found = read(session, code, actor(), house().config)
        errors = _errors(screen, found, code, given)
        if errors or "type" not in given:
            return Screen(screen.sheet, screen.row, screen.choices, code, errors)
        occasion = Occasion(EventType(given["type"]), actor(), found.item, is_paper=True)
        form = Form(occasion, code, {}, {}, screen.row.code, "", options=options_of(session, occasion, {}))
        return _with(screen, session, found, form)


def _errors(screen: Screen, found: Reading, code: str, given: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not code:
        errors["code"] = gettext("sheet.error.code")
    elif found.found in UNREAD:
        errors["code"] = gettext(f"scan.stop.{'void' if found.found is Found.VOID_LABEL else found.found.value}.why")
    told = given.get("type")
    if told is None and not errors:
        return {}
    if told not in screen.choices or (found.found is Found.BAG and told not in OF_BAGS):
        errors["type"] = gettext("sheet.error.type")
    return errors


def _with(screen: Screen, session: Session, found: Reading, form: Form) -> Screen:
    holder = holder_of(session, found.item) if found.item else ""
    return Screen(
        screen.sheet,
        screen.row,
        screen.choices,
        form.code,
        form.errors,
        ScanView(reading=found, form=form, code=form.code, holder=holder),
    )


def _record(screen: Screen, given: Mapping[str, str]) -> Response:
    try:
        with transaction(house().engine) as session:
            done = _recorded(session, screen, given)
    except Refusal as refusal:
        done = None if not refusal.fields else _refused(screen, given, errors_of(refusal))
    if done is None:
        return redirect(url_for("sheet_rows.show", sheet=screen.sheet.number, row=screen.row.row), 303)
    return _page(done)


def _recorded(session: Session, screen: Screen, given: Mapping[str, str]) -> Screen | None:
    """None when somebody was quicker: the row's own page then says what became of it."""
    found, occasion = _occasion(session, screen, given)
    if occasion is None:
        return _asked(screen, given)
    answers = read_answers(given, occasion)
    if answers.errors:
        return _with(screen, session, found, asked_again(session, occasion, given, answers.errors))
    event = event_of(given, occasion, answers)
    by = desk()
    entry = RowEntry(
        SheetCode(screen.sheet.number, screen.row.row), datetime.fromisoformat(str(event["occurred_at"])), event
    )
    receipt = enter_row(session, entry, Door(by.actor, by.at, by.config, None, house().random_bytes))
    if receipt.outcome is Outcome.DUPLICATE:
        return None
    view = view_of_receipt(session, found, (occasion, event, receipt), by)
    return Screen(screen.sheet, screen.row, screen.choices, scan=view)


def _occasion(session: Session, screen: Screen, given: Mapping[str, str]) -> tuple[Reading, Occasion | None]:
    code = given.get("code", "").strip()[:LONGEST_CODE]
    found = read(session, code, actor(), house().config)
    if _errors(screen, found, code, given) or "type" not in given:
        return found, None
    return found, Occasion(EventType(given["type"]), actor(), found.item, is_paper=True)


def _refused(screen: Screen, given: Mapping[str, str], errors: Mapping[str, str]) -> Screen:
    with reads(house().engine) as session:
        found, occasion = _occasion(session, screen, given)
        if occasion is None:
            return _asked(screen, given)
        return _with(screen, session, found, asked_again(session, occasion, given, errors))


def _choice_words(screen: Screen) -> list[tuple[str, str]]:
    """As the box on the paper says it; what has no box of its own by its usual name."""
    kind = screen.sheet.kind
    return [
        (one.value, gettext(tick_phrase(kind, one) if one in TICKED[kind] else phrase_of(one)))
        for one in screen.choices
    ]


def _page(screen: Screen) -> Response:
    shown = render_template(
        "sheets/row.html",
        screen=screen,
        sheet=screen.sheet,
        row=screen.row,
        view=screen.scan,
        errors=screen.errors or {},
        reasons=[(one.value, gettext(phrase_of(one))) for one in SPOILED],
        may_read=actor().role in READERS,
        following=screen.sheet.next_unused(screen.row.row),
        choice_words=_choice_words(screen),
        action=url_for("sheet_rows.show", sheet=screen.sheet.number, row=screen.row.row),
        shell=shell(),
    )
    return make_response(shown, 422 if screen.errors else 200)
