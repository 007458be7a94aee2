"""The supervisor's board: every number opens its list."""

from flask import Blueprint, abort, render_template, request

from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.auditing import last_verification
from tracker.store.queries.board import (
    ListAsked,
    Moment,
    Stage,
    board_list,
    busiest_offices,
    discrepancies_by_kind,
    figures,
    held_by_stage,
)
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.late_evidence import count_late
from tracker.store.queries.outage import count_open_sheets
from tracker.web.access import actor, staff
from tracker.web.flow import flow_of
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.row_numbers import row_number
from tracker.web.standstill import health_now

OVERSEERS = (Role.SUPERVISOR, Role.AUDITOR)
LISTS = ("late", "due_today", "silent", "open_handovers", "open")
PAGE = 50
board = Blueprint("board", __name__)


def _now() -> Moment:
    return Moment(house().clock(), today())


@board.get("/dieu-hanh/")
@staff(*OVERSEERS)
def show() -> str:
    now = _now()
    with reading(house().engine) as session:
        held = held_by_stage(session, actor(), now)
        offices = busiest_offices(session, actor(), now)
        kinds = discrepancies_by_kind(session, actor())
        numbers = figures(session, actor(), now)
        examined = last_verification(session)
        sheets = count_open_sheets(session, actor())
        late = count_late(session, actor())
    return render_template(
        "oversight/board.html",
        now=now.at,
        numbers=numbers,
        sheets=sheets,
        late=late,
        held=held,
        flow=flow_of([one.count for one in held], [one.late for one in held]),
        offices=offices,
        kinds=kinds,
        health=health_now(),
        examined=examined,
        days_late=(now.today - numbers.oldest_late_on).days if numbers.oldest_late_on else 0,
    )


@board.get("/dieu-hanh/buu-gui")
@staff(*OVERSEERS)
def listing() -> str:
    show = request.args.get("show", "open")[:40]
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        lines = board_list(session, actor(), ListAsked(show, _now(), after, PAGE + 1))
        title = _title_of(show) or _office_title(office.name if (office := office_by_code(session, show)) else None)
    return render_template(
        "oversight/items.html", title=title, show=show, lines=lines[:PAGE], has_more=len(lines) > PAGE
    )


def _title_of(show: str) -> str | None:
    if show in LISTS:
        return gettext(f"board.{show}")
    return gettext(f"stage.{show}") if show in set(Stage) else None


def _office_title(name: str | None) -> str:
    if name is None:
        abort(404)
    return gettext("board.held_by", office=name)
