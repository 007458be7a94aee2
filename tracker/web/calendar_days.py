"""Lịch nghỉ: the days that differ from the week's rule; a change shows first which due dates it moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.calendar import Preview, change_calendar, preview_change
from tracker.domain.day_changes import DayChange, DayKind
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.queries.calendar import calendar_reaches, days_from, last_changes
from tracker.store.queries.catalogue import office_by_code, office_names
from tracker.web.access import desk, staff
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.refused import errors_of

DAYS_SHOWN, CHANGES_SHOWN, LONGEST_GIVEN = 60, 10, 250
calendar_days = Blueprint("calendar_days", __name__)


@dataclass(frozen=True, slots=True)
class DayForm:
    """As it was typed."""

    kind: str = DayKind.CLOSED.value
    first_on: str = ""
    last_on: str = ""
    name: str = ""
    office: str = ""


@calendar_days.get("/quan-tri/lich-nghi")
@staff(Role.ADMIN)
def show() -> Response:
    return _page(DayForm(), {})


@calendar_days.post("/quan-tri/lich-nghi")
@staff(Role.ADMIN)
def change() -> Response:
    """Looked at first; entered only when what would move was seen and confirmed."""
    form = _read(request.form)
    try:
        if request.form.get("do") != "enter":
            with reading(house().engine) as session:
                found = preview_change(session, _given(form), desk())
            return _page(form, {}, found)
        with transaction(house().engine) as session:
            change_calendar(session, _given(form), desk())
    except Refusal as refusal:
        return _page(form, errors_of(refusal))
    return redirect(url_for("calendar_days.show"), 303)


def _read(given: Mapping[str, str]) -> DayForm:
    return DayForm(**{name: given.get(name, "").strip()[:LONGEST_GIVEN] for name in DayForm.__slots__})


def _given(form: DayForm) -> DayChange:
    """Raises Refusal naming the fields."""
    faults: dict[str, Cause] = {}
    if form.kind not in set(DayKind):
        faults["kind"] = Cause.BAD_VALUE
    first_on = _day(form.first_on)
    last_on = _day(form.last_on) if form.last_on else first_on
    if first_on is None:
        faults["first_on"] = Cause.IMPOSSIBLE_DATE if form.first_on else Cause.FIELD_REQUIRED
    if form.last_on and last_on is None:
        faults["last_on"] = Cause.IMPOSSIBLE_DATE
    if faults or first_on is None or last_on is None:
        raise Refusal(cause=Cause.BAD_VALUE, fields=faults)
    return DayChange(DayKind(form.kind), first_on, last_on, form.name, _office_id(form))


def _office_id(form: DayForm) -> int | None:
    if not form.office or form.kind == DayKind.DECREED:
        return None
    with reading(house().engine) as session:
        office = office_by_code(session, form.office)
    if office is None:
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={"office": Cause.UNKNOWN_OFFICE})
    return office.id


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(form: DayForm, errors: dict[str, str], found: Preview | None = None) -> Response:
    with reading(house().engine) as session:
        days = days_from(session, today(), DAYS_SHOWN)
        changes = last_changes(session, CHANGES_SHOWN)
        offices = sorted(office_names(session).items(), key=lambda pair: pair[1])
        reaches = calendar_reaches(session)
    shown = render_template(
        "oversight/calendar.html",
        form=form,
        errors=errors,
        found=found,
        days=days,
        changes=changes,
        offices=offices,
        kinds=list(DayKind),
        reaches=reaches,
    )
    return make_response(shown, 422 if errors else 200)
