"""An outage sheet's page: whose it is, its number, what to do, the rows, and who signs for the whole. In mm."""

from labels.furniture import draw_foot_line, draw_nation, rule
from labels.ink import Ink
from labels.item_zones import one_line
from labels.lettering import Frame, Style, fit
from labels.outage_sheet import OutageSheet, SheetWords
from labels.qr import encode_small_qr
from labels.sheet_rows import LEFT_MM, PITCH_MM, RIGHT_MM, RowPlace, draw_heads, draw_row
from labels.typefaces import EXTRABOLD, REGULAR, SEMIBOLD

OFFICE = Style(SEMIBOLD, largest=9.5, smallest=7)
NATION = Style(SEMIBOLD, largest=9.5, smallest=7)
HEADING = Style(EXTRABOLD, largest=25, smallest=14, tracking=-0.01)
NUMBER = Style(SEMIBOLD, largest=19, smallest=11)
PRINTED = Style(REGULAR, largest=9, smallest=7)
HOW = Style(REGULAR, largest=9.5, smallest=7)
SMALL = Style(REGULAR, largest=8, smallest=6)
SIGNED = Style(SEMIBOLD, largest=8.5, smallest=7)

EDGES_MM = LEFT_MM, RIGHT_MM
HEAD_TOP_MM, HEAD_BASE_MM, MOTTO_BASE_MM, OFFICE_BOTTOM_MM = 11.0, 16.0, 20.6, 22.2
HEAD_RULE_MM, RULE_THICK_MM, THIN_MM = 25.6, 0.9, 0.25
HALF_MM, OFFICE_MM = 78.0, 72.0
SQUARE_LEFT_MM, SQUARE_TOP_MM = 173.1, 29.0  # flush right: 25 modules of 7 dots at 203 dpi are 21.9 mm
TEXT_WIDTH_MM = 147.0
HEADING_BASE_MM, NUMBER_BASE_MM, PRINTED_BASE_MM = 37.0, 46.3, 51.6
HOW_BASE_MM, HOW_PITCH_MM = 58.6, 4.6
TABLE_TOP_MM, HEADS_BASE_MM, FIRST_ROW_MM = 71.0, 75.0, 77.4
ABOVE_ROWS_MM, BELOW_ROWS_MM = 0.9, 1.2  # so that no rule stands in a square's quiet zone
LEGEND_BASE_MM = 267.4
SIGNED_BASE_MM = 277.5
FOOT_RULE_MM, FOOT_BASE_MM = 282.2, 286.0


def draw_page(ink: Ink, sheet: OutageSheet, words: SheetWords) -> None:
    """Both texts are `printable` already. Raises LabelRefused when a code cannot be encoded."""
    _draw_head(ink, sheet, words)
    _draw_title(ink, sheet, words)
    rule(ink, EDGES_MM, TABLE_TOP_MM, RULE_THICK_MM)
    draw_heads(ink, HEADS_BASE_MM, words)
    rule(ink, EDGES_MM, FIRST_ROW_MM - ABOVE_ROWS_MM, THIN_MM)
    for place, code in enumerate(sheet.rows):
        draw_row(ink, RowPlace(place + 1, code, FIRST_ROW_MM + place * PITCH_MM), sheet)
    rule(ink, EDGES_MM, FIRST_ROW_MM + len(sheet.rows) * PITCH_MM + BELOW_ROWS_MM, RULE_THICK_MM)
    _draw_foot(ink, sheet, words)


def _draw_head(ink: Ink, sheet: OutageSheet, words: SheetWords) -> None:
    office = Frame(LEFT_MM, OFFICE_MM, HEAD_TOP_MM, OFFICE_BOTTOM_MM, HEAD_BASE_MM, MOTTO_BASE_MM, most_lines=2)
    ink.write(fit(sheet.office, OFFICE, office))
    draw_nation(ink, (words.nation, words.motto), NATION, (RIGHT_MM, HALF_MM), (HEAD_BASE_MM, MOTTO_BASE_MM))
    rule(ink, EDGES_MM, HEAD_RULE_MM, RULE_THICK_MM)


def _draw_title(ink: Ink, sheet: OutageSheet, words: SheetWords) -> None:
    ink.write(fit(words.heading, HEADING, one_line(LEFT_MM, TEXT_WIDTH_MM, HEADING_BASE_MM)))
    ink.write(fit(sheet.number, NUMBER, one_line(LEFT_MM, TEXT_WIDTH_MM, NUMBER_BASE_MM)))
    ink.write(fit(sheet.printed, PRINTED, one_line(LEFT_MM, TEXT_WIDTH_MM, PRINTED_BASE_MM)))
    ink.qr(encode_small_qr(sheet.number, "number"), SQUARE_LEFT_MM, SQUARE_TOP_MM)
    for place, line in enumerate(words.how):
        base = HOW_BASE_MM + place * HOW_PITCH_MM
        ink.write(fit(line, HOW, one_line(LEFT_MM, RIGHT_MM - LEFT_MM, base)))


def _draw_foot(ink: Ink, sheet: OutageSheet, words: SheetWords) -> None:
    if sheet.legend:
        ink.write(fit(sheet.legend, SMALL, one_line(LEFT_MM, RIGHT_MM - LEFT_MM, LEGEND_BASE_MM)))
    middle = (LEFT_MM + RIGHT_MM) / 2
    for left, right, text in ((LEFT_MM, middle - 4, words.writer), (middle + 4, RIGHT_MM, words.enterer)):
        caption = fit(text, SIGNED, one_line(left, right - left, SIGNED_BASE_MM))
        ink.write(caption)
        ink.dotted(left + caption.width_mm + 2, right, SIGNED_BASE_MM)
    ink.dotted(LEFT_MM, RIGHT_MM, FOOT_RULE_MM)
    draw_foot_line(ink, (words.foot, sheet.number), SMALL, EDGES_MM, FOOT_BASE_MM)
