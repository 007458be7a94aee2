"""A report as one table: the same cells on the page, in the CSV and in the XLSX. Words come from the caller."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.domain.quarterly import Line, Report
from tracker.spreadsheets import write_csv, write_xlsx

MOST_ROWS = 100_000
CSV, XLSX = "csv", "xlsx"
MIMETYPES: Mapping[str, str] = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NOT_KEPT, NOTHING = "", "–"
Words = Callable[[str], str]
QUARTERLY = (
    "office", "taken_in", "dossiers", "results", "delivered", "in_time", "in_time_percent", "undelivered",
    "lost", "astray", "damaged", "safe_percent", "complaints", "compensation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Heads and cells as written; `total` stands under them and is the file's last row."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


def file_of(table: ReportTable, kind: str) -> bytes:
    """`kind` is one of MIMETYPES."""
    out = io.BytesIO()
    rows = (*table.rows, table.total) if table.total else table.rows
    if kind == CSV:
        write_csv(out, table.heads, rows, MOST_ROWS)
    else:
        write_xlsx(out, table.title, (table.heads, rows), MOST_ROWS)
    return out.getvalue()


def decimal(value: float | None, words: Words) -> str:
    """With the language's comma; a dash where there is nothing to divide."""
    return NOTHING if value is None else f"{value:.1f}".replace(".", words("report.decimal_sign"))


def quarterly_table(found: Report, names: Mapping[str, str], title: str, words: Words) -> ReportTable:
    heads = tuple(words(f"quarterly.{column}") for column in QUARTERLY)
    rows = tuple(_quarterly_cells(names.get(code, code), line, words) for code, line in found.lines.items())
    return ReportTable(title, heads, rows, _quarterly_cells(words("report.total"), found.total, words))


def _quarterly_cells(office: str, line: Line, words: Words) -> tuple[str, ...]:
    """The last two are kept in other books and filled in by hand: a nought here would be a lie."""
    counts = (line.taken_in, line.dossiers, line.results, line.delivered, line.in_time)
    harms = (line.undelivered, line.lost, line.astray, line.damaged)
    return (
        office,
        *map(str, counts),
        decimal(line.in_time_percent, words),
        *map(str, harms),
        decimal(line.safe_percent, words),
        NOT_KEPT,
        NOT_KEPT,
    )
