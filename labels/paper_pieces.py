"""Blocks cut into pieces that no page tears apart: how high each is, and how it is drawn from its own top."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, pi, sin

from labels.furniture import empty_box, rule
from labels.ink import Ink, Outline, rectangle
from labels.item_zones import one_line
from labels.lettering import LINE_HEIGHT, Frame, Lettering, Line, Style, fit, ink_width, paragraph
from labels.paper import TICKED, Block, Book, Column, Facts, Heading, Lines, PaperSize, Place, Row, Side, Table
from labels.stock import millimetres
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD, Typeface

HAIR_MM, RULE_MM, SPINE_MM = 0.2, 0.7, 1.1
COLUMN_GAP_MM = 3.0
LEAST_DOTS_MM = 4.0
BOX_MM, BOX_LINE_MM, STROKE_MM = 3.2, 0.3, 0.55
JOINT_MM, JOINT_GAP_MM, SPINE_GAP_MM, CORNERS = 3.6, 0.8, 7.0, 48
ROOM_TO_SIGN = 4.2  # of lines of text
TAILS_EM = 0.24  # how far below the line Ạ and y reach
CAPTION_SHARE = 0.5  # of the width, at most

Draw = Callable[[Ink, float], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """`again` stands once more at the top of a page that begins with this piece; `stays`: not last on a page.

    `is_end`: the white or the rule below what was told.
    """

    height_mm: float
    draw: Draw
    again: "Piece | None" = None
    stays: bool = False
    is_end: bool = False


def pieces_of(block: Block, size: PaperSize) -> Iterator[Piece]:
    match block:
        case Facts(facts):
            yield from (_fact(caption, value, size) for caption, value in facts)
            yield _space(size)
        case Table():
            yield from _table(block, size)
        case Book():
            yield _book(block, size)
        case Lines():
            yield from _lines(block, size)
        case Heading():
            yield _heading(block, size)
        case Place():
            yield _place(block, size)


def style_of(size: PaperSize, typeface: Typeface = REGULAR, scale: float = 1.0) -> Style:
    points = round(size.text * scale * 2) / 2
    return Style(typeface, points, points)


def pitch_mm(style: Style) -> float:
    return millimetres(style.largest) * LINE_HEIGHT


def written(lines: tuple[str, ...], style: Style, left_mm: float, first_base_mm: float) -> Lettering:
    pitch = pitch_mm(style)
    placed = tuple(Line(line, left_mm, first_base_mm + number * pitch) for number, line in enumerate(lines))
    return Lettering(style, style.largest, placed)


def _write_right(ink: Ink, lines: tuple[str, ...], style: Style, right_mm: float, first_base_mm: float) -> None:
    """Each line by itself ends at the right."""
    for number, line in enumerate(lines):
        ink.write(written((line,), style, 0, first_base_mm + number * pitch_mm(style)).flush_right(right_mm))


def _space(size: PaperSize) -> Piece:
    return Piece(millimetres(size.text) * 0.9, _draw_nothing, is_end=True)


def _draw_nothing(_ink: Ink, _top_mm: float) -> None:
    """White."""


def _fact(caption: str, value: str, size: PaperSize) -> Piece:
    """The dots lead from the first line of the caption to the first of the value."""
    small, bold = style_of(size), style_of(size, SEMIBOLD, 1.1)
    left_over = size.width_mm - ink_width(value, bold) * millimetres(bold.largest) - 3 * LEAST_DOTS_MM
    asked = paragraph(caption, small, max(left_over, size.width_mm * CAPTION_SHARE))
    begins = size.left_mm + ink_width(asked[0], small) * millimetres(small.largest) + 1.5
    told = paragraph(value, bold, size.right_mm - max(begins, _end_of(asked, small, size)) - LEAST_DOTS_MM)
    ends = size.right_mm - ink_width(told[0], bold) * millimetres(bold.largest) - 1.5
    rows = max(len(asked) * pitch_mm(small), len(told) * pitch_mm(bold))
    gap = millimetres(size.text) * 0.42

    def draw(ink: Ink, top_mm: float) -> None:
        base = top_mm + pitch_mm(bold)
        ink.write(written(asked, small, size.left_mm, base))
        ink.dotted(begins, ends, base)
        _write_right(ink, told, bold, size.right_mm, base)

    return Piece(rows + gap, draw)


def _end_of(lines: tuple[str, ...], style: Style, size: PaperSize) -> float:
    return size.left_mm + max(ink_width(line, style) for line in lines) * millimetres(style.largest)


def _heading(heading: Heading, size: PaperSize) -> Piece:
    style = style_of(size, SEMIBOLD, 1.25)
    pitch = pitch_mm(style)

    def draw(ink: Ink, top_mm: float) -> None:
        base, right = top_mm + pitch * 1.25, size.right_mm
        if heading.right:
            beside = fit(heading.right, style, one_line(0, size.width_mm / 2, base)).flush_right(right)
            ink.write(beside)
            right = beside.left_mm - COLUMN_GAP_MM
        ink.write(fit(heading.text, style, one_line(size.left_mm, right - size.left_mm, base)))

    return Piece(pitch * 1.6, draw, stays=True)


def _lines(block: Lines, size: PaperSize) -> Iterator[Piece]:
    style = style_of(size, SEMIBOLD, 1.15) if block.is_loud else style_of(size)
    for text in block.lines:
        lines = paragraph(text, style, size.width_mm)
        yield Piece(len(lines) * pitch_mm(style) + millimetres(size.text) * 0.3, _writer(lines, style, size.left_mm))
    if block.lines:
        yield _space(size)


def _writer(lines: tuple[str, ...], style: Style, left_mm: float) -> Draw:
    return lambda ink, top_mm: ink.write(written(lines, style, left_mm, top_mm + pitch_mm(style) * 0.8))


def _place(place: Place, size: PaperSize) -> Piece:
    """As large as the name lets it be, on two lines at most."""
    small, under = style_of(size, scale=1.1), style_of(size, SEMIBOLD, 1.6)
    most = size.text * place.largest
    largest = Style(EXTRABOLD, most, size.text * 1.6, tracking=-0.0167)
    height = millimetres(most) * 1.2
    tails = millimetres(most) * TAILS_EM
    below = paragraph(place.under, under, size.width_mm)

    def draw(ink: Ink, top_mm: float) -> None:
        ink.write(fit(place.caption, small, one_line(size.left_mm, size.width_mm, top_mm + pitch_mm(small))))
        top, base = top_mm + pitch_mm(small) * 1.2, top_mm + pitch_mm(small) + height
        frame = Frame(size.left_mm, size.width_mm, top, base + height / 4, base, base, most_lines=3)
        ink.write(fit(place.name, largest, frame))
        if below:
            ink.write(written(below, under, size.left_mm, base + tails + pitch_mm(under) * 0.95))

    return Piece(pitch_mm(small) + height + tails + (len(below) + 0.8) * pitch_mm(under), draw)


def _table(table: Table, size: PaperSize) -> Iterator[Piece]:
    edges = _edges(table.columns, size)
    heads = _heads(table.columns, edges, size)
    yield Piece(heads.height_mm, heads.draw, stays=True)
    for row in table.rows:
        yield _row(row, (table.columns, edges), heads, size)
    yield Piece(millimetres(size.text), lambda ink, top_mm: rule(ink, size.edges_mm, top_mm, RULE_MM), is_end=True)


def _edges(columns: tuple[Column, ...], size: PaperSize) -> tuple[tuple[float, float], ...]:
    """Left and right of each column's room."""
    fixed = sum(column.width_mm for column in columns)
    open_columns = sum(not column.width_mm for column in columns) or 1
    shared = (size.width_mm - fixed) / open_columns
    edges, left = [], size.left_mm
    for number, column in enumerate(columns):
        width = column.width_mm or shared
        is_last = number == len(columns) - 1
        edges.append((left, left + width - (0 if is_last else COLUMN_GAP_MM)))
        left += width
    return tuple(edges)


