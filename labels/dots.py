"""Black dots on one label of a thermal head: the same shapes and letters as in the PDF, one bit each.

Drawn finer than the head and thinned by the half: a dot is black where most of it would be. A fine drawing is kept, so
the words and plates that every label shares are drawn once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import ceil, floor

from PIL import Image, ImageChops, ImageDraw, ImageFont

from labels.ink import Outline
from labels.lettering import Lettering, Line, Style
from labels.stock import millimetres
from labels.typefaces import Typeface

FINER = 4
LEAST_GAP = 8  # blank rows that part two pieces; a few cost less than another piece
_HALF = [255 if level > 127 else 0 for level in range(256)]


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows filled up to whole bytes; a bit is 1 where a dot is black."""

    left: int
    top: int
    row_bytes: int
    bits: bytes


@dataclass(frozen=True, slots=True, eq=False)
class _Stamp:
    mask: Image.Image
    left: int
    top: int


class Dots:
    """`corner` is where the label's top left lies on the paper, in dots, and may lie off it."""

    def __init__(self, size: tuple[int, int], dots_per_mm: float, corner: tuple[int, int]) -> None:
        self._paper = Image.new("1", size)
        self._pitch = dots_per_mm
        self._left, self._top = corner

    def fill(self, outlines: tuple[Outline, ...]) -> None:
        """Where outlines lie within each other the paper stays white."""
        self._stamp(_filled(outlines, self._pitch))

    def hatch(self, stripes: tuple[Outline, ...], window: Outline) -> None:
        self._stamp(_hatched(stripes, window, self._pitch))

    def write(self, lettering: Lettering, *, is_black: bool) -> None:
        for line in lettering.lines:
            self._stamp(_lettered(line, lettering.style, lettering.size, self._pitch), is_black=is_black)

    def box(self, left: int, top: int, width: int, height: int) -> None:
        """Counted from the top left of the paper."""
        self._paper.paste(255, (left, top, left + width, top + height))

    def pieces(self) -> Iterator[Piece]:
        """From the top down, none with a white edge."""
        _, rows = self._paper.getprojection()
        for top, end in _bands(rows):
            band = self._paper.crop((0, top, self._paper.width, end))
            columns, _ = band.getprojection()
            left, right = columns.index(1), band.width - columns[::-1].index(1)
            yield Piece(left, top, (right - left + 7) // 8, band.crop((left, 0, right, end - top)).tobytes())

    def _stamp(self, stamp: _Stamp, *, is_black: bool = True) -> None:
        place = stamp.left + self._left, stamp.top + self._top
        self._paper.paste(255 if is_black else 0, place, stamp.mask)


def _bands(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First row and the one after the last, of what no `LEAST_GAP` blank rows part."""
    top, last = None, 0
    for place, has_ink in enumerate(rows):
        if not has_ink:
            continue
        if top is not None and place - last > LEAST_GAP:
            yield top, last + 1
            top = None
        top, last = place if top is None else top, place
    if top is not None:
        yield top, last + 1


@lru_cache(maxsize=64)
def _filled(outlines: tuple[Outline, ...], pitch: float) -> _Stamp:
    room = _Room.around([corner for outline in outlines for corner in outline], pitch)
    paper = room.blank()
    for outline in outlines:
        paper = ImageChops.logical_xor(paper, room.shape(outline))
    return room.stamp(paper.convert("L"))


@lru_cache(maxsize=16)
def _hatched(stripes: tuple[Outline, ...], window: Outline, pitch: float) -> _Stamp:
    room = _Room.around(window, pitch)
    paper = room.blank()
    for stripe in stripes:
        paper = ImageChops.logical_or(paper, room.shape(stripe))
    return room.stamp(ImageChops.logical_and(paper, room.shape(window)).convert("L"))


@lru_cache(maxsize=256)
def _lettered(line: Line, style: Style, size: float, pitch: float) -> _Stamp:
    """Glyph by glyph, as the PDF is set: by the font's own advances, without kerning or widths of whole dots."""
    em = millimetres(size)
    typeface, text = style.typeface, line.text
    origins = list(_origins(line, style, em))
    right = origins[-1] + typeface.glyphs[text[-1]].right * em
    top, bottom = line.base_mm - typeface.top(text) * em, line.base_mm + typeface.drop(text) * em
    room = _Room.around([(line.x_mm, top), (right, bottom)], pitch)
    paper = Image.new("L", room.fine_size)
    pen, font = ImageDraw.Draw(paper), _font(typeface, em * pitch * FINER)
    for sign, origin in zip(text, origins, strict=True):
        pen.text(room.fine(origin, line.base_mm), sign, fill=255, font=font, anchor="ls")
    return room.stamp(paper)


def _origins(line: Line, style: Style, em_mm: float) -> Iterator[float]:
    """The first glyph's lies beside the ink by its side bearing."""
    glyphs = style.typeface.glyphs
    steps = ((glyphs[sign].advance + style.tracking) * em_mm for sign in line.text[:-1])
    return accumulate(steps, initial=line.x_mm - glyphs[line.text[0]].left * em_mm)


@lru_cache(maxsize=64)
def _font(typeface: Typeface, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(typeface.file, size, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class _Room:
    """Whole dots of the label, drawn finer."""

    left: int
    top: int
    width: int
    height: int
    pitch: float

    @classmethod
    def around(cls, corners: Sequence[tuple[float, float]], pitch: float) -> "_Room":
        xs, ys = zip(*corners, strict=True)
        left, top = floor(min(xs) * pitch) - 1, floor(min(ys) * pitch) - 1
        return cls(left, top, ceil(max(xs) * pitch) + 1 - left, ceil(max(ys) * pitch) + 1 - top, pitch)

    @property
    def fine_size(self) -> tuple[int, int]:
        return self.width * FINER, self.height * FINER

    def fine(self, x_mm: float, y_mm: float) -> tuple[int, int]:
        x, y = self._exact(x_mm, y_mm)
        return round(x), round(y)

    def blank(self) -> Image.Image:
        return Image.new("1", self.fine_size)

    def shape(self, outline: Outline) -> Image.Image:
        paper = self.blank()
        # The library fills a fine dot whose middle or edge the outline meets: half a fine dot too much all around.
        corners = [(x - 0.5, y - 0.5) for x, y in (self._exact(*corner) for corner in outline)]
        ImageDraw.Draw(paper).polygon(corners, fill=255)
        return paper

    def _exact(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        return (x_mm * self.pitch - self.left) * FINER, (y_mm * self.pitch - self.top) * FINER

    def stamp(self, paper: Image.Image) -> _Stamp:
        return _Stamp(paper.reduce(FINER).point(_HALF, "1"), self.left, self.top)
