"""Actual against statutory days by procedure, as one table for the page and the files."""

from collections.abc import Sequence

from tracker.domain.procedure_days import ProcedureDays
from tracker.report_tables import ReportTable, Words, decimal

COLUMNS = ("code", "procedure", "term", "count", "median", "p90", "in_term_percent", "may_cut")


def procedure_table(found: Sequence[ProcedureDays], title: str, words: Words) -> ReportTable:
    heads = tuple(words(f"procedure_days.{column}") for column in COLUMNS)
    return ReportTable(title, heads, tuple(_cells(one, words) for one in found))


def _cells(one: ProcedureDays, words: Words) -> tuple[str, ...]:
    days = (one.term, one.count, one.median, one.p90)
    may_cut = words("procedure_days.yes") if one.may_cut else ""
    return one.code, one.name, *map(str, days), decimal(one.in_term_percent, words), may_cut