def _heads(columns: tuple[Column, ...], edges: tuple[tuple[float, float], ...], size: PaperSize) -> Piece:
    style = Style(SEMIBOLD, size.text - 1, size.text - 3)
    pitch = pitch_mm(style)

    def draw(ink: Ink, top_mm: float) -> None:
        rule(ink, size.edges_mm, top_mm + 0.4, RULE_MM)
        for column, (left, right) in zip(columns, edges, strict=True):
            head = fit(column.head, style, one_line(left, right - left, top_mm + pitch * 1.3))
            ink.write(head.flush_right(right) if column.is_right else head)
        rule(ink, size.edges_mm, top_mm + pitch * 1.75, HAIR_MM)

    return Piece(pitch * 1.8, draw)


Grid = tuple[tuple[Column, ...], tuple[tuple[float, float], ...]]


def _row(row: Row, grid: Grid, heads: Piece, size: PaperSize) -> Piece:
    columns, edges = grid
    style = style_of(size, SEMIBOLD if row.is_loud else REGULAR)
    cells = tuple(
        () if column.has_boxes else paragraph(cell, style, right - left)
        for cell, column, (left, right) in zip(row.cells, columns, edges, strict=True)
    )
    pitch = pitch_mm(style)
    height = max(1, *map(len, cells)) * pitch + millimetres(size.text) * 0.62

    def draw(ink: Ink, top_mm: float) -> None:
        base = top_mm + pitch * 1.02
        for lines, text, column, (left, right) in zip(cells, row.cells, columns, edges, strict=True):
            if column.has_boxes:
                _draw_box(ink, (left + right) / 2 - BOX_MM / 2, base + 0.5, is_ticked=text == TICKED)
            elif column.is_right:
                _write_right(ink, lines, style, right, base)
            elif lines:
                ink.write(written(lines, style, left, base))
        rule(ink, size.edges_mm, top_mm + height, HAIR_MM)

    return Piece(height, draw, again=heads)


