"""Tỷ lệ hồ sơ: through the one-stop system, by post and online, by month and procedure, against the targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from tracker.domain.shares import MOST_MONTHS, Alike, Line, Month, Months, lines_by, read_month, summed
from tracker.domain.vocabulary import Role
from tracker.report_tables import MIMETYPES, decimal
from tracker.shares_table import FIGURES, Shares, months_table, procedures_table, read_shares, whole_table
from tracker.store.engine import reading
from tracker.store.queries.shares import undated_strangers
from tracker.web.access import actor, staff
from tracker.web.formats import today
from tracker.web.house import house
from tracker.web.language import gettext
from tracker.web.quarterly import attached

OFFERED, USUAL_MONTHS = 24, 12
MOST_SHOWN = 50
CHARTS = ("one_stop", "post", "online")
shares = Blueprint("shares", __name__)


@dataclass(frozen=True, slots=True)
class Bar:
    """Widths in percent of the chart's."""

    month: Month
    is_whole: bool
    width: float
    is_behind: bool
    figure: str


@dataclass(frozen=True, slots=True)
class Chart:
    name: str
    target: int
    target_at: float
    figure: str
    bars: list[Bar]


@shares.get("/dieu-hanh/bao-cao/ty-le")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def show() -> str:
    months, procedure = asked_months(), request.args.get("thu-tuc", "")
    found, undated = _found(months)
    alike = found.of_procedure(procedure) if procedure else found.alike
    by_procedure = procedures_table(found, gettext("shares.by_procedure"), gettext)
    return render_template(
        "oversight/shares.html",
        title=_title(months),
        months=months,
        offered=offered_months(),
        procedure=procedure,
        codes=sorted({one.procedure for one in found.alike} | {procedure} - {""}),
        names=found.names,
        charts=[_chart(found, alike, name) for name in CHARTS],
        by_month=months_table(found, alike, gettext("shares.by_month"), gettext),
        by_procedure=by_procedure,
        shown=MOST_SHOWN,
        is_empty=not found.alike,
        since_on=found.since_on,
        is_late=found.since_on is not None and months.first.first_on < found.since_on,
        undated=undated,
        figures={figure: found.head(figure, gettext) for figure in FIGURES},
    )


@shares.get("/dieu-hanh/bao-cao/ty-le/tep")
@staff(Role.SUPERVISOR, Role.AUDITOR)
def file() -> Response:
    months, kind, procedure = asked_months(), request.args.get("dang", ""), request.args.get("thu-tuc", "")
    if kind not in MIMETYPES:
        abort(404)
    found, _ = _found(months)
    alike = found.of_procedure(procedure) if procedure else found.alike
    table = whole_table(found, alike, gettext("shares.short"), gettext)
    return attached(table, kind, f"ty-le-ho-so-{months.first}-{months.last}")


def _found(months: Months) -> tuple[Shares, int]:
    with reading(house().engine) as session:
        return read_shares(session, actor(), months, house().config, today()), undated_strangers(session, actor())


def _title(months: Months) -> str:
    first, last = (f"{one.number:02}/{one.year}" for one in (months.first, months.last))
    return gettext("shares.title_of", first=first, last=last)


def _chart(found: Shares, alike: Sequence[Alike], name: str) -> Chart:
    """A share of one in five is drawn as wide as one of all: each chart ends at what it holds most."""
    target = getattr(found.targets, name)
    lines = lines_by(alike, lambda one: one.month)
    told = {month: _percent(lines.get(int(month), Line()), name) for month in found.months}
    most = max(target, 1, *(value or 0 for value in told.values()))
    bars = [
        Bar(
            month,
            found.is_whole(month),
            100 * (value or 0) / most,
            value is not None and value < target,
            decimal(value, gettext),
        )
        for month, value in told.items()
    ]
    return Chart(name, target, 100 * target / most, decimal(_percent(summed(alike), name), gettext), bars)


def _percent(line: Line, name: str) -> float | None:
    found: float | None = getattr(line, f"{name}_percent")
    return found


def offered_months() -> list[Month]:
    this = Month(today().year, today().month)
    return [this.later(-back) for back in range(OFFERED)]


def asked_months() -> Months:
    """Without a word, the last twelve; one told in the other order is the same span."""
    this = Month(today().year, today().month)
    ends = [this.later(1 - USUAL_MONTHS), this]
    for place, name in enumerate(("tu", "den")):
        if name in request.args:
            ends[place] = read_month(request.args[name]) or abort(404)
    months = Months(min(ends), max(ends))
    return months if len(months) <= MOST_MONTHS else abort(404)
