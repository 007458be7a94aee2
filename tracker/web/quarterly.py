"""Báo cáo quý: the report of TT 17/2017, article 13, by office, as a page and as a file."""

from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from tracker.domain.quarterly import Quarter, quarter_of, read_quarter
from tracker.domain.vocabulary import Role
from tracker.report_tables import MIMETYPES, QUARTERLY, ReportTable, file_of, quarterly_table
from tracker.store.engine import reading
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.quarterly import quarterly_report
from tracker.web.access import actor, staff
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.language import gettext

OFFERED = 8
quarterly = Blueprint("quarterly", __name__)


@quarterly.get("/dieu-hanh/bao-cao/quy")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def show() -> str:
    quarter = asked_quarter()
    return render_template(
        "oversight/quarterly.html",
        table=_table(quarter),
        columns=QUARTERLY,
        quarter=quarter,
        quarters=offered_quarters(),
        is_over=quarter < quarter_of(today()),
    )


@quarterly.get("/dieu-hanh/bao-cao/quy/tep")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def file() -> Response:
    quarter, kind = asked_quarter(), request.args.get("dang", "")
    if kind not in MIMETYPES:
        abort(404)
    return attached(_table(quarter), kind, f"bao-cao-quy-{quarter}")


def attached(table: ReportTable, kind: str, name: str) -> Response:
    answer = Response(file_of(table, kind), mimetype=MIMETYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _table(quarter: Quarter) -> ReportTable:
    with reading(house().engine) as session:
        found = quarterly_report(session, actor(), quarter, ZoneInfo(house().config.office.zone))
        names = office_names(session)
    return quarterly_table(
        found, names, gettext("quarterly.title_of", number=quarter.number, year=quarter.year), gettext
    )


def offered_quarters() -> list[Quarter]:
    found = [quarter_of(today())]
    while len(found) < OFFERED:
        found.append(found[-1].previous)
    return found


def asked_quarter() -> Quarter:
    """Without a word, the last one that is over: the one that is due."""
    if "quy" not in request.args:
        return quarter_of(today()).previous
    return read_quarter(request.args["quy"]) or abort(404)