def _draw_box(ink: Ink, left_mm: float, bottom_mm: float, *, is_ticked: bool) -> None:
    right, top = left_mm + BOX_MM, bottom_mm - BOX_MM
    ink.fill(*empty_box(left_mm, top, right, bottom_mm, BOX_LINE_MM))
    if is_ticked:
        x, y = left_mm + BOX_MM * 0.42, bottom_mm - BOX_MM * 0.24
        ink.fill(_stroke((left_mm + BOX_MM * 0.2, y - BOX_MM * 0.24), (x, y)))
        ink.fill(_stroke((x, y), (right - BOX_MM * 0.18, top + BOX_MM * 0.22)))


def _stroke(start: tuple[float, float], end: tuple[float, float]) -> Outline:
    half = STROKE_MM / 2
    return (
        (start[0], start[1] - half),
        (end[0], end[1] - half),
        (end[0], end[1] + half),
        (start[0], start[1] + half),
    )


def _book(book: Book, size: PaperSize) -> Piece:
    """Giver left and receiver right, facing each other across the joint."""
    middle = (size.left_mm + size.right_mm) / 2
    pitch = pitch_mm(style_of(size))
    sides = (book.giver, book.receiver)
    edges = (_Edge(middle - SPINE_GAP_MM, is_left=True), _Edge(middle + SPINE_GAP_MM, is_left=False))
    named = max(_height(_named(side, size)) for side in sides)
    height = max(named + _height(_counted(side, size)) for side in sides)
    if book.has_room:
        height = max(_height(_signing(side, size)) for side in sides)

    def draw(ink: Ink, top_mm: float) -> None:
        _draw_spine(ink, middle, top_mm, top_mm + height)
        for side, edge in zip(sides, edges, strict=True):
            if book.has_room:
                parts = _signing(side, size)
                edge.write(ink, parts, top_mm)
                line = top_mm + _height(parts[:-1]) + ROOM_TO_SIGN * 0.97 * pitch_mm(parts[-1][1])
                edge.dotted(ink, _width_of_side(size) * 0.9, line)
                continue
            edge.write(ink, _named(side, size), top_mm)
            edge.write(ink, _counted(side, size), top_mm + named)

    return Piece(height + pitch * 1.4, draw)


