"""The supervisor's list of stock counts: who signed over to whom, what differed, and who has not closed today."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.stock import counts_of, offices_not_closed
from tracker.web.access import actor, staff
from tracker.web.counts import address
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.row_numbers import row_number

PAGE = 50
overview = Blueprint("overview", __name__)


@overview.get("/dieu-hanh/kiem-dem")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def show() -> str:
    after = request.args.get("after", 0, type=row_number)
    with reading(house().engine) as session:
        rows = counts_of(session, actor(), after, PAGE + 1)
        unclosed = offices_not_closed(session, actor(), _midnight())
    return render_template(
        "oversight/counts.html",
        rows=rows[:PAGE],
        following=after + PAGE if len(rows) > PAGE else None,
        after=after,
        unclosed=unclosed,
        address=address,
    )


def _midnight() -> datetime:
    return datetime.combine(today(), time.min, ZoneInfo(house().config.office.zone))
