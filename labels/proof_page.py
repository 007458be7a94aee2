"""A printer's proof page: crosses in the corners, a ruler, and codes from as large as on labels to as fine as it can.

Nothing on it tells what a code says, so that only a scanner can; the letter beside it is its name on the screen.
"""

from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil

from labels.code128 import QUIET_BARS, Code128Symbol, encode_code128
from labels.format_pdf import PrintRun, align_page
from labels.formats import THERMAL
from labels.ink import Ink, Outline, rectangle
from labels.item_zones import one_line
from labels.lettering import Style, fit, printable_text
from labels.pdf import DRAWING, blank
from labels.qr import QUIET_MODULES, encode_small_qr
from labels.refusals import LabelRefused
from labels.stock import MM_PER_INCH, PrintHead, Stock
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD
from labels.zpl import ZplInk

CODES = 7
ARM_MM, LINE_MM, TICK_MM, TICK_LENGTH_MM = 2.0, 0.25, 10.0, 1.0
HEADING = Style(EXTRABOLD, largest=15, smallest=6)
TEXT = Style(REGULAR, largest=10, smallest=5)
LETTER = Style(SEMIBOLD, largest=9, smallest=6)
UNDER_BARS = Style(SEMIBOLD, largest=7.5, smallest=6)
LENGTH = Style(SEMIBOLD, largest=8, smallest=6)
LETTER_GAP_MM, LETTER_WIDTH_MM, LETTER_BASE_MM = 0.6, 4.0, 2.6
COMPACT_BELOW_MM = 100.0


@dataclass(frozen=True, slots=True)
class ProofPage:
    """`codes` in the order of their letters: three squares, three rows of bars, one row of bars between two others.

    `cross_mm` lie between the crosses and the edges; `how` are lines for a page that has room.
    """

    heading: str
    printer: str
    how: tuple[str, ...]
    codes: tuple[str, ...]
    letters: tuple[str, ...]
    cross_mm: float


@dataclass(frozen=True, slots=True)
class _Layout:
    left_mm: float
    text_mm: float
    squares_mm: float
    bars_mm: float
    bars_high_mm: float
    pitch_mm: float


COMPACT = _Layout(left_mm=3.0, text_mm=6.3, squares_mm=9.8, bars_mm=27.8, bars_high_mm=4.2, pitch_mm=7.2)
ROOMY = _Layout(left_mm=10.0, text_mm=15.0, squares_mm=30.0, bars_mm=57.0, bars_high_mm=9.0, pitch_mm=15.0)


def qr_sizes(head: PrintHead) -> tuple[int, int, int]:
    """Dots of a module: as on labels, two thirds, half."""
    own = head.qr_module_dots
    return own, ceil(own * 2 / 3), ceil(own / 2)


def bar_sizes(head: PrintHead) -> tuple[int, int, int]:
    """Dots of a bar: as on labels, two thirds, one third."""
    own = head.narrow_bar_dots
    return own, ceil(own * 2 / 3), ceil(own / 3)


def ruler_mm(page: Stock, cross_mm: float) -> float:
    """Between the two lower crosses, on a printer that neither shrinks nor stretches."""
    return page.width_mm - 2 * cross_mm


def draw_proof(proof: ProofPage, run: PrintRun) -> bytes:
    """One page: ZPL II for a thermal format, else a PDF. Raises LabelRefused, MissingGlyph too, naming the field."""
    if len(proof.codes) != CODES or len(proof.letters) != CODES:
        raise LabelRefused("codes", f"are not {CODES}")
    spoken = replace(
        proof,
        heading=printable_text(proof.heading, "heading"),
        printer=printable_text(proof.printer, "printer"),
        how=tuple(printable_text(line, "how") for line in proof.how),
    )
    return _as_zpl(spoken, run) if run.format.name in THERMAL else _as_pdf(spoken, run)


def _as_zpl(proof: ProofPage, run: PrintRun) -> bytes:
    ink = ZplInk(run)
    _draw(_Sheet(ink, run), proof)
    return ink.end_label().encode("ascii")


def _as_pdf(proof: ProofPage, run: PrintRun) -> bytes:
    page = run.format.page
    with DRAWING:
        output = BytesIO()
        canvas = blank(output, page, proof.heading)
        align_page(canvas, run)
        _draw(_Sheet(Ink(canvas, page, run.format.heads[run.alignment.dpi]), run), proof)
        canvas.showPage()
        canvas.save()
        return output.getvalue()


@dataclass(frozen=True, slots=True)
class _Sheet:
    ink: Ink
    run: PrintRun

    @property
    def page(self) -> Stock:
        return self.run.format.page

    @property
    def head(self) -> PrintHead:
        return self.run.format.heads[self.run.alignment.dpi]

    def mm(self, dots: float) -> float:
        return dots * MM_PER_INCH / self.head.dpi

    @property
    def layout(self) -> _Layout:
        return COMPACT if self.page.height_mm < COMPACT_BELOW_MM else ROOMY


def _draw(sheet: _Sheet, proof: ProofPage) -> None:
    _draw_crosses(sheet, proof.cross_mm)
    _draw_ruler(sheet, proof.cross_mm)
    _draw_words(sheet, proof)
    _draw_squares(sheet, proof)
    _draw_bars(sheet, proof)


