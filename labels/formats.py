"""Every paper a label can be printed on, by the name that the command, the API and the screens use."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from labels.compact_zones import AVERY_7165, HALF_A6, QUARTER_A6, Zones, zones_of
from labels.item_zones import draw_zones
from labels.stock import (
    A4,
    A6,
    HALF_SIZE_HEADS,
    LABEL_80X50,
    LABEL_100X150,
    PRINT_HEADS,
    QUARTER_SIZE_HEADS,
    PrintHead,
    Stock,
)

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """`corners` are the top left of each cell in mm, in reading order; a roll has one cell, which is the page."""

    name: str
    page: Stock
    cell: Stock
    corners: tuple[Corner, ...]
    heads: Mapping[int, PrintHead]
    draw: Zones

    @property
    def is_sheet(self) -> bool:
        return len(self.corners) > 1


@dataclass(frozen=True, slots=True)
class _Grid:
    """Of a sheet of labels: how many, where the first begins, and from one's edge to the next one's."""

    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float

    def corners(self) -> tuple[Corner, ...]:
        return tuple(
            (self.left_mm + column * self.pitch_x_mm, self.top_mm + row * self.pitch_y_mm)
            for row in range(self.rows)
            for column in range(self.columns)
        )


GLABELS = "templates of gLabels, github.com/jimevins/glabels-qt"
HERMA_10809 = Stock("Herma 10809", 105, 148, margin_mm=5, bars_top_mm=116, source=f"herma-iso-templates.xml, {GLABELS}")
EIGHTH = Stock("A7 across", 105, 74, margin_mm=5, bars_top_mm=51.8, source="ISO 216, A4 cut three times")
AVERY_L7165 = Stock(
    "Avery L7165", 99.06, 67.73, margin_mm=3, bars_top_mm=47.0, source=f"7165 in avery-iso-templates.xml, {GLABELS}"
)
AVERY_L4785 = Stock("Avery L4785", 80, 50, margin_mm=2, bars_top_mm=37.6, source=f"avery-iso-templates.xml, {GLABELS}")


def _roll(name: str, stock: Stock, heads: Mapping[int, PrintHead], draw: Zones) -> Format:
    return Format(name, stock, stock, ((0.0, 0.0),), heads, draw)


_ALL = (
    _roll("a6", A6, PRINT_HEADS, draw_zones),
    _roll("100x150", LABEL_100X150, PRINT_HEADS, draw_zones),
    _roll("80x50", LABEL_80X50, QUARTER_SIZE_HEADS, zones_of(QUARTER_A6)),
    Format("a4-4up", A4, HERMA_10809, _Grid(2, 2, 0, 0, 105, 148).corners(), PRINT_HEADS, draw_zones),
    # Four times 74 leave one millimetre of A4, half of it above.
    Format("a4-8up", A4, EIGHTH, _Grid(2, 4, 0, 0.5, 105, 74).corners(), HALF_SIZE_HEADS, zones_of(HALF_A6)),
    Format(
        "a4-avery-l7165",
        A4,
        AVERY_L7165,
        _Grid(2, 4, 4.67, 13.04, 101.64, 67.73).corners(),
        HALF_SIZE_HEADS,
        zones_of(AVERY_7165),
    ),
    Format(
        "a4-avery-l4785",
        A4,
        AVERY_L4785,
        _Grid(2, 5, 18, 13, 95, 55).corners(),
        QUARTER_SIZE_HEADS,
        zones_of(QUARTER_A6),
    ),
)
THERMAL_HEADS = (203, 300)


def _thermal(paper: Format) -> Format:
    heads = MappingProxyType({dpi: paper.heads[dpi] for dpi in THERMAL_HEADS})
    return replace(paper, name=f"zpl-{paper.name}", heads=heads)


FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in _ALL})
# The same labels for a printer that is told ZPL II instead of being sent a page (`labels.zpl`).
THERMAL: Mapping[str, Format] = MappingProxyType(
    {f"zpl-{name}": _thermal(FORMATS[name]) for name in ("a6", "100x150", "80x50")}
)
PAPERS: Mapping[str, Format] = MappingProxyType({**FORMATS, **THERMAL})
USUAL = "a6"
