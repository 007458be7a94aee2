"""The zones of the small labels: square at the left, what a sorter reads beside it, Code 128 under both."""

from collections.abc import Callable
from dataclasses import dataclass

from labels.code128 import encode_code128
from labels.ink import Ink, rectangle
from labels.item_label import ItemLabel, LabelWords
from labels.item_zones import COLUMN_GAP_MM, GAP_MM, grouped, one_line
from labels.lettering import Frame, Lettering, Style, fit
from labels.plate import HALF, QUARTER, PlateSize, PlateTexts, draw_plate, plate_bottom_mm
from labels.qr import encode_qr
from labels.stock import Stock
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD

CAPTION_GAP_MM = 1.2
CAPTION_SHARE = 0.4  # of a fact's line, at most
COPY_PLATE_MM = 0.8
COPY_SHARE = 0.22  # of the number's line, at most


@dataclass(frozen=True, slots=True)
class Measures:
    """In mm from the label's top left. As many facts are printed as there are base lines for them."""

    plate: PlateSize
    qr_left_mm: float
    qr_top_mm: float
    text_left_mm: float
    destination: Style
    destination_base_mm: float
    destination_last_base_mm: float
    second_line: Style
    second_base_mm: float
    fact: Style
    fact_bases_mm: tuple[float, ...]
    bars_height_mm: float
    number: Style
    number_base_mm: float


Zones = Callable[[Ink, Stock, ItemLabel, LabelWords], None]

HALF_A6 = Measures(
    plate=HALF,
    qr_left_mm=5.0,
    qr_top_mm=19.2,
    text_left_mm=33.5,
    destination=Style(EXTRABOLD, largest=46, smallest=10, tracking=-0.0167),
    destination_base_mm=31.2,
    destination_last_base_mm=31.8,
    second_line=Style(SEMIBOLD, largest=14, smallest=7),
    second_base_mm=38.2,
    fact=Style(SEMIBOLD, largest=9, smallest=6),
    fact_bases_mm=(42.6, 46.0, 49.4),
    bars_height_mm=11.5,
    number=Style(SEMIBOLD, largest=15, smallest=10, tracking=0.0224),
    number_base_mm=68.7,
)
AVERY_7165 = Measures(
    plate=HALF,
    qr_left_mm=3.2,
    qr_top_mm=17.1,
    text_left_mm=31.6,
    destination=HALF_A6.destination,
    destination_base_mm=28.2,
    destination_last_base_mm=28.5,
    second_line=HALF_A6.second_line,
    second_base_mm=34.2,
    fact=HALF_A6.fact,
    fact_bases_mm=(38.3, 41.6, 44.9),
    bars_height_mm=10.5,
    number=HALF_A6.number,
    number_base_mm=63.4,
)
QUARTER_A6 = Measures(
    plate=QUARTER,
    qr_left_mm=2.7,
    qr_top_mm=13.6,
    text_left_mm=26.3,
    destination=Style(EXTRABOLD, largest=36, smallest=8, tracking=-0.0167),
    destination_base_mm=22.4,
    destination_last_base_mm=23.0,
    second_line=Style(SEMIBOLD, largest=11, smallest=6),
    second_base_mm=27.8,
    fact=Style(SEMIBOLD, largest=8, smallest=5.5),
    fact_bases_mm=(32.2, 35.6),
    bars_height_mm=6.8,
    number=Style(SEMIBOLD, largest=10, smallest=8, tracking=0.0224),
    number_base_mm=47.8,
)


