"""A paper as PDF: its head on the first page, its blocks flowing over as many as they need, a foot on each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from labels.furniture import draw_foot_line, draw_nation, rule
from labels.ink import Ink
from labels.item_zones import one_line
from labels.lettering import Frame, Style, fit, ink_width, paragraph
from labels.paper import Book, Paper, PaperSize, printable_paper
from labels.paper_pieces import Piece, draw_joint, pieces_of, pitch_mm, style_of, written
from labels.pdf import DRAWING, blank
from labels.qr import SMALL_MOST_CHARACTERS, QrSymbol, encode_qr, encode_small_qr
from labels.stock import MM_PER_INCH, PRINT_HEADS, millimetres
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD

TOP_MM = 9.0
RULE_MM = 0.9
QR_GAP_MM = 5.0  # more than the quiet zone at any print head
PLATE_ABOVE, PLATE_BELOW, PLATE_SIDE_MM = 1.05, 0.45, 2.2
MARK_MM = 2.6


@dataclass(slots=True)
class _Page:
    """What stands on one page, and how much room is left."""

    room_mm: float
    pieces: list[Piece]


def draw_paper(paper: Paper, dpi: int = 203) -> bytes:
    """The same bytes for the same paper. Raises LabelRefused, MissingGlyph among them, naming what it stands in."""
    checked = printable_paper(paper)
    square = _square(checked.square)
    head = PRINT_HEADS[dpi]
    with DRAWING:
        output = BytesIO()
        canvas = blank(output, checked.size.stock, checked.title)
        ink = Ink(canvas, checked.size.stock, head)
        side_mm = square.side * head.qr_module_dots * MM_PER_INCH / dpi
        _draw(ink, checked, square, side_mm)
        canvas.save()
        return output.getvalue()


def _square(text: str) -> QrSymbol:
    """A short code needs no more than the small one."""
    if len(text) > SMALL_MOST_CHARACTERS:
        return encode_qr(text, "square")
    return encode_small_qr(text, "square")


def _draw(ink: Ink, paper: Paper, square: QrSymbol, side_mm: float) -> None:
    size = paper.size
    below_head = _draw_head(ink, paper, square, side_mm)
    top_of_foot = size.stock.height_mm - TOP_MM - _foot_height(paper)
    pages = _pages(paper, top_of_foot - below_head, top_of_foot - _running_bottom(size))
    for number, pieces in enumerate(pages, start=1):
        top = below_head if number == 1 else _draw_running_head(ink, paper)
        for piece in pieces:
            piece.draw(ink, top)
            top += piece.height_mm
        _draw_foot(ink, paper, paper.page.format(page=number, pages=len(pages)))
        ink.show_page()


def _pages(paper: Paper, first_mm: float, others_mm: float) -> list[list[Piece]]:
    pieces = _flow(paper)
    pages = [_Page(first_mm, [])]
    for number, piece in enumerate(pieces):
        if pages[-1].pieces and _needed(pieces, number) > pages[-1].room_mm:
            pages.append(_Page(others_mm, []))
            if piece.again:
                _put(pages[-1], piece.again)
        _put(pages[-1], piece)
    return [page.pieces for page in pages]


def _flow(paper: Paper) -> list[Piece]:
    pieces: list[Piece] = []
    for block in paper.blocks:
        if isinstance(block, Book):
            _hold_last(pieces)
        pieces += pieces_of(block, paper.size)
    return pieces


def _hold_last(pieces: list[Piece]) -> None:
    """Nobody signs alone on a page: what stands before the signatures comes along."""
    number = len(pieces) - 1
    while number >= 0 and (pieces[number].stays or pieces[number].is_end):
        pieces[number] = replace(pieces[number], stays=True)
        number -= 1
    if number >= 0:
        pieces[number] = replace(pieces[number], stays=True)


def _needed(pieces: Sequence[Piece], number: int) -> float:
    """Of a piece and of those that it must not be parted from."""
    needed = pieces[number].height_mm
    while pieces[number].stays and number + 1 < len(pieces):
        number += 1
        needed += pieces[number].height_mm
    return needed


def _put(page: _Page, piece: Piece) -> None:
    page.pieces.append(piece)
    page.room_mm -= piece.height_mm


def _draw_head(ink: Ink, paper: Paper, square: QrSymbol, side_mm: float) -> float:
    """Where the blocks may begin."""
    rule_mm = _draw_letterhead(ink, paper)
    size = paper.size
    square_top = rule_mm + QR_GAP_MM
    ink.qr(square, size.right_mm - side_mm, square_top)
    title_bottom = _draw_title(ink, paper, rule_mm, size.width_mm - side_mm - QR_GAP_MM)
    return max(square_top + side_mm + QR_GAP_MM * 0.8, title_bottom)


def _draw_letterhead(ink: Ink, paper: Paper) -> float:
    """Whose paper it is, and the nation's two lines where it is a record. Where its rule stands."""
    size = paper.size
    style = Style(SEMIBOLD, size.text, size.text - 2.5)
    pitch = pitch_mm(style)
    first, second = TOP_MM + pitch, TOP_MM + 2 * pitch
    draw_joint(ink, size.left_mm + MARK_MM, (first + second) / 2 - pitch * 0.3, MARK_MM)
    left = size.left_mm + 2 * MARK_MM + 2.5
    nation_left = _draw_nation(ink, paper, first, pitch)
    frame = Frame(left, nation_left - left - 4, 0, second * 2, (first + second) / 2, second, most_lines=2)
    ink.write(fit(paper.office, style, frame))
    bottom = second + pitch * 0.95
    rule(ink, size.edges_mm, bottom, RULE_MM)
    return bottom


