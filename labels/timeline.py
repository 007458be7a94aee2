"""The timeline of a dossier as a paper: A4, black ink, the custody line down the page with a joint for each event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from labels.lettering import LINE_HEIGHT, Style, clean
from labels.pdf import DRAWING, blank
from labels.stock import A4, millimetres, points
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD, TYPEFACES

# A file goes into a folder with two holes.
PAPER = replace(A4, margin_mm=18)
RIGHT_MM, BOTTOM_MM = PAPER.right_mm, PAPER.height_mm - 22.0
LEFT_MM, LINE_MM, TEXT_MM = PAPER.margin_mm, 56.0, 63.0
CUSTODY_MM, JOINT_MM, JOINT_GAP_MM = 1.1, 1.9, 0.7
HAIRLINE = 0.5
GAP_MM = 3.2
UNKNOWN_SIGN = "?"
TITLE = Style(EXTRABOLD, largest=22, smallest=22)
NUMBER = Style(EXTRABOLD, largest=13, smallest=13)
HEADING = Style(SEMIBOLD, largest=10.5, smallest=10.5)
TEXT = Style(REGULAR, largest=9, smallest=9)
SMALL = Style(REGULAR, largest=7.5, smallest=7.5)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `mark` is what was odd about it, `place` where it stands in its chain."""

    at: str
    what: str
    under: tuple[str, ...]
    mark: str
    place: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    number: str
    under: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class TimelinePaper:
    """`page` has the places {page} and {pages}."""

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    envelopes: tuple[Envelope, ...]
    page: str


@dataclass(frozen=True, slots=True)
class _Line:
    """Letters whose line begins `down_mm` below the top of their block."""

    text: str
    style: Style
    left_mm: float
    down_mm: float


@dataclass(frozen=True, slots=True)
class _Block:
    """What is never torn apart. `rule_mm` is a hairline above it; `joint_mm` the middle of its joint, None for none."""

    lines: tuple[_Line, ...]
    height_mm: float
    joint_mm: float | None = None
    is_void: bool = False
    has_rule: bool = False


def draw_timeline(paper: TimelinePaper) -> bytes:
    """The same bytes for the same paper. A letter the typefaces lack is printed as a question mark."""
    pages = list(_pages(list(_blocks(paper))))
    with DRAWING:
        output = BytesIO()
        canvas = blank(output, PAPER, _printable(paper.title))
        for number, blocks in enumerate(pages, start=1):
            _draw_page(canvas, blocks)
            _draw_foot(canvas, paper, paper.page.format(page=number, pages=len(pages)))
            canvas.showPage()
        canvas.save()
        return output.getvalue()


def _pages(blocks: list[_Block]) -> Iterator[list[_Block]]:
    """A heading never stands alone at the foot of a page."""
    page: list[_Block] = []
    room = BOTTOM_MM - PAPER.margin_mm
    for number, block in enumerate(blocks):
        needed = block.height_mm
        if block.has_rule and number + 1 < len(blocks):
            needed += blocks[number + 1].height_mm
        if page and needed > room:
            yield page
            page, room = [], BOTTOM_MM - PAPER.margin_mm
        page.append(block)
        room -= block.height_mm
    yield page


def _blocks(paper: TimelinePaper) -> Iterator[_Block]:
    yield _stacked([(paper.title, TITLE, LEFT_MM), (paper.number, NUMBER, LEFT_MM)], GAP_MM)
    for caption, value in paper.facts:
        yield _fact(caption, value)
    yield _stacked([(note, TEXT, LEFT_MM) for note in paper.notes], 2 * GAP_MM, above_mm=GAP_MM)
    for envelope in paper.envelopes:
        yield _heading(envelope)
        for entry in envelope.entries:
            yield _entry(entry)


def _fact(caption: str, value: str) -> _Block:
    told = _stacked([(value, TEXT, TEXT_MM)], 0.8)
    first = _Line(_printable(caption), SMALL, LEFT_MM, told.lines[0].down_mm)
    return _Block((first, *told.lines), told.height_mm)


def _heading(envelope: Envelope) -> _Block:
    told = _stacked([(envelope.number, NUMBER, LEFT_MM), (envelope.under, TEXT, LEFT_MM)], GAP_MM, above_mm=GAP_MM)
    return _Block(told.lines, told.height_mm, has_rule=True)


