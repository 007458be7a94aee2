"""What became of each line of a batch, as a file for a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO

from flask_babel import gettext

from tracker.batches import BatchResult
from tracker.phrases import phrase_of

HEADING = ("batch.line", "batch.number", "batch.outcome", "batch.copy", "batch.why")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines_file(results: Iterable[BatchResult]) -> bytes:
    """CSV with the mark by which spreadsheets know UTF-8."""
    text = StringIO()
    book = csv.writer(text)
    book.writerow([gettext(words) for words in HEADING])
    book.writerows(_row(one) for one in results)
    return text.getvalue().encode("utf-8-sig")


def _row(one: BatchResult) -> list[str]:
    told = (str(one.line), one.number, gettext(phrase_of(one.outcome)), str(one.copy or ""), one.words)
    return [_harmless(cell) for cell in told]


def _harmless(cell: str) -> str:
    """What was typed as a number could be a formula: a spreadsheet would reckon it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