def _draw_nation(ink: Ink, paper: Paper, base_mm: float, pitch_of_lines: float) -> float:
    """Where it begins; the right margin where there is none."""
    size = paper.size
    if paper.nation is None:
        return size.right_mm
    style = Style(SEMIBOLD, size.text, size.text - 2.5)
    corner = size.right_mm, size.width_mm * 0.55
    return draw_nation(ink, paper.nation, style, corner, (base_mm, base_mm + pitch_of_lines))


def _draw_title(ink: Ink, paper: Paper, top_mm: float, width_mm: float) -> float:
    size = paper.size
    title = Style(EXTRABOLD, size.text * 2.8, size.text * 1.6, tracking=-0.01)
    base = top_mm + pitch_mm(title) * 1.15
    # A title a little smaller on one line reads better than one on two.
    rows = 1 if ink_width(paper.title, title) * millimetres(size.text * 2) <= width_mm else 2
    last = base + pitch_mm(title) * 0.85
    frame = Frame(size.left_mm, width_mm, top_mm + 1, base * 3, base, last, most_lines=rows)
    heading = fit(paper.title, title, frame)
    ink.write(heading)
    bottom = max(line.base_mm for line in heading.lines) + pitch_mm(title) * 0.25
    if paper.plate:
        bottom = _draw_plate(ink, paper, bottom, width_mm)
    number = Style(SEMIBOLD, size.text * 1.5, size.text)
    ink.write(fit(paper.number, number, one_line(size.left_mm, width_mm, bottom + pitch_mm(number) * 0.9)))
    bottom += pitch_mm(number) * 1.1
    style = style_of(size)
    for text in paper.under:
        lines = paragraph(text, style, width_mm)
        ink.write(written(lines, style, size.left_mm, bottom + pitch_mm(style)))
        bottom += len(lines) * pitch_mm(style)
    return bottom + pitch_mm(style) * 0.7


def _draw_plate(ink: Ink, paper: Paper, top_mm: float, width_mm: float) -> float:
    """White letters on black, pointing where the envelope goes."""
    size = paper.size
    style = Style(EXTRABOLD, size.text * 1.5, size.text)
    pitch = pitch_mm(style)
    base = top_mm + pitch * PLATE_ABOVE
    inside = size.left_mm + PLATE_SIDE_MM
    words = fit(paper.plate, style, one_line(inside, width_mm - 3 * PLATE_SIDE_MM - pitch, base))
    bottom = base + pitch * PLATE_BELOW
    shoulder = inside + words.width_mm + PLATE_SIDE_MM
    middle = (top_mm + bottom) / 2
    ink.fill(
        (
            (size.left_mm, top_mm),
            (shoulder, top_mm),
            (shoulder + middle - top_mm, middle),
            (shoulder, bottom),
            (size.left_mm, bottom),
        )
    )
    ink.write_reversed(words)
    return bottom + pitch * 0.2


def _running_bottom(size: PaperSize) -> float:
    return TOP_MM + pitch_mm(style_of(size)) * 2.2


def _draw_running_head(ink: Ink, paper: Paper) -> float:
    """Which paper a loose page belongs to."""
    size = paper.size
    base = TOP_MM + pitch_mm(style_of(size))
    style = Style(SEMIBOLD, size.text, size.text - 2.5)
    ink.write(fit(f"{paper.title} · {paper.number}", style, one_line(size.left_mm, size.width_mm, base)))
    rule(ink, size.edges_mm, base + pitch_mm(style) * 0.5, RULE_MM / 2)
    return _running_bottom(size)


def _foot_lines(paper: Paper) -> tuple[str, ...]:
    return tuple(line for text in paper.foot for line in paragraph(text, _small(paper), paper.size.width_mm))


def _small(paper: Paper) -> Style:
    return Style(REGULAR, paper.size.text - 1.5, paper.size.text - 3)


def _foot_height(paper: Paper) -> float:
    return (len(_foot_lines(paper)) + 2) * pitch_mm(_small(paper))


def _draw_foot(ink: Ink, paper: Paper, page: str) -> None:
    size, style = paper.size, _small(paper)
    pitch = pitch_mm(style)
    top = size.stock.height_mm - TOP_MM - _foot_height(paper) + pitch
    ink.dotted(size.left_mm, size.right_mm, top - pitch * 0.2)
    lines = _foot_lines(paper)
    if lines:
        ink.write(written(lines, style, size.left_mm, top + pitch * 0.9))
    base = top + pitch * (len(lines) + 0.9)
    draw_foot_line(ink, (paper.form, page), style, size.edges_mm, base)