Part = tuple[tuple[str, ...], Style, float]
"""Lines, their style, and the white above them as a share of their pitch."""


def _width_of_side(size: PaperSize) -> float:
    return size.width_mm / 2 - SPINE_GAP_MM


def _signing(side: Side, size: PaperSize) -> tuple[Part, ...]:
    """The name stands under the room for the hand that signs."""
    width, small, bold = _width_of_side(size), style_of(size), style_of(size, SEMIBOLD, 1.1)
    under = tuple((paragraph(line, small, width), small, 0.0) for line in side.under)
    name = (paragraph(side.name, bold, width), bold, ROOM_TO_SIGN)
    return (paragraph(side.role, bold, width), bold, 0.0), *under, name


def _named(side: Side, size: PaperSize) -> tuple[Part, ...]:
    width, small = _width_of_side(size), style_of(size)
    bold, large = style_of(size, SEMIBOLD), style_of(size, EXTRABOLD, 1.8)
    under = tuple((paragraph(line, small, width), small, 0.0) for line in side.under)
    return (paragraph(side.role, bold, width), bold, 0.0), (paragraph(side.name, large, width), large, 0.1), *under


def _counted(side: Side, size: PaperSize) -> tuple[Part, ...]:
    width, bold, figure = _width_of_side(size), style_of(size, SEMIBOLD), style_of(size, EXTRABOLD, 3.2)
    return (paragraph(side.count, figure, width), figure, 0.1), (paragraph(side.counted, bold, width), bold, 0.0)


def _height(parts: tuple[Part, ...]) -> float:
    return sum((len(lines) + above) * pitch_mm(style) for lines, style, above in parts)


@dataclass(frozen=True, slots=True)
class _Edge:
    """Where a side's letters end at the spine."""

    x_mm: float
    is_left: bool

    def write(self, ink: Ink, parts: tuple[Part, ...], top_mm: float) -> None:
        for lines, style, above in parts:
            top_mm += above * pitch_mm(style)
            base = top_mm + pitch_mm(style) * 0.82
            if lines and self.is_left:
                _write_right(ink, lines, style, self.x_mm, base)
            elif lines:
                ink.write(written(lines, style, self.x_mm, base))
            top_mm += len(lines) * pitch_mm(style)

    def dotted(self, ink: Ink, length_mm: float, y_mm: float) -> None:
        left = self.x_mm - length_mm if self.is_left else self.x_mm
        ink.dotted(left, left + length_mm, y_mm)


def _draw_spine(ink: Ink, middle_mm: float, top_mm: float, bottom_mm: float) -> None:
    centre, half = (top_mm + bottom_mm) / 2, SPINE_MM / 2
    white = JOINT_MM + 0.9
    ink.fill(rectangle(middle_mm - half, top_mm, middle_mm + half, centre - white))
    ink.fill(rectangle(middle_mm - half, centre + white, middle_mm + half, bottom_mm))
    draw_joint(ink, middle_mm, centre, JOINT_MM)


def draw_joint(ink: Ink, x_mm: float, y_mm: float, radius_mm: float) -> None:
    """A disc in two halves: who gives, and who takes."""
    gap = JOINT_GAP_MM * radius_mm / JOINT_MM / 2
    for side in (-1, 1):
        turns = (pi * step / CORNERS - pi / 2 for step in range(CORNERS + 1))
        ink.fill(
            [(x_mm + side * (gap + (radius_mm - gap) * cos(turn)), y_mm + radius_mm * sin(turn)) for turn in turns]
        )
