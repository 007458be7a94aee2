"""What became of each line of a batch, as a file for a spreadsheet."""

from collections.abc import Iterable
from io import BytesIO

from flask_babel import gettext

from tracker.batches import BatchResult
from tracker.domain.batches import MOST_LINES
from tracker.phrases import phrase_of
from tracker.spreadsheets import write_csv

HEADING = ("batch.line", "batch.number", "batch.outcome", "batch.copy", "batch.why")


def lines_file(results: Iterable[BatchResult]) -> bytes:
    """CSV; what was typed as a number could be a formula."""
    file = BytesIO()
    write_csv(file, [gettext(words) for words in HEADING], (_row(one) for one in results), MOST_LINES)
    return file.getvalue()


def _row(one: BatchResult) -> tuple[str, ...]:
    return (str(one.line), one.number, gettext(phrase_of(one.outcome)), str(one.copy or ""), one.words)
