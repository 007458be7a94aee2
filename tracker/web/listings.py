"""What a list behind a number is: its name, its columns, its rows; the page and the export read the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.store.queries.board import Moment

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """`href` is where its link leads; `tone` a class of the table: code, n (a number), late, nowrap."""

    text: str
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is what the next page begins after."""

    key: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """`given` is what stands in the address; a listing reads of it what it knows."""

    session: Session
    reader: Actor
    now: Moment
    given: Mapping[str, str]
    after: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """`heads` and `hint` are message ids; `keys` are the words of an address that it reads."""

    title: Callable[[Asked], str]
    hint: str
    heads: tuple[str, ...]
    rows: Callable[[Asked], list[Row]]
    keys: tuple[str, ...] = ()


def every_row(listing: Listing, asked: Asked) -> Iterator[tuple[str, ...]]:
    """A thousand at a time, to the end: for a file, of which memory holds no more."""
    page = replace(asked, after=0, limit=AT_ONCE)
    while rows := listing.rows(page):
        for row in rows:
            yield tuple(cell.text.replace("\u00a0", " ") for cell in row.cells)
        if len(rows) < AT_ONCE:
            return
        page = replace(page, after=rows[-1].key)
