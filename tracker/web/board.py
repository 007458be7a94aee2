"""The supervisor's board: every number opens its list."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from sqlmodel import Session

from tracker.domain.ages import Age
from tracker.domain.vocabulary import Party, Role
from tracker.store.engine import reading
from tracker.store.queries.ages import discrepancies_by_kind_and_age, open_handovers_by_age
from tracker.store.queries.auditing import last_verification
from tracker.store.queries.board import Figures, Moment, Stage, busiest_offices, due_by_day, figures, held_by_stage
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.devices import unsent_devices
from tracker.store.queries.holders import silent_by_holder
from tracker.store.queries.late_evidence import count_late
from tracker.store.queries.outage import count_open_sheets
from tracker.store.queries.period_events import DELIVERIES, attempts_by_reason, count_events, scan_rate
from tracker.web.access import actor, staff
from tracker.web.board_charts import (
    due_columns,
    kinds_chart,
    offices_chart,
    reasons_chart,
    scans_chart,
    silent_chart,
    waiting_chart,
)
from tracker.web.flow import flow_of
from tracker.web.formats import day, today
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.listed import board_lines, last_days, on_asked
from tracker.web.listings import Asked
from tracker.web.row_numbers import row_number
from tracker.web.standstill import health_now

OVERSEERS = (Role.SUPERVISOR, Role.AUDITOR)
LISTS = ("late", "due_today", "silent", "open_handovers", "open")
DAY_LISTS = ("due_on", "due_before")
ITEM_KEYS = ("show", "held", "only", "on")
PAGE, LONGEST_WORD = 50, 80
board = Blueprint("board", __name__)


def now_here() -> Moment:
    return Moment(house().clock(), today())


@board.get("/dieu-hanh/")
@staff(*OVERSEERS)
def show() -> str:
    now = now_here()
    with reading(house().engine) as session:
        numbers = figures(session, actor(), now)
        shown = {**_counted(session, now), **_charted(session, now, numbers)}
    days_late = (now.today - numbers.oldest_late_on).days if numbers.oldest_late_on else 0
    return render_template(
        "oversight/board.html", now=now.at, numbers=numbers, health=health_now(), days_late=days_late, ages=list(Age),
        **shown,
    )  # fmt: skip


def _counted(session: Session, now: Moment) -> dict[str, object]:
    held = held_by_stage(session, actor(), now)
    return {
        "held": held,
        "flow": flow_of([one.count for one in held], [one.late for one in held]),
        "examined": last_verification(session),
        "sheets": count_open_sheets(session, actor()),
        "late": count_late(session, actor()),
        "devices": unsent_devices(session, actor(), now.at),
    }


def _charted(session: Session, now: Moment, numbers: Figures) -> dict[str, object]:
    week, reader = last_days(now), actor()
    scans = scan_rate(session, reader, week)
    kinds = discrepancies_by_kind_and_age(session, reader, now.at)
    reasons = attempts_by_reason(session, reader, week)
    return {
        "scans": scans,
        "kinds": kinds,
        "by_kind": kinds_chart(kinds),
        "due": due_columns(due_by_day(session, reader, now), now.today),
        "charts_shown": (
            silent_chart(silent_by_holder(session, reader, now), numbers.silent),
            reasons_chart(reasons, count_events(session, reader, DELIVERIES, week)),
            waiting_chart(open_handovers_by_age(session, reader, now.at)),
            scans_chart(scans),
            offices_chart(busiest_offices(session, reader, now)),
        ),
    }


@board.get("/dieu-hanh/buu-gui")
@staff(*OVERSEERS)
def listing() -> str:
    given = {key: value for key in ITEM_KEYS if (value := request.args.get(key, "")[:LONGEST_WORD])}
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        asked = Asked(session, actor(), now_here(), given, after, PAGE + 1)
        title, lines = title_of_items(asked), board_lines(asked)
    return render_template(
        "oversight/items.html", title=title, given=given, lines=lines[:PAGE], has_more=len(lines) > PAGE
    )


def title_of_items(asked: Asked) -> str:
    """Of a figure, a day, a stage or an office, and of what it is narrowed to."""
    show, held, only = (asked.given.get(key, "") for key in ("show", "held", "only"))
    parts = [_title_of(show or "open", on_asked(asked)) or _office_title(asked.session, show)]
    parts += [_holder_words(asked.session, held)] if held else []
    parts += [gettext(f"board.{only}")] if only else []
    return ", ".join(parts)


def _title_of(show: str, on: date | None) -> str | None:
    if show in LISTS:
        return gettext(f"board.{show}")
    if show in DAY_LISTS:
        return gettext(f"board.{show}", day=day(on)) if on else abort(404)
    return gettext(f"stage.{show}") if show in set(Stage) else None


def _office_title(session: Session, code: str) -> str:
    office = office_by_code(session, code)
    return gettext("board.held_by", office=office.name) if office else abort(404)


def _holder_words(session: Session, key: str) -> str:
    kind, _, code = key.partition(":")
    if kind not in set(Party):
        abort(404)
    office = office_by_code(session, code) if kind == Party.OFFICE else None
    return office.name if office else code or gettext(f"party.{kind}")
