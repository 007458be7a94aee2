"""One row of an outage sheet: its square, and the boxes that are filled in by hand. In mm from the row's own top."""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.furniture import empty_box, rule
from labels.ink import Ink
from labels.item_zones import one_line
from labels.lettering import Style, fit, ink_width
from labels.outage_sheet import OutageSheet, SheetWords
from labels.qr import encode_small_qr
from labels.stock import points
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD

PITCH_MM = 15.4
LEFT_MM, RIGHT_MM = 20.0, 195.0

QR_TOP_MM = 1.45
INSIDE_MM = 36.5  # behind the square and its quiet zone
CODE_BASE_MM, CODE_WIDTH_MM = 3.5, 60.0
BOX_TOP_MM, BOX_BOTTOM_MM, BOX_WIDTH_MM = 4.5, 9.5, 4.6
TICK_BASE_MM, TICK_SIDE_MM = 13.5, 2.8
TICK_GAP_MM, AFTER_TICK_MM = 3.0, 1.1
HAIR_MM, LINE_MM = 0.18, 0.25
COLUMN_GAP_MM = 2.0

HOUR_MM, DAY_MM, ITEM_MM, PARTY_MM = 46.5, 70.0, 94.0, 160.5
PAIR_GAP_MM = 2.4
SIGN_MM = {":": 1.0, "/": 0.7}  # from the box before to the sign's ink
GROUP_GAP_MM = 1.3
ITEM_GROUPS = (2, 3, 3, 3, 2)  # EI 260 115 006 VN

CODE = Style(SEMIBOLD, largest=7.5, smallest=5)
HEAD = Style(SEMIBOLD, largest=8.5, smallest=6)
PLACE = Style(EXTRABOLD, largest=16, smallest=9)
TICK = Style(REGULAR, largest=8.5, smallest=5)
SIGN = Style(SEMIBOLD, largest=10, smallest=8)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """`number` counts from 1; `top_mm` is the row's own."""

    number: int
    code: str
    top_mm: float


def draw_heads(ink: Ink, base_mm: float, words: SheetWords) -> None:
    """What the columns are called, once for all rows."""
    for left, right, text in (
        (HOUR_MM, DAY_MM, words.hour),
        (DAY_MM, ITEM_MM, words.day),
        (ITEM_MM, PARTY_MM, words.item),
        (PARTY_MM, RIGHT_MM, words.party),
    ):
        _write(ink, text, HEAD, (left, right - left - COLUMN_GAP_MM), base_mm)


def draw_row(ink: Ink, place: RowPlace, sheet: OutageSheet) -> None:
    top = place.top_mm
    ink.small_qr(encode_small_qr(place.code, "rows"), LEFT_MM, top + QR_TOP_MM)
    _write(ink, place.code, CODE, (INSIDE_MM, CODE_WIDTH_MM), top + CODE_BASE_MM)
    _write(ink, f"{place.number:02d}", PLACE, (INSIDE_MM, HOUR_MM - INSIDE_MM), top + BOX_BOTTOM_MM)
    _draw_boxes(ink, top)
    _draw_ticks(ink, top, sheet)
    # Room for a name and a signature: only the line they stand on.
    ink.dotted(PARTY_MM, RIGHT_MM, top + TICK_BASE_MM)
    if place.number > 1:
        rule(ink, (INSIDE_MM, RIGHT_MM), top, HAIR_MM)


def _write(ink: Ink, text: str, style: Style, where: tuple[float, float], base_mm: float) -> float:
    """Where the ink ends. `where` is left and width."""
    left, width = where
    lettering = fit(text, style, one_line(left, width, base_mm))
    ink.write(lettering)
    return left + lettering.width_mm


def _draw_boxes(ink: Ink, top_mm: float) -> None:
    for left, sign in ((HOUR_MM, ":"), (DAY_MM, "/")):
        between, second = left + 2 * BOX_WIDTH_MM, left + 2 * BOX_WIDTH_MM + PAIR_GAP_MM
        _write(ink, sign, SIGN, (between + SIGN_MM[sign], PAIR_GAP_MM), top_mm + BOX_BOTTOM_MM - 1.2)
        _comb(ink, top_mm, [left, left + BOX_WIDTH_MM, second, second + BOX_WIDTH_MM])
    _comb(ink, top_mm, list(_item_boxes()))


def _comb(ink: Ink, top_mm: float, lefts: list[float]) -> None:
    for left in lefts:
        right, top, bottom = left + BOX_WIDTH_MM + LINE_MM, top_mm + BOX_TOP_MM, top_mm + BOX_BOTTOM_MM
        ink.fill(*empty_box(left, top, right, bottom, LINE_MM))


def _item_boxes() -> Iterator[float]:
    left = ITEM_MM
    for group in ITEM_GROUPS:
        for _ in range(group):
            yield left
            left += BOX_WIDTH_MM
        left += GROUP_GAP_MM


def _draw_ticks(ink: Ink, top_mm: float, sheet: OutageSheet) -> None:
    """One after the other, as far as the words are long; all shrink alike where they would reach the signature."""
    size = _size_of_ticks(sheet)
    left = INSIDE_MM
    for place, tick in enumerate(sheet.ticks):
        left = _tick_box(ink, left, top_mm)
        left = _write(ink, tick, Style(TICK.typeface, size, size), (left, RIGHT_MM), top_mm + TICK_BASE_MM)
        if place == sheet.letter_tick:
            left = _tick_box(ink, left + AFTER_TICK_MM, top_mm) - AFTER_TICK_MM
        left += TICK_GAP_MM


def _size_of_ticks(sheet: OutageSheet) -> float:
    boxes = len(sheet.ticks) + (sheet.letter_tick is not None)
    room = PARTY_MM - COLUMN_GAP_MM - INSIDE_MM - boxes * (TICK_SIDE_MM + AFTER_TICK_MM)
    room -= (len(sheet.ticks) - 1) * TICK_GAP_MM
    width_em = sum(ink_width(tick, TICK) for tick in sheet.ticks)
    return min(TICK.largest, points(room) / width_em)


def _tick_box(ink: Ink, left_mm: float, top_mm: float) -> float:
    """Where the words behind it begin."""
    bottom = top_mm + TICK_BASE_MM + 0.4
    ink.fill(*empty_box(left_mm, bottom - TICK_SIDE_MM, left_mm + TICK_SIDE_MM, bottom, LINE_MM))
    return left_mm + TICK_SIDE_MM + AFTER_TICK_MM
