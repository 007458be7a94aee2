"""The plate at the head: its shape says the leg, to whoever cannot read the words or see the colour."""

from dataclasses import dataclass, replace
from math import sqrt

from labels.ink import Ink, Outline, rectangle
from labels.item_label import Leg
from labels.lettering import Frame, Lettering, Style, fit
from labels.stock import Stock
from labels.typefaces import EXTRABOLD, SEMIBOLD


@dataclass(frozen=True, slots=True)
class PlateSize:
    """Base lines are measured from the plate's top; with `due_in_line` the caption stands left of the date."""

    height_mm: float
    frame_mm: float
    tail_mm: float
    stripe_mm: float
    gap_mm: float
    leg: Style
    leg_in_frame: Style
    caption: Style
    due: Style
    leg_base_mm: float
    leg_base_in_frame_mm: float
    caption_base_mm: float
    due_base_mm: float
    due_width_mm: float
    due_in_line: bool = False

    @property
    def point_mm(self) -> float:
        """Edges at 45 degrees."""
        return self.height_mm / 2


LARGE = PlateSize(
    height_mm=17.0,
    frame_mm=1.4,
    tail_mm=13.0,
    stripe_mm=1.6,
    gap_mm=3.0,
    leg=Style(EXTRABOLD, largest=30, smallest=12),
    leg_in_frame=Style(EXTRABOLD, largest=27, smallest=12),
    caption=Style(SEMIBOLD, largest=9.5, smallest=7),
    due=Style(EXTRABOLD, largest=22, smallest=9),
    leg_base_mm=12.3,
    leg_base_in_frame_mm=11.9,
    caption_base_mm=5.9,
    due_base_mm=13.7,
    due_width_mm=40.0,
)
HALF = PlateSize(
    height_mm=11.0,
    frame_mm=0.9,
    tail_mm=9.0,
    stripe_mm=1.1,
    gap_mm=2.5,
    leg=Style(EXTRABOLD, largest=20, smallest=8),
    leg_in_frame=Style(EXTRABOLD, largest=19, smallest=8),
    caption=Style(SEMIBOLD, largest=17, smallest=6),
    due=Style(EXTRABOLD, largest=17, smallest=7),
    leg_base_mm=8.0,
    leg_base_in_frame_mm=7.9,
    caption_base_mm=7.8,
    due_base_mm=7.8,
    due_width_mm=24.0,
    due_in_line=True,
)
QUARTER = PlateSize(
    height_mm=9.0,
    frame_mm=0.7,
    tail_mm=7.0,
    stripe_mm=0.9,
    gap_mm=2.0,
    leg=Style(EXTRABOLD, largest=16, smallest=7),
    leg_in_frame=Style(EXTRABOLD, largest=15, smallest=7),
    caption=Style(SEMIBOLD, largest=13.5, smallest=5),
    due=Style(EXTRABOLD, largest=13.5, smallest=6),
    leg_base_mm=6.4,
    leg_base_in_frame_mm=6.35,
    caption_base_mm=6.3,
    due_base_mm=6.3,
    due_width_mm=18.0,
    due_in_line=True,
)
IN_LINE_GAP_MM = 1.4

# Urgency is for whoever sorts, a metre away; so it takes as much room as the date.
URGENT = Style(EXTRABOLD, largest=17, smallest=7)
LARGE_URGENT = replace(LARGE, caption=URGENT, due=URGENT, caption_base_mm=7.3, due_base_mm=14.2, due_width_mm=30.0)


@dataclass(frozen=True, slots=True)
class PlateTexts:
    leg: str
    due_caption: str
    due: str
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class _Room:
    """Where letters may stand, in mm."""

    left_mm: float
    right_mm: float


def draw_plate(ink: Ink, stock: Stock, leg: Leg, texts: PlateTexts, size: PlateSize = LARGE) -> None:
    room = _draw_shape(ink, stock, leg, size)
    due = _set_due(texts, stock, room, LARGE_URGENT if texts.is_urgent and size is LARGE else size)
    leg_right_mm = min((part.left_mm - size.gap_mm for part in due), default=room.right_mm)
    word = _set_leg(texts.leg, leg, _Room(room.left_mm, leg_right_mm), stock, size)
    write = ink.write if leg is Leg.RESULT else ink.write_reversed
    for part in (word, *due):
        write(part)


