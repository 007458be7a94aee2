"""The zones of an item's label, in mm from the top left (design rules of the A6 label)."""

from collections.abc import Sequence
from functools import cache

from labels.code128 import encode_code128
from labels.ink import Ink, rectangle
from labels.item_label import ItemLabel, LabelWords
from labels.lettering import Frame, Lettering, Style, fit
from labels.plate import PlateTexts, draw_plate, plate_bottom_mm
from labels.qr import encode_qr
from labels.stock import Stock
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD

DESTINATION = Style(EXTRABOLD, largest=68, smallest=16, tracking=-0.0167)
SECOND_LINE = Style(SEMIBOLD, largest=22, smallest=11)
CAPTION = Style(REGULAR, largest=8, smallest=6)
FACT = Style(SEMIBOLD, largest=12.5, smallest=7)
FINDER = Style(REGULAR, largest=8.5, smallest=6)
COPY = Style(SEMIBOLD, largest=8.5, smallest=6)
NUMBER = Style(SEMIBOLD, largest=19, smallest=12, tracking=0.0224)

GAP_MM = 1.0  # between the ink of two zones
PLATE_GAP_MM = 1.6
COLUMN_GAP_MM = 3.0
DESTINATION_BASE_MM, DESTINATION_LAST_BASE_MM = 46.0, 45.0
SECOND_BASE_MM, SECOND_TOP_MM, SECOND_LAST_BASE_MM = 57.0, 48.5, 59.0
RULE_MM, RULE_THICK_MM = 62.0, 1.1
QR_LEFT_MM, QR_TOP_MM = 5.0, 67.5
FACTS_LEFT_MM, FACTS_BASE_MM, FACT_PITCH_MM = 42.0, 70.2, 10.4
FINDER_BASE_MM, DOTTED_RULE_MM = 108.0, 111.0
COPY_PLATE_ABOVE_MM, COPY_PLATE_BELOW_MM, COPY_PLATE_SIDE_MM = 3.6, 1.4, 1.6
COPY_WIDTH_MM = 30.0
BARS_HEIGHT_MM, NUMBER_UNDER_BARS_TOP_MM = 17.0, 24.5


def draw_zones(ink: Ink, stock: Stock, label: ItemLabel, words: LabelWords) -> None:
    """Both texts are `printable` already. Raises LabelRefused when the address or the number cannot be encoded."""
    qr = encode_qr(label.tracking_url, "tracking_url")
    bars = encode_code128(label.item_number, "item_number")
    caption = words.urgent if label.is_urgent else words.due
    facts = _facts(label, words)
    ink.part(_draw_rules, stock, tuple([caption if fact else "" for caption, fact in facts]))
    ink.part(draw_plate, stock, label.leg, PlateTexts(words.of(label.leg).plate, caption, label.due, label.is_urgent))
    ink.part(_draw_place, stock, label.destination, label.second_line, label.second_code)
    ink.qr(qr, QR_LEFT_MM, QR_TOP_MM)
    for place, (_, fact) in enumerate(facts):
        _draw_fact(ink, stock, fact, place)
    _draw_finder_line(ink, stock, label, words)
    ink.code128(bars, stock, stock.bars_top_mm, BARS_HEIGHT_MM)
    _draw_number(ink, stock, label.item_number)


def _facts(label: ItemLabel, words: LabelWords) -> Sequence[tuple[str, str]]:
    """Caption and fact; where there is no fact the caption is not drawn either."""
    return (
        (words.sent_from, label.sent_from),
        (words.of(label.leg).person, label.person),
        (words.seal, label.seal),
    )


def _draw_rules(ink: Ink, stock: Stock, captions: Sequence[str]) -> None:
    half = RULE_THICK_MM / 2
    ink.fill(rectangle(stock.margin_mm, RULE_MM - half, stock.right_mm, RULE_MM + half))
    ink.dotted_rule(stock, DOTTED_RULE_MM)
    for place, caption in enumerate(captions):
        if caption:
            base = FACTS_BASE_MM + place * FACT_PITCH_MM
            ink.write(fit(caption, CAPTION, one_line(FACTS_LEFT_MM, stock.right_mm - FACTS_LEFT_MM, base)))