def zones_of(measures: Measures) -> Zones:
    """Draws one label by these measures; its texts are `printable` already. Raises LabelRefused as `draw_zones`."""

    def draw(ink: Ink, stock: Stock, label: ItemLabel, words: LabelWords) -> None:
        qr = encode_qr(label.tracking_url, "tracking_url")
        bars = encode_code128(label.item_number, "item_number")
        caption = words.urgent if label.is_urgent else words.due
        texts = PlateTexts(words.of(label.leg).plate, caption, label.due)
        draw_plate(ink, stock, label.leg, texts, measures.plate)
        ink.qr(qr, measures.qr_left_mm, measures.qr_top_mm)
        _draw_place(ink, stock, label, measures)
        _draw_facts(ink, stock, facts_by_importance(label, words), measures)
        ink.code128(bars, stock, stock.bars_top_mm, measures.bars_height_mm)
        _draw_number(ink, stock, label, words, measures)

    return draw


def facts_by_importance(label: ItemLabel, words: LabelWords) -> list[tuple[str, str]]:
    """Caption and fact; a label too small for all of them leaves the last ones out."""
    finder = words.finder.format(hotline=label.hotline) if label.hotline else ""
    facts = (
        (words.of(label.leg).person, label.person),
        (words.seal, label.seal),
        (words.sent_from, label.sent_from),
        ("", finder),
    )
    return [(caption, fact) for caption, fact in facts if fact]


def _draw_place(ink: Ink, stock: Stock, label: ItemLabel, measures: Measures) -> None:
    second = _set_second_line(label, stock, measures)
    for part in second:
        ink.write(part)
    frame = Frame(
        left_mm=measures.text_left_mm,
        width_mm=stock.right_mm - measures.text_left_mm,
        top_mm=plate_bottom_mm(stock, measures.plate) + GAP_MM,
        bottom_mm=min((part.top_mm - GAP_MM / 2 for part in second), default=measures.second_base_mm),
        base_mm=measures.destination_base_mm,
        last_base_mm=measures.destination_last_base_mm,
        most_lines=3,
    )
    ink.write(fit(label.destination, measures.destination, frame))


def _set_second_line(label: ItemLabel, stock: Stock, measures: Measures) -> list[Lettering]:
    parts, left, right = [], measures.text_left_mm, stock.right_mm
    if label.second_code:
        code = fit(label.second_code, measures.second_line, one_line(left, (right - left) / 2, measures.second_base_mm))
        parts.append(code.flush_right(right))
        right -= code.width_mm + COLUMN_GAP_MM
    if label.second_line:
        line = one_line(left, right - left, measures.second_base_mm)
        parts.append(fit(label.second_line, measures.second_line, line))
    return parts


def _draw_facts(ink: Ink, stock: Stock, facts: list[tuple[str, str]], measures: Measures) -> None:
    for (caption, fact), base_mm in zip(facts, measures.fact_bases_mm, strict=False):
        left = measures.text_left_mm
        if caption:
            style = Style(REGULAR, measures.fact.largest, measures.fact.smallest)
            setting = fit(caption, style, one_line(left, (stock.right_mm - left) * CAPTION_SHARE, base_mm))
            ink.write(setting)
            left += setting.width_mm + CAPTION_GAP_MM
        ink.write(fit(fact, measures.fact, one_line(left, stock.right_mm - left, base_mm)))


def _draw_number(ink: Ink, stock: Stock, label: ItemLabel, words: LabelWords, measures: Measures) -> None:
    base, width = measures.number_base_mm, stock.right_mm - stock.margin_mm
    number = fit(grouped(label.item_number), measures.number, one_line(0, width * (1 - 2 * COPY_SHARE), base))
    ink.write(number.moved_to((stock.width_mm - number.width_mm) / 2))
    text = words.copy.format(number=label.copy_number)
    line = one_line(0, width * COPY_SHARE - 2 * COPY_PLATE_MM, base)
    copy = fit(text, measures.fact, line).flush_right(stock.right_mm - COPY_PLATE_MM)
    if label.copy_number == 1:
        ink.write(copy)
        return
    top, bottom = copy.top_mm - COPY_PLATE_MM, min(base + COPY_PLATE_MM, stock.height_mm - stock.margin_mm)
    ink.fill(rectangle(copy.left_mm - COPY_PLATE_MM, top, stock.right_mm, bottom))
    ink.write_reversed(copy)
