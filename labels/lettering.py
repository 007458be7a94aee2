"""From what was typed to lines that fit their frame: clean, shrink, wrap, and only then leave words out."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from labels.stock import millimetres
from labels.typefaces import TYPEFACES, Typeface, refuse_missing

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
        return Lettering(self.style, self.size, tuple([Line(line.text, left_mm, line.base_mm) for line in self.lines]))

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
    if _is_printable(text):
        return text
    cleaned = clean(text)
    refuse_missing(cleaned, field)
    return cleaned


def _is_printable(text: str) -> bool:
    """What nearly every text is: one look instead of one at each sign."""
    is_spaced_singly = "  " not in text and text[:1] != " " and text[-1:] != " "
    return is_spaced_singly and _PRINTABLE.issuperset(text) and unicodedata.is_normalized("NFC", text)


def _is_joiner(sign: str) -> bool:
    """Grapheme joiner and variation selectors: marks without ink that Unicode files under letters' marks."""
    return sign == "\u034f" or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _stays(sign: str) -> bool:
    """Cleaning changes nothing about it, and every typeface has it."""
    in_all = all(sign in typeface.glyphs for typeface in TYPEFACES)
    is_plain = sign == " " or not sign.isspace()
    return is_plain and in_all and clean(f"x{sign}x") == f"x{sign}x" and not unicodedata.combining(sign)


_PRINTABLE = frozenset(filter(_stays, TYPEFACES[0].glyphs))


def ink_width(text: str, style: Style) -> float:
    """In em, from the first glyph's ink to the last one's."""
    glyphs = style.typeface.glyphs
    first, last = glyphs[text[0]], glyphs[text[-1]]
    return style.typeface.advance(text) + style.tracking * (len(text) - 1) - first.left - (last.advance - last.right)


@lru_cache(maxsize=4096)
def fit(text: str, style: Style, frame: Frame) -> Lettering:
    """The largest setting that fits. At the smallest size, words that do not fit are left out from the end."""
    whole = ink_width(text, style)
    if _is_easy(text, whole, style, frame):
        return Lettering(style, style.largest, (Line(text, frame.left_mm, frame.base_mm),))
    for size in _sizes(style):
        is_one_line = whole * millimetres(size) <= frame.width_mm
        lines = (text,) if is_one_line else tuple(_wrapped(text, style, frame.width_mm / millimetres(size)))
        if (is_one_line or _fits_width(lines, size, style, frame)) and _fits_height(lines, size, style, frame):
            return _set(lines, size, style, frame)
    lines = tuple(_wrapped_anywhere(text, style, frame.width_mm / millimetres(style.smallest)))
    while len(lines) > 1 and not _fits_height(lines, style.smallest, style, frame):
        lines = lines[:-1]
    return _set(lines, style.smallest, style, frame)


def _is_easy(text: str, width_em: float, style: Style, frame: Frame) -> bool:
    """One line at the largest size, as nearly every text of a label is set."""
    em_mm = millimetres(style.largest)
    if width_em * em_mm > frame.width_mm:
        return False
    room_above, room_below = frame.base_mm - frame.top_mm, frame.bottom_mm - frame.base_mm
    return style.typeface.top(text) * em_mm <= room_above and style.typeface.drop(text) * em_mm <= room_below


def paragraph(text: str, style: Style, width_mm: float) -> tuple[str, ...]:
    """Lines of that width at the largest size; a word wider than a line is broken where the line ends."""
    return tuple(_wrapped_anywhere(text, style, width_mm / millimetres(style.largest))) if text else ()


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


def _fits_width(lines: tuple[str, ...], size: float, style: Style, frame: Frame) -> bool:
    return all(ink_width(line, style) * millimetres(size) <= frame.width_mm for line in lines)


def _fits_height(lines: tuple[str, ...], size: float, style: Style, frame: Frame) -> bool:
    if len(lines) > frame.most_lines:
        return False
    em_mm = millimetres(size)
    bases = _bases(lines, size, frame)
    ink_top = bases[0] - style.typeface.top(lines[0]) * em_mm
    ink_bottom = bases[-1] + style.typeface.drop(lines[-1]) * em_mm
    return ink_top >= frame.top_mm and ink_bottom <= frame.bottom_mm


def _bases(lines: tuple[str, ...], size: float, frame: Frame) -> tuple[float, ...]:
    if len(lines) == 1:
        return (frame.base_mm,)
    last, pitch = frame.last_base_mm, LINE_HEIGHT * millimetres(size)
    return tuple(last - (len(lines) - 1 - place) * pitch for place in range(len(lines)))


def _set(lines: tuple[str, ...], size: float, style: Style, frame: Frame) -> Lettering:
    bases = _bases(lines, size, frame)
    return Lettering(
        style, size, tuple(Line(line, frame.left_mm, base) for line, base in zip(lines, bases, strict=True))
    )