def _draw_place(ink: Ink, stock: Stock, destination: str, second_line: str, second_code: str) -> None:
    second = _set_second_line(second_line, second_code, stock)
    for part in second:
        ink.write(part)
    bottom = min((part.top_mm - GAP_MM for part in second), default=SECOND_BASE_MM)
    frame = Frame(
        left_mm=stock.margin_mm,
        width_mm=stock.right_mm - stock.margin_mm,
        top_mm=plate_bottom_mm(stock) + PLATE_GAP_MM,
        bottom_mm=bottom,
        base_mm=DESTINATION_BASE_MM,
        last_base_mm=DESTINATION_LAST_BASE_MM,
        most_lines=3,
    )
    ink.write(fit(destination, DESTINATION, frame))


def _set_second_line(line: str, code: str, stock: Stock) -> list[Lettering]:
    parts = []
    right = stock.right_mm
    if code:
        set_code = fit(code, SECOND_LINE, _second_frame(stock.margin_mm, (right - stock.margin_mm) / 2, 1))
        parts.append(set_code.flush_right(right))
        right -= set_code.width_mm + COLUMN_GAP_MM
    if line:
        frame = _second_frame(stock.margin_mm, right - stock.margin_mm, most_lines=2)
        parts.append(fit(line, SECOND_LINE, frame))
    return parts


def _second_frame(left_mm: float, width_mm: float, most_lines: int) -> Frame:
    bottom = RULE_MM - RULE_THICK_MM / 2
    return Frame(left_mm, width_mm, SECOND_TOP_MM, bottom, SECOND_BASE_MM, SECOND_LAST_BASE_MM, most_lines)


def _draw_fact(ink: Ink, stock: Stock, fact: str, place: int) -> None:
    if fact:
        ink.write(fit(fact, FACT, _fact_frame(stock, place)))


@cache
def _fact_frame(stock: Stock, place: int) -> Frame:
    base = FACTS_BASE_MM + place * FACT_PITCH_MM
    return Frame(
        left_mm=FACTS_LEFT_MM,
        width_mm=stock.right_mm - FACTS_LEFT_MM,
        top_mm=base + 0.6,
        bottom_mm=base + 7.9,
        base_mm=base + 5.0,
        last_base_mm=base + 6.9,
        most_lines=2,
    )


def _draw_finder_line(ink: Ink, stock: Stock, label: ItemLabel, words: LabelWords) -> None:
    finder = words.finder.format(hotline=label.hotline) if label.hotline else ""
    ink.part(_draw_copy_line, stock, finder, words.copy.format(number=label.copy_number), label.copy_number > 1)


def _draw_copy_line(ink: Ink, stock: Stock, finder: str, copy_text: str, is_reprint: bool) -> None:
    copy = fit(copy_text, COPY, one_line(0, COPY_WIDTH_MM, FINDER_BASE_MM)).flush_right(stock.right_mm)
    if is_reprint:
        copy = _draw_copy_plate(ink, stock, copy)
    else:
        ink.write(copy)
    if finder:
        width = copy.left_mm - COPY_PLATE_SIDE_MM - COLUMN_GAP_MM - stock.margin_mm
        ink.write(fit(finder, FINDER, one_line(stock.margin_mm, width, FINDER_BASE_MM)))


def _draw_copy_plate(ink: Ink, stock: Stock, copy: Lettering) -> Lettering:
    """A reprint is told from the first label at a glance."""
    inside = copy.flush_right(stock.right_mm - COPY_PLATE_SIDE_MM)
    top, bottom = FINDER_BASE_MM - COPY_PLATE_ABOVE_MM, FINDER_BASE_MM + COPY_PLATE_BELOW_MM
    ink.fill(rectangle(inside.left_mm - COPY_PLATE_SIDE_MM, top, stock.right_mm, bottom))
    ink.write_reversed(inside)
    return inside


def _draw_number(ink: Ink, stock: Stock, number: str) -> None:
    base = stock.bars_top_mm + NUMBER_UNDER_BARS_TOP_MM
    lettering = fit(grouped(number), NUMBER, one_line(0, stock.right_mm - stock.margin_mm, base))
    ink.write(lettering.moved_to((stock.width_mm - lettering.width_mm) / 2))


def grouped(number: str) -> str:
    return " ".join((number[:2], number[2:5], number[5:8], number[8:11], number[11:]))


def one_line(left_mm: float, width_mm: float, base_mm: float) -> Frame:
    """Shrinks for width only: there is room above and below."""
    return Frame(left_mm, width_mm, top_mm=0, bottom_mm=base_mm * 2, base_mm=base_mm, last_base_mm=base_mm)
