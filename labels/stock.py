"""Paper and print heads: millimetres of the paper, dots of the head."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class Stock:
    """`source` is the standard that gives the size; `bars_top_mm` is where the Code 128 begins, on papers with one."""

    name: str
    width_mm: float
    height_mm: float
    margin_mm: float
    bars_top_mm: float
    source: str

    @property
    def right_mm(self) -> float:
        return self.width_mm - self.margin_mm


@dataclass(frozen=True, slots=True)
class PrintHead:
    """Every code is drawn in whole dots: a module of 7.4 dots prints as 7 here and 8 there, and scanners stumble."""

    dpi: int
    qr_module_dots: int
    narrow_bar_dots: int
    small_module_dots: int

    def dots(self, length_mm: float) -> int:
        return round(length_mm * self.dpi / MM_PER_INCH)

    def points(self, dots: int) -> float:
        return dots * POINTS_PER_INCH / self.dpi


A6 = Stock("A6", width_mm=105, height_mm=148, margin_mm=5, bars_top_mm=116, source="ISO 216")
LABEL_100X150 = Stock("100x150", width_mm=100, height_mm=150, margin_mm=5, bars_top_mm=118, source="roll, by its size")
LABEL_80X50 = Stock("80x50", width_mm=80, height_mm=50, margin_mm=2, bars_top_mm=37.6, source="roll, by its size")
A4 = Stock("A4", width_mm=210, height_mm=297, margin_mm=15, bars_top_mm=0, source="ISO 216")

# 203, 300 and 600 dpi are the heads of the label printers in the trade; office printers take any.
PRINT_HEADS: Mapping[int, PrintHead] = MappingProxyType(
    {
        head.dpi: head
        for head in (
            PrintHead(203, qr_module_dots=7, narrow_bar_dots=4, small_module_dots=4),
            PrintHead(300, qr_module_dots=10, narrow_bar_dots=6, small_module_dots=6),
            PrintHead(600, qr_module_dots=20, narrow_bar_dots=12, small_module_dots=12),
        )
    }
)

# On a label of half the size: the same heads, codes of fewer dots.
HALF_SIZE_HEADS: Mapping[int, PrintHead] = MappingProxyType(
    {
        head.dpi: head
        for head in (
            PrintHead(203, qr_module_dots=6, narrow_bar_dots=4, small_module_dots=4),
            PrintHead(300, qr_module_dots=9, narrow_bar_dots=6, small_module_dots=6),
            PrintHead(600, qr_module_dots=18, narrow_bar_dots=12, small_module_dots=12),
        )
    }
)

# 156 bars and 20 free ones are 66 mm at 3 dots of 203 dpi, so a label of 80 mm holds the Code 128 at every head.
QUARTER_SIZE_HEADS: Mapping[int, PrintHead] = MappingProxyType(
    {
        head.dpi: head
        for head in (
            PrintHead(203, qr_module_dots=5, narrow_bar_dots=3, small_module_dots=4),
            PrintHead(300, qr_module_dots=7, narrow_bar_dots=5, small_module_dots=6),
            PrintHead(600, qr_module_dots=15, narrow_bar_dots=10, small_module_dots=12),
        )
    }
)


def points(length_mm: float) -> float:
    return length_mm * POINTS_PER_INCH / MM_PER_INCH


def millimetres(length_points: float) -> float:
    return length_points * MM_PER_INCH / POINTS_PER_INCH
