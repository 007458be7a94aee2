"""What stands on an outage sheet: a page to write on by hand, each row known by a code of its own.

Words come from the caller's catalogue, so this package speaks no language.
"""

from dataclasses import dataclass, replace

from labels.lettering import clean, printable_text
from labels.refusals import LabelRefused

MOST_ROWS = 12
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class OutageSheet:
    """`ticks` are what may have happened, in the order of the boxes; behind that of `letter_tick` is a letter box.

    `legend` says what the letters mean; without a `letter_tick` there is none. `rows` are the rows' codes.
    """

    number: str
    office: str
    printed: str
    rows: tuple[str, ...]
    ticks: tuple[str, ...]
    letter_tick: int | None = None
    legend: str = ""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """`title` is the document's, for the print queue, and `heading` the page's; `how` are lines that say what to do."""

    title: str
    nation: str
    motto: str
    heading: str
    how: tuple[str, ...]
    hour: str
    day: str
    item: str
    party: str
    writer: str
    enterer: str
    foot: str


def printable_sheet(sheet: OutageSheet) -> OutageSheet:
    """Cleaned and checked. Raises LabelRefused, or MissingGlyph, naming the field."""
    if not 1 <= len(sheet.rows) <= MOST_ROWS:
        raise LabelRefused("rows", f"are {len(sheet.rows)}, a page has 1 to {MOST_ROWS}")
    if not 1 <= len(sheet.ticks) <= MOST_TICKS:
        raise LabelRefused("ticks", f"are {len(sheet.ticks)}, a row has 1 to {MOST_TICKS}")
    return replace(
        sheet,
        number=printable_text(sheet.number, "number"),
        office=printable_text(sheet.office, "office"),
        printed=printable_text(sheet.printed, "printed"),
        ticks=tuple(printable_text(tick, "ticks") for tick in sheet.ticks),
        legend=printable_text(sheet.legend, "legend"),
    )


def printable_sheet_words(words: SheetWords) -> SheetWords:
    """Cleaned and checked; `title` is never drawn, so it needs no glyphs."""
    drawn = {
        name: printable_text(getattr(words, name), f"words.{name}")
        for name in SheetWords.__slots__
        if name not in {"title", "how"}
    }
    how = tuple(printable_text(line, "words.how") for line in words.how)
    return SheetWords(title=clean(words.title), how=how, **drawn)
