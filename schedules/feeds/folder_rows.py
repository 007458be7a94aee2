"""One row of a dropped file, read into a claim by the configured columns, or set aside by column and cause."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from schedules.feeds.rows import LONGEST_NUMBER, LONGEST_WORD, UNSTORABLE, RowFault
from schedules.feeds.sheets import Cell, FileFault, FileRefusedError
from tracker.actions.claims import ClaimSeen
from tracker.actions.postal_claims import PostalClaimSeen
from tracker.domain.status_mappings import StatusMapping
from tracker.feed_settings import Folder
from tracker.spreadsheets import FORMULA_SIGNS

Claim = ClaimSeen | PostalClaimSeen
LONGEST_CODE = 20
LONGEST_REFERENCE = 40
LONGEST_COLUMN = 60
CHANNELS = ("1", "2", "3")
# A number or a code never begins so; what does is a formula, or wants to be one.
FORMULA = ("=", "@", "＝", "＠")
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


@dataclass(frozen=True, slots=True)
class Header:
    """Where each asked column stands, and how many there are; `names` as the file calls them."""

    places: Mapping[str, int]
    names: Mapping[str, str]
    width: int


def header_of(cells: Sequence[Cell], columns: Mapping[str, str], needed: Sequence[str]) -> Header:
    """Columns nobody asks for are nobody's fault. Raises FileRefusedError."""
    told = [_compared(str(cell)) if cell is not None else "" for cell in cells]
    places: dict[str, int] = {}
    for name, column in columns.items():
        wanted = _compared(column)
        if told.count(wanted) > 1:
            raise FileRefusedError(FileFault.COLUMN_TWICE, column=column[:LONGEST_COLUMN])
        if wanted in told:
            places[name] = told.index(wanted)
        elif name in needed:
            raise FileRefusedError(FileFault.MISSING_COLUMN, column=column[:LONGEST_COLUMN])
    width = max((place for place, name in enumerate(told, start=1) if name), default=0)
    return Header(places, {name: column[:LONGEST_COLUMN] for name, column in columns.items()}, width)


def _compared(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one file; raises RowFault with the column as the file calls it."""

    terms: Folder
    mapping: StatusMapping
    zone: ZoneInfo
    header: Header

    def claim_of(self, cells: Sequence[Cell]) -> Claim:
        if any(cell not in (None, "") for cell in cells[self.header.width :]):
            raise RowFault("", "more_cells_than_columns")
        return self._of_order(cells) if self.terms.kind == "postal" else self._of_dossier(cells)

    def _of_dossier(self, cells: Sequence[Cell]) -> ClaimSeen:
        word = self._needed(cells, "status", LONGEST_WORD)
        due_at = self._instant(cells, "due_on")
        channel = self._short(cells, "channel", 1)
        if channel and channel not in CHANNELS:
            raise RowFault(self.header.names["channel"], "not_a_channel")
        return ClaimSeen(
            source=self.terms.speaks_for,
            number=self._needed(cells, "number", LONGEST_NUMBER),
            status=self.mapping.national_code(word),
            word=word,
            said_at=self._instant(cells, "said_at"),
            due_on=None if due_at is None else due_at.astimezone(self.zone).date(),
            channel=int(channel) if channel else None,
            mapping=self.mapping.name,
        )

    def _of_order(self, cells: Sequence[Cell]) -> PostalClaimSeen:
        order = self._needed(cells, "order_number", LONGEST_NUMBER)
        item = self._short(cells, "item_code", LONGEST_NUMBER).upper()
        code, text = self._needed(cells, "status", LONGEST_CODE), self._text(cells, "text")
        said_at = self._instant(cells, "said_at")
        status = self.mapping.postal_status(code, text)
        return PostalClaimSeen(
            source=self.terms.speaks_for,
            reference=reference_of(order, item, code, said_at),
            order_number=order,
            item_code=item,
            code=code,
            text=text[:LONGEST_WORD] if status is None else "",
            mapping=self.mapping.name,
            status=status,
            place=self._short(cells, "place", LONGEST_CODE),
            said_at=said_at,
        )

    def _cell(self, cells: Sequence[Cell], name: str) -> Cell:
        place = self.header.places.get(name)
        return None if place is None or place >= len(cells) else cells[place]

    def _text(self, cells: Sequence[Cell], name: str) -> str:
        cell = self._cell(cells, name)
        if cell is None:
            return ""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)  # a workbook knows no whole numbers
        if isinstance(cell, bool) or not isinstance(cell, str | int):
            raise RowFault(self.header.names[name], "not_text")
        return self._plain(str(cell).strip(), name)

    def _plain(self, text: str, name: str) -> str:
        if any(unicodedata.category(sign) in UNSTORABLE for sign in text):
            raise RowFault(self.header.names[name], "control_character")
        if text.startswith(FORMULA) or text in ERRORS:
            raise RowFault(self.header.names[name], "formula")
        # The apostrophe that exports, ours among them, set before what a program would take for a formula.
        return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text

    def _short(self, cells: Sequence[Cell], name: str, longest: int) -> str:
        text = self._text(cells, name)
        if len(text) > longest:
            raise RowFault(self.header.names[name], "too_long")
        return text

    def _needed(self, cells: Sequence[Cell], name: str, longest: int) -> str:
        text = self._short(cells, name, longest)
        if not text:
            raise RowFault(self.header.names[name], "missing")
        return text

    def _instant(self, cells: Sequence[Cell], name: str) -> datetime | None:
        """Local time: a true date of a workbook, or text in one of the ways that the configuration names."""
        cell = self._cell(cells, name)
        if isinstance(cell, date):
            at_hour = cell.time() if isinstance(cell, datetime) else time()
            return self._in_utc(datetime.combine(cell, at_hour, self.zone), name)
        text = self._text(cells, name)
        if not text:
            return None
        for stamp in self.terms.stamps:
            try:
                return self._in_utc(datetime.strptime(text, stamp).replace(tzinfo=self.zone), name)
            except ValueError:
                continue
        raise RowFault(self.header.names[name], "bad_date")

    def _in_utc(self, at: datetime, name: str) -> datetime:
        try:
            return at.astimezone(UTC)
        except OverflowError as error:
            raise RowFault(self.header.names[name], "bad_date") from error


def reference_of(order: str, item: str, code: str, said_at: datetime | None) -> str:
    """A source without ids of its own: the same said of the same order at the same time is one thing."""
    told = "\0".join((order, item, code, said_at.isoformat() if said_at else ""))
    return hashlib.sha256(told.encode()).hexdigest()[:LONGEST_REFERENCE]
