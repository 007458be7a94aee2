"""The plate at the head: its shape says the leg, to whoever cannot read the words or see the colour."""

from dataclasses import dataclass
from math import sqrt

from labels.ink import Ink, Outline, rectangle
from labels.item_label import Leg
from labels.lettering import Frame, Lettering, Style, fit
from labels.stock import Stock
from labels.typefaces import EXTRABOLD, SEMIBOLD

HEIGHT_MM = 17.0
POINT_MM = HEIGHT_MM / 2  # edges at 45 degrees
FRAME_MM = 1.4
TAIL_MM = 13.0
STRIPE_MM = 1.6
GAP_MM = 3.0

LEG_WORD = Style(EXTRABOLD, largest=30, smallest=12)
LEG_WORD_IN_FRAME = Style(EXTRABOLD, largest=27, smallest=12)
DUE_CAPTION = Style(SEMIBOLD, largest=9.5, smallest=7)
DUE = Style(EXTRABOLD, largest=22, smallest=9)
LEG_BASE_MM, LEG_BASE_IN_FRAME_MM = 17.3, 16.9
DUE_CAPTION_BASE_MM, DUE_BASE_MM = 10.9, 18.7
DUE_WIDTH_MM = 40.0


@dataclass(frozen=True, slots=True)
class PlateTexts:
    leg: str
    due_caption: str
    due: str


@dataclass(frozen=True, slots=True)
class _Room:
    """Where letters may stand, in mm."""

    left_mm: float
    right_mm: float


def draw_plate(ink: Ink, stock: Stock, leg: Leg, texts: PlateTexts) -> None:
    room = _draw_shape(ink, stock, leg)
    due = _set_due(texts, stock, room)
    leg_right_mm = min((part.left_mm - GAP_MM for part in due), default=room.right_mm)
    word = _set_leg(texts.leg, leg, stock, _Room(room.left_mm, leg_right_mm))
    write = ink.write if leg is Leg.RESULT else ink.write_reversed
    for part in (word, *due):
        write(part)


def plate_bottom_mm(stock: Stock) -> float:
    return stock.margin_mm + HEIGHT_MM


def _draw_shape(ink: Ink, stock: Stock, leg: Leg) -> _Room:
    left, right, shoulder = stock.margin_mm, stock.right_mm, stock.right_mm - POINT_MM
    match leg:
        case Leg.SUBMISSION:
            ink.fill(_pointing_right(left, stock))
            return _Room(left + 4, shoulder - 1.2)
        case Leg.RESULT:
            ink.fill(_pointing_left(stock, inset_mm=0), _pointing_left(stock, inset_mm=FRAME_MM))
            return _Room(left + POINT_MM + 2.5, right - 4.2)
        case Leg.SUPPLEMENT:
            ink.hatch(_stripes(stock), rectangle(left, stock.margin_mm, left + TAIL_MM, plate_bottom_mm(stock)))
            ink.fill(_pointing_right(left + TAIL_MM, stock))
            return _Room(left + TAIL_MM + 4, shoulder - 1.2)


def _pointing_right(left_mm: float, stock: Stock) -> Outline:
    top, bottom, right = stock.margin_mm, plate_bottom_mm(stock), stock.right_mm
    shoulder = right - POINT_MM
    return ((left_mm, top), (shoulder, top), (right, (top + bottom) / 2), (shoulder, bottom), (left_mm, bottom))


def _pointing_left(stock: Stock, inset_mm: float) -> Outline:
    """`inset_mm` is measured square to every edge, so the frame is equally thick at the point."""
    top, bottom, right = stock.margin_mm + inset_mm, plate_bottom_mm(stock) - inset_mm, stock.right_mm - inset_mm
    point = stock.margin_mm + inset_mm * sqrt(2)
    shoulder = point + POINT_MM - inset_mm
    return ((point, (top + bottom) / 2), (shoulder, top), (right, top), (right, bottom), (shoulder, bottom))


def _stripes(stock: Stock) -> list[Outline]:
    top, bottom, left = stock.margin_mm, plate_bottom_mm(stock), stock.margin_mm
    pitch = 2 * STRIPE_MM * sqrt(2)
    starts = [left - HEIGHT_MM + place * pitch for place in range(int((TAIL_MM + HEIGHT_MM) / pitch) + 1)]
    return [
        ((x + HEIGHT_MM, top), (x + HEIGHT_MM + pitch / 2, top), (x + pitch / 2, bottom), (x, bottom)) for x in starts
    ]


def _set_due(texts: PlateTexts, stock: Stock, room: _Room) -> tuple[Lettering, ...]:
    """Flush left with each other, the wider one reaching the right end."""
    if not texts.due:
        return ()
    top, bottom = stock.margin_mm + FRAME_MM, plate_bottom_mm(stock) - FRAME_MM
    caption = fit(
        texts.due_caption, DUE_CAPTION, Frame(0, DUE_WIDTH_MM, top, bottom, DUE_CAPTION_BASE_MM, DUE_CAPTION_BASE_MM)
    )
    due = fit(texts.due, DUE, Frame(0, DUE_WIDTH_MM, caption.lines[0].base_mm, bottom, DUE_BASE_MM, DUE_BASE_MM))
    left = room.right_mm - max(caption.width_mm, due.width_mm)
    return caption.moved_to(left), due.moved_to(left)


def _set_leg(word: str, leg: Leg, stock: Stock, room: _Room) -> Lettering:
    top, bottom = stock.margin_mm + FRAME_MM, plate_bottom_mm(stock) - FRAME_MM
    framed = leg is Leg.RESULT
    base = LEG_BASE_IN_FRAME_MM if framed else LEG_BASE_MM
    frame = Frame(room.left_mm, room.right_mm - room.left_mm, top, bottom, base, base)
    return fit(word, LEG_WORD_IN_FRAME if framed else LEG_WORD, frame)
