"""What stands on a paper of the trade: a head with its square, blocks one under the other, and a foot.

Words come from the caller's catalogue, so this package speaks no language. Every paper is made of the same few blocks;
what a paper is for decides which, and in what order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from labels.lettering import clean, printable_text
from labels.refusals import LabelRefused
from labels.stock import Stock

TICKED, UNTICKED = "x", ""


@dataclass(frozen=True, slots=True)
class PaperSize:
    """`text` in points; everything else on the page is set in proportion. Margins in mm, for binding on the left."""

    stock: Stock
    left_mm: float
    right_mm: float
    text: float

    @property
    def width_mm(self) -> float:
        return self.right_mm - self.left_mm

    @property
    def edges_mm(self) -> tuple[float, float]:
        return self.left_mm, self.right_mm


@dataclass(frozen=True, slots=True)
class Place:
    """What is read from a metre away; `largest` is how many times the text's size its name may be."""

    caption: str
    name: str
    under: str = ""
    largest: float = 8


@dataclass(frozen=True, slots=True)
class Facts:
    """Caption, dots, value; a fact without a value is left out."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Without a width it takes what the others leave; `has_boxes`: its cells are boxes, `TICKED` or not."""

    head: str
    width_mm: float = 0
    is_right: bool = False
    has_boxes: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A loud one is what somebody has to act on."""

    cells: tuple[str, ...]
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Its heads stand again on every page it reaches."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One party of a handover. `count` is the figure that both sides compare."""

    role: str
    name: str
    under: tuple[str, ...] = ()
    count: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """Two parties across a spine; with `has_room` each signs by hand above the name."""

    giver: Side
    receiver: Side
    has_room: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Paragraphs."""

    lines: tuple[str, ...]
    is_loud: bool = False


Block = Place | Facts | Heading | Table | Book | Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`title` is the document's and the page's; `number` tells this paper from others of its kind, on every page.
    `plate` is white on black under it. `square` is an address or a code.

    `nation` are the two lines of the national heading, for papers that the law calls records. `page` has the places
    {page} and {pages}; `form` names the form and since when it is in force.
    """

    size: PaperSize
    office: str
    title: str
    number: str
    square: str
    blocks: tuple[Block, ...]
    form: str
    page: str
    plate: str = ""
    under: tuple[str, ...] = ()
    nation: tuple[str, str] | None = None
    foot: tuple[str, ...] = ()


def printable_paper(paper: Paper) -> Paper:
    """Cleaned and checked. Raises LabelRefused, or MissingGlyph; its field is the caption of what cannot be printed."""
    _refuse_empty(paper)
    return replace(
        paper,
        office=printable_text(paper.office, "office"),
        title=printable_text(paper.title, "title"),
        number=printable_text(paper.number, "number"),
        plate=printable_text(paper.plate, "plate"),
        under=_texts(paper.under, "under"),
        nation=(printable_text(paper.nation[0], "nation"), printable_text(paper.nation[1], "nation"))
        if paper.nation
        else None,
        foot=_texts(paper.foot, "foot"),
        form=printable_text(paper.form, "form"),
        page=printable_text(paper.page, "page"),
        blocks=tuple(_block(block) for block in paper.blocks),
    )


def _refuse_empty(paper: Paper) -> None:
    """What the page is built around."""
    needed = {"square": paper.square, "title": paper.title, "number": paper.number, "office": paper.office}
    needed |= {clean(block.caption): block.name for block in paper.blocks if isinstance(block, Place)}
    for field, text in needed.items():
        if not clean(text):
            raise LabelRefused(field, "is empty")


def _texts(texts: tuple[str, ...], field: str) -> tuple[str, ...]:
    """Those that say something."""
    printed = (printable_text(text, field) for text in texts)
    return tuple(text for text in printed if text)


def _block(block: Block) -> Block:
    match block:
        case Facts(facts):
            return Facts(tuple(_facts(facts)))
        case Table(columns, rows):
            heads = [printable_text(column.head, "table") for column in columns]
            drawn = (replace(column, head=head) for column, head in zip(columns, heads, strict=True))
            return Table(tuple(drawn), tuple(replace(row, cells=_cells(row.cells, heads)) for row in rows))
        case Book(giver, receiver, has_room):
            return Book(_side(giver), _side(receiver), has_room)
        case Lines(lines, is_loud):
            return Lines(_texts(lines, "lines"), is_loud)
        case Heading(text, right):
            return Heading(printable_text(text, "heading"), printable_text(right, text))
        case Place(caption, name, under):
            return Place(
                printable_text(caption, "place"), printable_text(name, caption), printable_text(under, caption)
            )


def _facts(facts: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    for caption, value in facts:
        spoken = clean(caption)
        if printed := printable_text(value, spoken):
            yield printable_text(caption, spoken), printed


def _cells(cells: tuple[str, ...], heads: list[str]) -> tuple[str, ...]:
    return tuple(printable_text(cell, head) for cell, head in zip(cells, heads, strict=True))


def _side(side: Side) -> Side:
    role = printable_text(side.role, "book")
    return Side(
        role,
        printable_text(side.name, role),
        _texts(side.under, role),
        printable_text(side.count, role),
        printable_text(side.counted, role),
    )
