"""The three weights of Be Vietnam Pro that labels are set in, with the measures of their ink."""

import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

from labels.refusals import MissingGlyph

FONTS = Path(__file__).parent / "fonts"


@dataclass(frozen=True, slots=True)
class Glyph:
    """In em. `left`, `right`, `top` and `bottom` bound the ink, seen from the origin on the base line."""

    advance: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    name: str
    file: Path
    glyphs: Mapping[str, Glyph]
    advances: Mapping[str, float]
    tops: Mapping[str, float]
    drops: Mapping[str, float]

    def advance(self, text: str) -> float:
        """In em."""
        return sum(map(self.advances.__getitem__, text))

    def top(self, text: str) -> float:
        """In em above the base line: 0.74 for plain capitals, 1.23 for Ế."""
        return max(map(self.tops.__getitem__, text), default=0.0)

    def drop(self, text: str) -> float:
        """In em below the base line, never negative."""
        return max(map(self.drops.__getitem__, text), default=0.0)


def _load(name: str, file: str) -> Typeface:
    font = TTFont(name, FONTS / file)
    pdfmetrics.registerFont(font)
    glyphs = _glyphs(font.face)
    return Typeface(
        name,
        FONTS / file,
        glyphs,
        advances={sign: glyph.advance for sign, glyph in glyphs.items()},
        tops={sign: glyph.top for sign, glyph in glyphs.items()},
        drops={sign: -glyph.bottom for sign, glyph in glyphs.items()},
    )


def _glyphs(face: TTFontFace) -> Mapping[str, Glyph]:
    """The PDF library knows advances only; ink comes from the font's `glyf` table (OpenType 1.9)."""
    outlines = _table(face, "glyf")
    starts = _outline_starts(face)
    em: int = face.unitsPerEm
    glyphs = {}
    for code, number in face.charToGlyph.items():
        start, end = starts[number], starts[number + 1]
        box = struct.unpack_from(">4h", outlines, start + 2) if end > start else (0, 0, 0, 0)
        left, bottom, right, top = (edge / em for edge in box)
        glyphs[chr(code)] = Glyph(face.charWidths[code] / 1000, left, right, top, bottom)
    return glyphs


def _outline_starts(face: TTFontFace) -> tuple[int, ...]:
    places = _table(face, "loca")
    long_format = struct.unpack_from(">h", _table(face, "head"), 50)[0]
    if long_format:
        return struct.unpack(f">{len(places) // 4}L", places)
    return tuple(2 * half for half in struct.unpack(f">{len(places) // 2}H", places))


def _table(face: TTFontFace, tag: str) -> bytes:
    table: bytes = face.get_table(tag)  # type: ignore[no-untyped-call]  # bare in the library's stubs
    return table


REGULAR = _load("BeVietnamPro-Regular", "be-vietnam-pro-400.ttf")
SEMIBOLD = _load("BeVietnamPro-SemiBold", "be-vietnam-pro-600.ttf")
EXTRABOLD = _load("BeVietnamPro-ExtraBold", "be-vietnam-pro-800.ttf")
TYPEFACES = (REGULAR, SEMIBOLD, EXTRABOLD)


def refuse_missing(text: str, field: str) -> None:
    """Raises MissingGlyph. A mark that composed with no letter is refused too: it would float beside it."""
    for sign in text:
        if unicodedata.combining(sign) or not all(sign in typeface.glyphs for typeface in TYPEFACES):
            raise MissingGlyph(field, sign)
