"""Sổ nhãn: who printed which copy, when, where and why; spoiled copies are voided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from tracker.actions.spoiled_labels import void_copy
from tracker.domain.copies import CopyState
from tracker.domain.identifiers import CodeKind, parse_s10, read_code
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.ledger import LedgerFilter, ledger as copies_of, number_on_copy
from tracker.web.access import actor, desk, staff
from tracker.web.house import house
from tracker.web.label_reasons import offered_label_reasons, reason_asked, words_of_reason
from tracker.web.language import gettext
from tracker.web.refused import sentence_of
from tracker.web.register import REGISTRARS
from tracker.web.row_numbers import row_number

READERS = (*REGISTRARS, Role.AUDITOR)
PAGE = 50
LONGEST_CODE = 200
ledger = Blueprint("ledger", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter as it was typed; every part of it stands in the address, none of it is personal."""

    number: str
    day: str
    state: str


@ledger.get("/ban-quay/so-nhan")
@staff(*READERS)
def show() -> Response:
    return _page({})


@ledger.post("/ban-quay/so-nhan")
@staff(*READERS)
def ask() -> Response:
    """What was scanned travels in the body: a token in an address would stay in histories and logs."""
    typed = _asked(request.form)
    with reading(house().engine) as session:
        number = _number(session, typed.number)
    if typed.number and not number:
        return _page({"number": sentence_of(Cause.BAD_NUMBER, {})}, typed)
    place = url_for("ledger.show", number=number or None, day=typed.day or None, state=typed.state or None)
    return redirect(place, 303)


@ledger.get("/ban-quay/so-nhan/<int:label_id>/huy")
@staff(*READERS)
def after_voiding(label_id: int) -> Response:  # noqa: ARG001  # the address of a form that was sent, asked again
    return redirect(f"{url_for('ledger.show')}?{request.query_string.decode('ascii', 'ignore')}", 303)


@ledger.post("/ban-quay/so-nhan/<int:label_id>/huy")
@staff(*REGISTRARS)
def void(label_id: int) -> Response:
    field = f"reason_{label_id}"
    try:
        with transaction(house().engine) as session:
            copy = void_copy(session, label_id, reason_asked(field), desk())
    except Refusal as refusal:
        if refusal.cause is Cause.NOT_FOUND:
            abort(404)
        return _page({field: gettext("ledger.reason_missing")})
    return redirect(url_for("ledger.show", number=copy.number), 303)


def _asked(given: Mapping[str, str]) -> Asked:
    return Asked(*(given.get(name, "").strip()[:LONGEST_CODE] for name in ("number", "day", "state")))


def _page(errors: Mapping[str, str], typed: Asked | None = None) -> Response:
    asked = typed or _asked(request.args)
    wanted, faults = _filter(asked)
    with reading(house().engine) as session:
        found = [] if faults or typed else copies_of(session, actor(), wanted, limit=PAGE + 1)
    shown = render_template(
        "desk/ledger.html",
        asked=asked,
        is_filtered=any((asked.number, asked.day, asked.state)),
        copies=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        errors={**faults, **errors},
        given=request.form,
        states=list(CopyState),
        reasons=offered_label_reasons(),
        words_of_reason=words_of_reason,
        may_void=actor().role in REGISTRARS,
    )
    return make_response(shown, 422 if errors or faults else 200)


def _filter(asked: Asked) -> tuple[LedgerFilter, dict[str, str]]:
    """And a sentence for each field that says nothing."""
    faults: dict[str, str] = {}
    number, on = parse_s10(asked.number), _day(asked.day)
    if asked.number and number is None:
        faults["number"] = sentence_of(Cause.BAD_NUMBER, {})
    if asked.day and on is None:
        faults["day"] = sentence_of(Cause.IMPOSSIBLE_DATE, {})
    start, end = (_midnight(on), _midnight(on + timedelta(days=1))) if on else (None, None)
    state = CopyState(asked.state) if asked.state in set(CopyState) else None
    before = request.args.get("before", type=row_number)
    return LedgerFilter(number.text if number else "", start, end, state, before), faults


def _number(session: Session, text: str) -> str:
    """Typed, or either code of a label as a scanner sends it; empty for anything else."""
    code = read_code(text, house().config.public.base_url)
    if code.kind is CodeKind.TOKEN:
        return number_on_copy(session, actor(), code.value) or ""
    number = parse_s10(text)
    return number.text if number else ""


def _day(text: str) -> date | None:
    """None for a day whose beginning or end, told in UTC, lies beyond the calendar, and for what is no day."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if MINYEAR < on.year < MAXYEAR else None


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(house().config.office.zone))
