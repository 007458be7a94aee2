"""Thời gian giải quyết: actual against statutory days by procedure, and the candidates for a shorter term."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from tracker.domain.procedure_days import CutRule, ProcedureDays, procedure_days as told_by_procedure
from tracker.domain.quarterly import Quarter, quarter_of
from tracker.domain.vocabulary import Role
from tracker.procedure_table import COLUMNS, procedure_table
from tracker.report_tables import MIMETYPES, ReportTable
from tracker.store.engine import reading
from tracker.store.queries.procedure_days import finished_dossiers
from tracker.web.access import actor, staff
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.quarterly import asked_quarter, attached, offered_quarters

CHARTED = 12
procedure_days = Blueprint("procedure_days", __name__)


@procedure_days.get("/dieu-hanh/bao-cao/so-ngay")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def show() -> str:
    quarter = asked_quarter()
    found = _found(quarter)
    charted = found[:CHARTED]
    return render_template(
        "oversight/procedure_days.html",
        table=_table(quarter, found),
        columns=COLUMNS,
        quarter=quarter,
        quarters=offered_quarters(),
        is_over=quarter < quarter_of(today()),
        charted=charted,
        longest=max((max(one.term, one.p90) for one in charted), default=0) or 1,
        candidates=sum(one.may_cut for one in found),
        rule=_rule(),
    )


@procedure_days.get("/dieu-hanh/bao-cao/so-ngay/tep")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def file() -> Response:
    quarter, kind = asked_quarter(), request.args.get("dang", "")
    if kind not in MIMETYPES:
        abort(404)
    return attached(_table(quarter, _found(quarter)), kind, f"thoi-gian-giai-quyet-{quarter}")


def _rule() -> CutRule:
    config = house().config.reports
    return CutRule(config.cut_percent, config.cut_least)


def _found(quarter: Quarter) -> list[ProcedureDays]:
    with reading(house().engine) as session:
        return told_by_procedure(finished_dossiers(session, actor(), quarter, house().config.office), _rule())


def _table(quarter: Quarter, found: list[ProcedureDays]) -> ReportTable:
    title = gettext("procedure_days.title_of", number=quarter.number, year=quarter.year)
    return procedure_table(found, title, gettext)
