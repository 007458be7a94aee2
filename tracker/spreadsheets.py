"""Tables that leave the house: CSV and XLSX in which every cell is text and none can be taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

# What spreadsheet programs read as the beginning of a formula, the full-width forms of Asian keyboards included.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MOST_SIGNS_IN_A_CELL = 32_767
LONGEST_TITLE = 31
WIDEST, NARROWEST = 60, 10
BYTE_ORDER_MARK = "\ufeff"
Rows = Iterable[Sequence[str]]


class TooManyRowsError(Exception):
    """The table is longer than what may leave at once; nothing of it is to be sent."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def neutral(text: str) -> str:
    """The text itself, with a leading apostrophe where a program would else take it for a formula."""
    written = _UNWRITABLE.sub("\ufffd", text)[: MOST_SIGNS_IN_A_CELL - 1]
    return f"'{written}" if written.lstrip(" \u00a0").startswith(FORMULA_SIGNS) else written


def _counted(rows: Rows, most: int) -> Iterable[Sequence[str]]:
    for number, row in enumerate(rows):
        if number == most:
            raise TooManyRowsError(most)
        yield [neutral(cell) for cell in row]


def write_csv(out: IO[bytes], heads: Sequence[str], rows: Rows, most: int) -> int:
    """RFC 4180 in UTF-8 with its mark, so that a double click shows Vietnamese. Answers how many rows.

    Raises TooManyRowsError.
    """
    lines = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    lines.write(BYTE_ORDER_MARK)
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([neutral(head) for head in heads])
    written = 0
    for row in _counted(rows, most):
        writer.writerow(row)
        written += 1
    lines.detach()
    return written


def write_xlsx(out: IO[bytes], title: str, table: tuple[Sequence[str], Rows], most: int) -> int:
    """One row at a time: memory does not grow with the table. `table` is heads and rows. Answers how many rows.

    Raises TooManyRowsError.
    """
    import openpyxl.styles  # noqa: PLC0415  # a sixth of what every web process would wait for at its start

    heads, rows = table
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    for place, head in enumerate(heads):
        width = min(max(len(head) + 4, NARROWEST), WIDEST)
        sheet.column_dimensions[chr(ord("A") + place)].width = width

    def text(value: str) -> "Cell":
        cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        return cell

    named = [text(neutral(head)) for head in heads]
    for cell in named:
        cell.font = openpyxl.styles.Font(bold=True)
    sheet.append(named)
    written = 0
    try:
        for row in _counted(rows, most):
            sheet.append([text(cell) for cell in row])
            written += 1
    finally:
        sheet.close()
    book.save(out)
    return written
