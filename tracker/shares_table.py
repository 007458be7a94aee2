"""Shares of dossiers by month and procedure: read once, told as the tables of the page and of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from tracker.config import Config
from tracker.domain.actor import Actor
from tracker.domain.shares import Alike, Line, Month, Months, Targets, is_whole, lines_by, summed
from tracker.report_tables import ReportTable, Words, decimal
from tracker.store.queries.shares import counted_dossiers, procedure_names, strangers_since

FIGURES = (
    "total", "one_stop", "one_stop_percent", "by_post", "post_percent", "post_unknown", "online", "online_percent",
    "online_unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shares:
    """`since_on`: from when on strangers were counted; None: never."""

    alike: Sequence[Alike]
    months: Months
    names: Mapping[str, str]
    targets: Targets
    since_on: date | None
    today: date

    def of_procedure(self, code: str) -> list[Alike]:
        return [one for one in self.alike if one.procedure == code]

    def is_whole(self, month: Month) -> bool:
        return is_whole(month, self.since_on, self.today)

    def head(self, figure: str, words: Words) -> str:
        """A share stands beside its target."""
        target = getattr(self.targets, figure.removesuffix("_percent"), None) if figure.endswith("_percent") else None
        said = words(f"shares.{figure}")
        return said if target is None else f"{said}, {words('shares.target')} {target}"


def read_shares(session: Session, reader: Actor, months: Months, config: Config, today: date) -> Shares:
    told = config.reports
    since_at = strangers_since(session)
    return Shares(
        list(counted_dossiers(session, reader, months, ZoneInfo(config.office.zone))),
        months,
        procedure_names(session),
        Targets(told.target_one_stop_percent, told.target_post_percent, told.target_online_percent),
        None if since_at is None else config.office.local_date(since_at),
        today,
    )


def months_table(found: Shares, alike: Sequence[Alike], title: str, words: Words) -> ReportTable:
    lines = lines_by(alike, lambda one: one.month)
    rows = tuple(
        (_written(month), *_figures(lines.get(int(month), Line()), words), _fulness(found, month, words))
        for month in found.months
    )
    heads = (words("shares.month"), *_heads(found, words), words("shares.fulness"))
    return ReportTable(title, heads, rows, (words("report.total"), *_figures(summed(alike), words), ""))


def procedures_table(found: Shares, title: str, words: Words) -> ReportTable:
    """The most numerous first."""
    lines = lines_by(found.alike, lambda one: one.procedure)
    order = sorted(lines, key=lambda code: (-lines[code].total, code))
    rows = tuple((code, _name(found, code, words), *_figures(lines[code], words)) for code in order)
    return ReportTable(title, (words("shares.code"), words("shares.procedure"), *_heads(found, words)), rows)


def whole_table(found: Shares, alike: Sequence[Alike], title: str, words: Words) -> ReportTable:
    """For the file: every month by procedure."""
    lines = lines_by(alike, lambda one: (one.month, one.procedure))
    rows = []
    for number, code in sorted(lines):
        month = Month(*divmod(number, 100))
        told = (str(month), code, _name(found, code, words), *_figures(lines[number, code], words))
        rows.append((*told, _fulness(found, month, words)))
    first = words("shares.month"), words("shares.code"), words("shares.procedure")
    total = (words("report.total"), "", "", *_figures(summed(alike), words), "")
    return ReportTable(title, (*first, *_heads(found, words), words("shares.fulness")), tuple(rows), total)


def _heads(found: Shares, words: Words) -> tuple[str, ...]:
    return tuple(found.head(figure, words) for figure in FIGURES)


def _figures(line: Line, words: Words) -> tuple[str, ...]:
    return tuple(
        decimal(getattr(line, figure), words) if figure.endswith("_percent") else str(getattr(line, figure))
        for figure in FIGURES
    )


def _name(found: Shares, code: str, words: Words) -> str:
    return found.names.get(code) or words("shares.unlisted" if code else "shares.no_procedure")


def _fulness(found: Shares, month: Month, words: Words) -> str:
    return "" if found.is_whole(month) else words("shares.not_full")


def _written(month: Month) -> str:
    return f"{month.number:02}/{month.year}"
