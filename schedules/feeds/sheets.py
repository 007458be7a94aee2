"""Rows of a dropped CSV or XLSX file, in memory that does not grow with it; a file that is no honest table is refused.

A workbook is opened only when all it unpacks to is small enough; its formulas are never reckoned, its links never
followed, and one with macros is not read at all.
"""

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO

from tracker.feed_settings import Folder

Cell = str | int | float | bool | Decimal | date | datetime | time | object | None
Row = tuple[int, Sequence[Cell]]

BITE_BYTES = 1 << 20
LONGEST_LINE = 1 << 20
MOST_COLUMNS = 200
MOST_PARTS = 1000
# What a workbook's sheets unpack to is read row by row; what stands beside them (styles, shared texts) as a whole.
MOST_UNPACKED_BYTES = 1 << 29
MOST_BESIDE_BYTES = 1 << 25
SHEETS = "xl/worksheets/"
MACROS = "vbaproject.bin"


class FileFault(StrEnum):
    """Why a file as a whole is not read."""

    NOT_CSV_OR_XLSX = "not_csv_or_xlsx"
    CANNOT_BE_READ = "cannot_be_read"
    CHANGED_WHILE_READ = "changed_while_read"
    TOO_LARGE = "too_large"
    NO_BODY = "no_body"
    WRONG_ENCODING = "wrong_encoding"
    BROKEN_QUOTES = "broken_quotes"
    LINE_TOO_LONG = "line_too_long"
    NOT_A_WORKBOOK = "not_a_workbook"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    MACROS = "macros"
    MISSING_COLUMN = "missing_column"
    COLUMN_TWICE = "column_twice"
    UNREADABLE = "unreadable"


class FileRefusedError(Exception):
    """`row` is where the trouble stands, 0 for the file as a whole; `column` names one of its header."""

    def __init__(self, fault: FileFault, *, row: int = 0, column: str = "") -> None:
        super().__init__(f"{fault}: row {row} {column}")
        self.fault, self.row, self.column = fault, row, column


def fingerprint_of(stream: BinaryIO, terms: Folder, *, is_text: bool) -> str:
    """SHA-256 of the whole. A text in another encoding is refused here, before anything of it is kept."""
    digest, length = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder(terms.encoding)("strict")
    try:
        while bite := stream.read(BITE_BYTES):
            length += len(bite)
            if length > terms.most_megabytes << 20:
                raise FileRefusedError(FileFault.TOO_LARGE)
            digest.update(bite)
            if is_text:
                decoder.decode(bite)
        if is_text:
            decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise FileRefusedError(FileFault.WRONG_ENCODING) from error
    if not length:
        raise FileRefusedError(FileFault.NO_BODY)
    return digest.hexdigest()


def rows_of(stream: BinaryIO, terms: Folder, *, is_text: bool) -> Iterator[Row]:
    """Every row with its number, as a spreadsheet numbers them, blank ones left out. Raises FileRefusedError."""
    rows = _csv_rows(stream, terms) if is_text else _xlsx_rows(stream)
    return ((number, cells) for number, cells in rows if any(cell not in (None, "") for cell in cells))


def _csv_rows(stream: BinaryIO, terms: Folder) -> Iterator[Row]:
    text = io.TextIOWrapper(stream, encoding=terms.encoding, newline="")
    number = 0
    try:
        for number, cells in enumerate(csv.reader(_lines(text), delimiter=terms.delimiter, strict=True), start=1):
            yield number, cells
    except csv.Error as error:
        raise FileRefusedError(FileFault.BROKEN_QUOTES, row=number + 1) from error
    finally:
        if not stream.closed:  # it outlives the reading
            text.detach()


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """A file without a line's end would else be one line in memory."""
    for number, line in enumerate(iter(lambda: text.readline(LONGEST_LINE), ""), start=1):
        if len(line) == LONGEST_LINE:
            raise FileRefusedError(FileFault.LINE_TOO_LONG, row=number)
        yield line


def _xlsx_rows(stream: BinaryIO) -> Iterator[Row]:
    import openpyxl  # noqa: PLC0415  # only who reads a workbook waits for the library

    _check_workbook(stream)
    number = 0
    try:
        book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
            yield number, cells
    except Exception as error:  # the library raises whatever a bent part makes it stumble over
        raise FileRefusedError(FileFault.NOT_A_WORKBOOK, row=number) from error


def _check_workbook(stream: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise FileRefusedError(FileFault.NOT_A_WORKBOOK) from error
    if any(part.filename.lower().endswith(MACROS) for part in parts):
        raise FileRefusedError(FileFault.MACROS)
    # The length that a part declares is all that is ever unpacked of it.
    beside = sum(part.file_size for part in parts if not part.filename.startswith(SHEETS))
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or beside > MOST_BESIDE_BYTES or unpacked > MOST_UNPACKED_BYTES:
        raise FileRefusedError(FileFault.UNPACKS_TOO_LARGE)