def _entry(entry: Entry) -> _Block:
    told = [(entry.what, HEADING, TEXT_MM), *((line, TEXT, TEXT_MM) for line in entry.under if line)]
    if entry.mark:
        told.append((f"! {entry.mark}", HEADING, TEXT_MM))
    body = _stacked(told, GAP_MM)
    first = body.lines[0].down_mm
    beside = _stacked([(entry.at, TEXT, LEFT_MM), (entry.place, SMALL, LEFT_MM)], GAP_MM, right_mm=LINE_MM - 4)
    lines = (*beside.lines, *body.lines)
    joint = first - millimetres(HEADING.largest) * 0.36
    return _Block(lines, max(body.height_mm, beside.height_mm), joint, entry.is_void)


def _stacked(
    told: Sequence[tuple[str, Style, float]], below_mm: float, *, above_mm: float = 0.0, right_mm: float = RIGHT_MM
) -> _Block:
    """Paragraphs one under the other, `below_mm` of white under the last."""
    lines: list[_Line] = []
    down = above_mm
    for text, style, left in told:
        for line in _wrapped(_printable(text), style, right_mm - left):
            down += millimetres(style.largest) * LINE_HEIGHT
            lines.append(_Line(line, style, left, down))
    return _Block(tuple(lines), down + below_mm)


def _wrapped(text: str, style: Style, width_mm: float) -> Iterator[str]:
    """Greedy; a word wider than the line is broken where the line ends."""
    room, line = width_mm / millimetres(style.largest), ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if style.typeface.advance(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while style.typeface.advance(line) > room:
            most = next(end for end in range(len(line) - 1, 0, -1) if style.typeface.advance(line[:end]) <= room)
            yield line[:most]
            line = line[most:]
    yield line


def _printable(text: str) -> str:
    return "".join(sign if all(sign in face.glyphs for face in TYPEFACES) else UNKNOWN_SIGN for sign in clean(text))


def _draw_page(canvas: Canvas, blocks: Sequence[_Block]) -> None:
    top = PAPER.margin_mm
    canvas.setFillGray(0)
    for number, block in enumerate(blocks):
        if block.has_rule and number:
            _rule(canvas, top)
        if block.joint_mm is not None:
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            goes_on = following is not None and following.joint_mm is not None
            _custody_line(canvas, top + block.joint_mm, top + block.height_mm if goes_on else None)
            comes_from = number > 0 and blocks[number - 1].joint_mm is not None
            if comes_from:
                _custody_line(canvas, top, top + block.joint_mm)
            _joint(canvas, top + block.joint_mm, is_void=block.is_void)
        for line in block.lines:
            _write(canvas, line, top + line.down_mm)
        top += block.height_mm


def _write(canvas: Canvas, line: _Line, base_mm: float) -> None:
    canvas.setFont(line.style.typeface.name, line.style.largest)
    canvas.drawString(points(line.left_mm), points(PAPER.height_mm - base_mm), line.text)


def _rule(canvas: Canvas, y_mm: float) -> None:
    canvas.setLineWidth(HAIRLINE)
    y = points(PAPER.height_mm - y_mm)
    canvas.line(points(LEFT_MM), y, points(RIGHT_MM), y)


def _custody_line(canvas: Canvas, top_mm: float, bottom_mm: float | None) -> None:
    if bottom_mm is None:
        return
    left, bottom = points(LINE_MM - CUSTODY_MM / 2), points(PAPER.height_mm - bottom_mm)
    canvas.rect(left, bottom, points(CUSTODY_MM), points(bottom_mm - top_mm), stroke=0, fill=1)


def _joint(canvas: Canvas, y_mm: float, *, is_void: bool) -> None:
    """A disc in two halves, the giver and the receiver; what was taken back is outlined only."""
    x, y, radius = points(LINE_MM), points(PAPER.height_mm - y_mm), points(JOINT_MM)
    canvas.setFillGray(1)
    canvas.circle(x, y, radius + points(0.7), stroke=0, fill=1)
    canvas.setFillGray(1 if is_void else 0)
    canvas.setLineWidth(HAIRLINE)
    canvas.circle(x, y, radius, stroke=1, fill=1)
    canvas.setFillGray(1)
    canvas.rect(x - points(JOINT_GAP_MM) / 2, y - radius - 1, points(JOINT_GAP_MM), 2 * radius + 2, stroke=0, fill=1)
    canvas.setFillGray(0)


def _draw_foot(canvas: Canvas, paper: TimelinePaper, page: str) -> None:
    y_mm = BOTTOM_MM + 8
    _rule(canvas, y_mm - 5)
    _write(canvas, _Line(_printable(f"{paper.title} · {paper.number}"), SMALL, LEFT_MM, 0), y_mm)
    width = millimetres(SMALL.typeface.advance(page) * SMALL.largest)
    _write(canvas, _Line(page, SMALL, RIGHT_MM - width, 0), y_mm)