def plate_bottom_mm(stock: Stock, size: PlateSize = LARGE) -> float:
    return stock.margin_mm + size.height_mm


def _draw_shape(ink: Ink, stock: Stock, leg: Leg, size: PlateSize) -> _Room:
    left, right, shoulder = stock.margin_mm, stock.right_mm, stock.right_mm - size.point_mm
    inside = 4 * size.height_mm / LARGE.height_mm
    match leg:
        case Leg.SUBMISSION:
            ink.fill(_pointing_right(left, stock, size))
            return _Room(left + inside, shoulder - 0.3 * inside)
        case Leg.RESULT:
            ink.fill(_pointing_left(stock, size, inset_mm=0), _pointing_left(stock, size, inset_mm=size.frame_mm))
            return _Room(left + size.point_mm + 0.625 * inside, right - 1.05 * inside)
        case Leg.SUPPLEMENT:
            tail = left + size.tail_mm
            ink.hatch(_stripes(stock, size), rectangle(left, stock.margin_mm, tail, plate_bottom_mm(stock, size)))
            ink.fill(_pointing_right(tail, stock, size))
            return _Room(tail + inside, shoulder - 0.3 * inside)


def _pointing_right(left_mm: float, stock: Stock, size: PlateSize) -> Outline:
    top, bottom, right = stock.margin_mm, plate_bottom_mm(stock, size), stock.right_mm
    shoulder = right - size.point_mm
    return ((left_mm, top), (shoulder, top), (right, (top + bottom) / 2), (shoulder, bottom), (left_mm, bottom))


def _pointing_left(stock: Stock, size: PlateSize, inset_mm: float) -> Outline:
    """`inset_mm` is measured square to every edge, so the frame is equally thick at the point."""
    top, bottom = stock.margin_mm + inset_mm, plate_bottom_mm(stock, size) - inset_mm
    right = stock.right_mm - inset_mm
    point = stock.margin_mm + inset_mm * sqrt(2)
    shoulder = point + size.point_mm - inset_mm
    return ((point, (top + bottom) / 2), (shoulder, top), (right, top), (right, bottom), (shoulder, bottom))


def _stripes(stock: Stock, size: PlateSize) -> list[Outline]:
    top, bottom, left, height = stock.margin_mm, plate_bottom_mm(stock, size), stock.margin_mm, size.height_mm
    pitch = 2 * size.stripe_mm * sqrt(2)
    starts = [left - height + place * pitch for place in range(int((size.tail_mm + height) / pitch) + 1)]
    return [((x + height, top), (x + height + pitch / 2, top), (x + pitch / 2, bottom), (x, bottom)) for x in starts]


def _set_due(texts: PlateTexts, stock: Stock, room: _Room, size: PlateSize) -> tuple[Lettering, ...]:
    """Flush left with each other, the wider one reaching the right end; or caption and date in one line."""
    if not texts.due:
        return ()
    top, bottom = stock.margin_mm + size.frame_mm, plate_bottom_mm(stock, size) - size.frame_mm
    width, caption_base = size.due_width_mm, stock.margin_mm + size.caption_base_mm
    caption = fit(texts.due_caption, size.caption, Frame(0, width, top, bottom, caption_base, caption_base))
    due_base = stock.margin_mm + size.due_base_mm
    due_top = top if size.due_in_line else caption.lines[0].base_mm
    due = fit(texts.due, size.due, Frame(0, width, due_top, bottom, due_base, due_base))
    if size.due_in_line:
        due = due.flush_right(room.right_mm)
        return caption.flush_right(due.left_mm - IN_LINE_GAP_MM), due
    left = room.right_mm - max(caption.width_mm, due.width_mm)
    return caption.moved_to(left), due.moved_to(left)


def _set_leg(word: str, leg: Leg, room: _Room, stock: Stock, size: PlateSize) -> Lettering:
    top, bottom = stock.margin_mm + size.frame_mm, plate_bottom_mm(stock, size) - size.frame_mm
    framed = leg is Leg.RESULT
    base = stock.margin_mm + (size.leg_base_in_frame_mm if framed else size.leg_base_mm)
    frame = Frame(room.left_mm, room.right_mm - room.left_mm, top, bottom, base, base)
    return fit(word, size.leg_in_frame if framed else size.leg, frame)
