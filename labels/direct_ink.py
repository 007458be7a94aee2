"""The same black as `labels.ink`, written as PDF operators without the canvas between: many times faster.

Parts that repeat are written once and kept, and one that is drawn often becomes a form. Every part leaves the pen as it
found it: black, without tracking. Both codes are masks of one bit a module over whole dots of the head: Poppler prints
them in whole dots too, where it widens filled boxes by one.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from reportlab.pdfgen.canvas import Canvas

from labels.code128 import WIDTHS, Code128Symbol
from labels.ink import BLACK, Box, Ink, Outline
from labels.lettering import Lettering, Line
from labels.qr import QrSymbol
from labels.raw_pages import RawPages
from labels.stock import POINTS_PER_INCH, PrintHead, Stock, points

Told = ParamSpec("Told")
OFTEN = 4  # a form costs as many bytes as its orders told that many times
TINY = 0.0001
INSET = 0.01  # of a dot: a mask that reaches a dot's very edge is drawn over the next one too
BARS = ["".join(sign * int(width) for sign, width in zip("10101010", widths, strict=False)) for widths in WIDTHS]


@dataclass(slots=True)
class _Part:
    orders: str
    uses: int = 0


class DirectInk(Ink):
    """Ends each page by `show_page`, never by the canvas's own."""

    def __init__(self, canvas: Canvas, stock: Stock, head: PrintHead) -> None:
        super().__init__(canvas, stock, head)
        self._pages = RawPages(canvas)
        self._page: list[str] = []
        self._parts: dict[Hashable, _Part] = {}
        # From here on a unit is a dot, counted from the top left of the paper.
        dot = f"{POINTS_PER_INCH / head.dpi:.9f}"
        self._in_dots = f"q {dot} 0 0 -{dot} 0 {self._height:.6f} cm"

    def show_page(self) -> None:
        self._pages.add("\n".join(self._page))
        self._page.clear()

    def part(self, draw: Callable[Concatenate[Ink, Told], None], *told: Told.args, **named: Told.kwargs) -> None:
        key = (draw, told, *named.items())
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = _Part(self._apart(lambda: draw(self, *told, **named)))
        part.uses += 1
        if part.uses == OFTEN:
            part.orders = self._pages.as_form(part.orders)
        self._page.append(part.orders)

    def _apart(self, draw: Callable[[], None]) -> str:
        page, self._page = self._page, []
        draw()
        orders, self._page = "\n".join(self._page), page
        return orders

    def fill(self, *outlines: Outline) -> None:
        self._page += [*map(self._outline, outlines), "f*"]

    def hatch(self, stripes: Iterable[Outline], window: Outline) -> None:
        self._page += ["q", self._outline(window), "W n"]
        self.fill(*stripes)
        self._page.append("Q")

    def cells(self, boxes: Iterable[Box]) -> None:
        self._page += [self._in_dots, *map(_rectangle, boxes), "f Q"]

    def code128(self, symbol: Code128Symbol, stock: Stock, top_mm: float, height_mm: float) -> None:
        whole = symbol.width * self._head.narrow_bar_dots
        left = (self._head.dots(stock.width_mm) - whole) // 2
        bits = "".join(map(BARS.__getitem__, symbol.values))
        row_bytes = -(-len(bits) // 8)
        row = f"{int(bits, 2) << 8 * row_bytes - len(bits):0{2 * row_bytes}x}"
        self._mask(row, (len(bits), 1), (left, self._head.dots(top_mm), whole, self._head.dots(height_mm)))

    def square(self, symbol: QrSymbol, left_mm: float, top_mm: float, side: int) -> None:
        whole, rows = symbol.side * side, f"{symbol.picture:0{2 * symbol.picture_bytes}x}"
        box = (self._head.dots(left_mm), self._head.dots(top_mm), whole, whole)
        self._mask(rows, (symbol.side, symbol.side), box)

    def _mask(self, rows: str, modules: tuple[int, int], box: Box) -> None:
        """Rows of whole bytes in hexadecimal, since chance bits may spell the order that ends it; 1 is black.

        A picture's own up is the paper's, so it is turned back.
        """
        left, top, width, height = box
        across, down = f"{width - 2 * INSET:.2f}", f"{height - 2 * INSET:.2f}"
        turned = f"{across} 0 0 -{down} {left + INSET:.2f} {top + height - INSET:.2f} cm"
        told = f"BI /IM true /D [1 0] /W {modules[0]} /H {modules[1]} /F /AHx ID {rows}> EI Q"
        self._page += [self._in_dots, turned, told]

    def _write(self, lettering: Lettering, gray: int) -> None:
        lines = [self._line(lettering, line) for line in lettering.lines]
        tracking = lettering.style.tracking * lettering.size
        if tracking:
            lines = [f"{_short(tracking)} Tc", *lines, "0 Tc"]
        self._page += lines if gray == BLACK else [f"{gray} g", *lines, f"{BLACK} g"]

    def _line(self, lettering: Lettering, line: Line) -> str:
        typeface, size = lettering.style.typeface, lettering.size
        x = points(line.x_mm) - typeface.glyphs[line.text[0]].left * size
        y = self._height - points(line.base_mm)
        pieces = [f"{font} {size:g} Tf <{codes}> Tj" for font, codes in self._pages.coded(typeface, line.text)]
        return f"BT {_short(x)} {_short(y)} Td {' '.join(pieces)} ET"

    def _outline(self, outline: Outline) -> str:
        corners = [f"{_short(points(x_mm))} {_short(self._height - points(y_mm))}" for x_mm, y_mm in outline]
        return f"{' l '.join(corners).replace(' l ', ' m ', 1)} l h"


def _short(length: float) -> str:
    """Of seven digits, as the canvas writes it; a tiny number would be told in powers, which PDF does not know."""
    return f"{length:.7g}" if abs(length) >= TINY else "0"


def _rectangle(box: Box) -> str:
    left, top, width, height = box
    return f"{left} {top} {width} {height} re"
