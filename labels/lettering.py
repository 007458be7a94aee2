"""From what was typed to lines that fit their frame: clean, shrink, wrap, and only then leave words out."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from labels.stock import millimetres
from labels.typefaces import Typeface, refuse_missing

LINE_HEIGHT = 1.25  # design rule: never under 1.22 for two lines of Vietnamese
STEP_POINTS = 0.5
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Style:
    """`tracking` in em; below `smallest` nothing shrinks."""

    typeface: Typeface
    largest: float
    smallest: float
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a text may leave ink, in mm from the top left.

    One line stands on `base_mm`; of several lines the last stands on `last_base_mm`.
    """

    left_mm: float
    width_mm: float
    top_mm: float
    bottom_mm: float
    base_mm: float
    last_base_mm: float
    most_lines: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """`x_mm` is where the ink begins, not the origin of the first glyph, which may lie beside it."""

    text: str
    x_mm: float
    base_mm: float


@dataclass(frozen=True, slots=True)
class Lettering:
    style: Style
    size: float
    lines: tuple[Line, ...]

    def moved_to(self, left_mm: float) -> "Lettering":
        return replace(self, lines=tuple(replace(line, x_mm=left_mm) for line in self.lines))

    def flush_right(self, right_mm: float) -> "Lettering":
        return self.moved_to(right_mm - self.width_mm)

    @property
    def left_mm(self) -> float:
        return min(line.x_mm for line in self.lines)

    @property
    def top_mm(self) -> float:
        """Where the ink begins."""
        em_mm = millimetres(self.size)
        return min(line.base_mm - self.style.typeface.top(line.text) * em_mm for line in self.lines)

    @property
    def width_mm(self) -> float:
        return max(ink_width(line.text, self.style) for line in self.lines) * millimetres(self.size)


def clean(text: str) -> str:
    """One line of NFC text without control, direction and zero-width marks, which print nothing but change meaning.

    They go before composing, since one of them between a letter and its tone keeps the two apart.
    """
    visible = (" " if sign.isspace() and sign != NO_BREAK_SPACE else sign for sign in text)
    kept = "".join(sign for sign in visible if unicodedata.category(sign) not in ("Cc", "Cf") and not _is_joiner(sign))
    return " ".join(word for word in unicodedata.normalize("NFC", kept).split(" ") if word).strip()


def printable_text(text: str, field: str) -> str:
    """Clean, and every sign of it in the fonts. Raises MissingGlyph for `field`."""
    cleaned = clean(text)
    refuse_missing(cleaned, field)
    return cleaned


def _is_joiner(sign: str) -> bool:
    """Grapheme joiner and variation selectors: marks without ink that Unicode files under letters' marks."""
    return sign == "\u034f" or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def ink_width(text: str, style: Style) -> float:
    """In em, from the first glyph's ink to the last one's."""
    glyphs = style.typeface.glyphs
    first, last = glyphs[text[0]], glyphs[text[-1]]
    return style.typeface.advance(text) + style.tracking * (len(text) - 1) - first.left - (last.advance - last.right)


def fit(text: str, style: Style, frame: Frame) -> Lettering:
    """The largest setting that fits. At the smallest size, words that do not fit are left out from the end."""
    for size in _sizes(style):
        lines = tuple(_wrapped(text, style, frame.width_mm / millimetres(size)))
        if all(ink_width(line, style) * millimetres(size) <= frame.width_mm for line in lines) and _fits_height(
            lines, size, style, frame
        ):
            return _set(lines, size, style, frame)
    lines = tuple(_wrapped_anywhere(text, style, frame.width_mm / millimetres(style.smallest)))
    while len(lines) > 1 and not _fits_height(lines, style.smallest, style, frame):
        lines = lines[:-1]
    return _set(lines, style.smallest, style, frame)


def _sizes(style: Style) -> Iterator[float]:
    steps = int((style.largest - style.smallest) / STEP_POINTS)
    return (style.largest - step * STEP_POINTS for step in range(steps + 1))


def _wrapped(text: str, style: Style, width_em: float) -> Iterator[str]:
    """Greedy; a word wider than the line stands alone and too wide."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and ink_width(longer, style) > width_em:
            yield line
            longer = word
        line = longer
    yield line


def _wrapped_anywhere(text: str, style: Style, width_em: float) -> Iterator[str]:
    for line in _wrapped(text, style, width_em):
        rest = line
        while ink_width(rest, style) > width_em:
            most = next(end for end in range(len(rest) - 1, 0, -1) if ink_width(rest[:end], style) <= width_em)
            yield rest[:most]
            rest = rest[most:]
        yield rest


def _fits_height(lines: tuple[str, ...], size: float, style: Style, frame: Frame) -> bool:
    if len(lines) > frame.most_lines:
        return False
    em_mm = millimetres(size)
    first, last = _bases(lines, size, frame)[0], _bases(lines, size, frame)[-1]
    ink_top = first - style.typeface.top(lines[0]) * em_mm
    ink_bottom = last + style.typeface.drop(lines[-1]) * em_mm
    return ink_top >= frame.top_mm and ink_bottom <= frame.bottom_mm


def _bases(lines: tuple[str, ...], size: float, frame: Frame) -> tuple[float, ...]:
    last = frame.base_mm if len(lines) == 1 else frame.last_base_mm
    pitch = LINE_HEIGHT * millimetres(size)
    return tuple(last - (len(lines) - 1 - place) * pitch for place in range(len(lines)))


def _set(lines: tuple[str, ...], size: float, style: Style, frame: Frame) -> Lettering:
    bases = _bases(lines, size, frame)
    return Lettering(
        style, size, tuple(Line(line, frame.left_mm, base) for line, base in zip(lines, bases, strict=True))
    )
