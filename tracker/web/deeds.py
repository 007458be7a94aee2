"""What may be decided about an item, entered for somebody else, or corrected: forms reached from the item's page."""

from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.roles import ROLE_MATRIX
from tracker.domain.vocabulary import EventType, Outcome, Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.item_page import HistoryEntry
from tracker.web.access import actor, desk, staff
from tracker.web.asking import Ask
from tracker.web.finding import item_or_404
from tracker.web.house import house
from tracker.web.item_story import story_lines
from tracker.web.language import gettext
from tracker.web.mending import Mistake, send_correction
from tracker.web.possible import DECIDERS, scanned_or_404
from tracker.web.reading import ELSEWHERE
from tracker.web.reasons import CORRECTION_REASONS
from tracker.web.refused import sentence_of
from tracker.web.scanning import ScanView, form_for, record_told
from tracker.web.strip import NO_SCANS

LONGEST_NOTE = 500
deeds = Blueprint("deeds", __name__)


@deeds.get("/ban-quay/buu-gui/<number>/viec/<kind>")
@staff(*DECIDERS)
def ask(number: str, kind: str) -> Response:
    told = _kind_or_404(kind)
    with reading(house().engine) as session:
        return _page(form_for(session, told, scanned_or_404(session, number)), number)


@deeds.post("/ban-quay/buu-gui/<number>/viec/<kind>")
@staff(*DECIDERS)
def do(number: str, kind: str) -> Response:
    told = _kind_or_404(kind)
    with reading(house().engine) as session:
        item = scanned_or_404(session, number)
    return _page(record_told({**request.form.to_dict(), "type": told.value}, item.number), number)


def _kind_or_404(kind: str) -> EventType:
    """What this role may make at all; whether it may be made now the rules say, with their cause."""
    may_make = ROLE_MATRIX[actor().role]
    if kind not in set(EventType) or EventType(kind) not in may_make or EventType(kind) in ELSEWHERE | NO_SCANS:
        abort(404)
    return EventType(kind)


def _page(view: ScanView, number: str) -> Response:
    return make_response(render_template("desk/deed.html", view=view, number=number, Ask=Ask), view.status)


@deeds.get("/ban-quay/buu-gui/<number>/dinh-chinh/<uuid:event_id>")
@staff(Role.SUPERVISOR)
def ask_correction(number: str, event_id: UUID) -> str:
    return _correction_page(number, event_id, {})


@deeds.post("/ban-quay/buu-gui/<number>/dinh-chinh/<uuid:event_id>")
@staff(Role.SUPERVISOR)
def correct(number: str, event_id: UUID) -> tuple[str, int] | Response:
    reason = request.form.get("correction_reason", "")
    if reason not in CORRECTION_REASONS:
        return _correction_page(number, event_id, {"correction_reason": gettext("scan.error.reason")}), 422
    entry = _entry_or_404(number, event_id)
    with transaction(house().engine) as session:
        note = request.form.get("note", "").strip()[:LONGEST_NOTE]
        receipt = send_correction(session, Mistake(entry.event_id, number, reason, note), desk())
    if receipt.outcome is not Outcome.RECORDED:
        return _correction_page(number, event_id, {"correction_reason": sentence_of(receipt.cause or "", {})}), 422
    return redirect(url_for("finding.item", number=number, _anchor="history"), 303)


def _entry_or_404(number: str, event_id: UUID) -> HistoryEntry:
    entry = next((one for one in item_or_404(number).history if one.event_id == event_id), None)
    if entry is None or not entry.may_be_corrected:
        abort(404)
    return entry


def _correction_page(number: str, event_id: UUID, errors: dict[str, str]) -> str:
    entry = _entry_or_404(number, event_id)
    (line,) = story_lines([entry], is_open=False)
    return render_template(
        "desk/correction.html", number=number, entry=entry, line=line, errors=errors, given=request.form
    )