def _draw_crosses(sheet: _Sheet, inset: float) -> None:
    for x in (inset, sheet.page.width_mm - inset):
        for y in (inset, sheet.page.height_mm - inset):
            sheet.ink.fill(_level(x - ARM_MM, x + ARM_MM, y))
            sheet.ink.fill(_upright(x, y - ARM_MM, y + ARM_MM))


def _draw_ruler(sheet: _Sheet, inset: float) -> None:
    """From cross to cross, a tick each centimetre; the length stands where the last centimetre is whole."""
    length, y = ruler_mm(sheet.page, inset), sheet.page.height_mm - inset
    sheet.ink.fill(_level(inset + ARM_MM, inset + length - ARM_MM, y))
    for tick in range(1, ceil(length / TICK_MM)):
        sheet.ink.fill(_upright(inset + tick * TICK_MM, y - TICK_LENGTH_MM, y))
    words = fit(f"{length:g} mm", LENGTH, one_line(0, 20, y + 3.2))
    sheet.ink.write(words.moved_to((sheet.page.width_mm - words.width_mm) / 2))


def _level(left: float, right: float, y: float) -> Outline:
    return rectangle(left, y - LINE_MM / 2, right, y + LINE_MM / 2)


def _upright(x: float, top: float, bottom: float) -> Outline:
    return rectangle(x - LINE_MM / 2, top, x + LINE_MM / 2, bottom)


def _draw_words(sheet: _Sheet, proof: ProofPage) -> None:
    """On a small label one line between the upper crosses says it all."""
    page, layout = sheet.page, sheet.layout
    if layout is COMPACT:
        inside = proof.cross_mm + 2 * ARM_MM
        where = one_line(inside, page.width_mm - 2 * inside, layout.text_mm)
        sheet.ink.write(fit(f"{proof.heading}. {proof.printer}", TEXT, where))
        return
    width = page.width_mm - 2 * layout.left_mm
    sheet.ink.write(fit(proof.heading, HEADING, one_line(layout.left_mm, width, layout.text_mm)))
    sheet.ink.write(fit(proof.printer, TEXT, one_line(layout.left_mm, width, layout.text_mm + 7)))
    below = layout.bars_mm + 3 * layout.pitch_mm
    for place, line in enumerate(proof.how):
        sheet.ink.write(fit(line, TEXT, one_line(layout.left_mm, width, below + 6 * place)))


def _draw_squares(sheet: _Sheet, proof: ProofPage) -> None:
    left, top = sheet.layout.left_mm, sheet.layout.squares_mm
    for text, letter, dots in zip(proof.codes[:3], proof.letters[:3], qr_sizes(sheet.head), strict=True):
        symbol = encode_small_qr(text, "codes")
        right = left + sheet.mm(symbol.side * dots + QUIET_MODULES * dots)
        sheet.ink.square(symbol, left, top, dots)
        sheet.ink.write(fit(letter, LETTER, one_line(right + LETTER_GAP_MM, LETTER_WIDTH_MM, top + 3)))
        left = right + LETTER_GAP_MM + LETTER_WIDTH_MM + sheet.mm(QUIET_MODULES * dots)


@dataclass(frozen=True, slots=True)
class _Bars:
    """`fenced`: between two bars that stand as near as a code allows."""

    text: str
    letter: str
    dots: int
    fenced: bool = False


def _draw_bars(sheet: _Sheet, proof: ProofPage) -> None:
    """In the first row the size of labels, alone and between two bars; the finer ones below."""
    own, finer, finest = (
        _Bars(*one) for one in zip(proof.codes[3:6], proof.letters[3:6], bar_sizes(sheet.head), strict=True)
    )
    between = _Bars(proof.codes[6], proof.letters[6], own.dots, fenced=True)
    layout = sheet.layout
    for place, row in enumerate(((own, between), (finer, finest))):
        left = layout.left_mm
        for bars in row:
            left = _draw_one(sheet, bars, left, layout.bars_mm + place * layout.pitch_mm)


def _draw_one(sheet: _Sheet, bars: _Bars, left_mm: float, top_mm: float) -> float:
    """Where the next one may begin."""
    symbol, dots = encode_code128(bars.text, "codes"), bars.dots
    high, quiet = sheet.head.dots(sheet.layout.bars_high_mm), QUIET_BARS * dots
    left, top = sheet.head.dots(left_mm), sheet.head.dots(top_mm)
    fence = 2 * dots if bars.fenced else 0
    first = left + (fence + quiet if fence else 0)
    last = first + symbol.width * dots
    sheet.ink.cells((first + start, top, width, high) for start, width in _runs(symbol, dots))
    if fence:
        sheet.ink.cells(((left, top, fence, high), (last + quiet, top, fence, high)))
    base = top_mm + sheet.layout.bars_high_mm + LETTER_BASE_MM
    sheet.ink.write(fit(bars.letter, UNDER_BARS, one_line(left_mm, LETTER_WIDTH_MM, base)))
    return sheet.mm(last + quiet + fence)


def _runs(symbol: Code128Symbol, dots: int) -> list[tuple[int, int]]:
    starts = [sum(symbol.widths[:place]) for place in range(0, len(symbol.widths), 2)]
    return [(start * dots, width * dots) for start, width in zip(starts, symbol.widths[::2], strict=True)]
