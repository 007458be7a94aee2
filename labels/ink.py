"""Black on one page, millimetres from the top left: filled shapes and letters, no grey and no pictures."""

from collections.abc import Callable, Iterable, Sequence
from typing import Concatenate, ParamSpec

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from labels.code128 import Code128Symbol
from labels.lettering import Lettering
from labels.qr import QrSymbol
from labels.stock import PrintHead, Stock, points

Outline = Sequence[tuple[float, float]]
Box = tuple[int, int, int, int]
Told = ParamSpec("Told")

BLACK, WHITE = 0, 1
EVEN_ODD = 0  # the canvas's fill mode
DOT_MM, DOT_PITCH_MM = 0.25, 1.1


class Ink:
    def __init__(self, canvas: Canvas, stock: Stock, head: PrintHead) -> None:
        self._canvas = canvas
        self._height = points(stock.height_mm)
        self._head = head

    def part(self, draw: "Callable[Concatenate[Ink, Told], None]", *told: Told.args, **named: Told.kwargs) -> None:
        """What `draw` draws rests on what it is told alone, all of it hashable, so an ink may keep it."""
        draw(self, *told, **named)

    def show_page(self) -> None:
        self._canvas.showPage()

    def fill(self, *outlines: Outline) -> None:
        """Where outlines lie within each other the paper stays white."""
        self._canvas.setFillGray(BLACK)
        self._canvas.drawPath(self._path(outlines), stroke=0, fill=1, fillMode=EVEN_ODD)

    def hatch(self, stripes: Iterable[Outline], window: Outline) -> None:
        """Only what of the stripes lies within the window."""
        self._canvas.saveState()
        self._canvas.clipPath(self._path([window]), stroke=0, fill=0)
        self.fill(*stripes)
        self._canvas.restoreState()

    def write(self, lettering: Lettering) -> None:
        self._write(lettering, BLACK)

    def write_reversed(self, lettering: Lettering) -> None:
        """White, on what is filled already."""
        self._write(lettering, WHITE)

    def cells(self, boxes: Iterable[Box]) -> None:
        """Boxes of left, top, width, height in whole dots of the print head."""
        self._canvas.setFillGray(BLACK)
        path = self._canvas.beginPath()
        for box in boxes:
            left, top, width, height = (self._head.points(dots) for dots in box)
            path.rect(left, self._height - top - height, width, height)
        # One path and one fill: boxes that touch show no seam, not even in a viewer that smooths.
        self._canvas.drawPath(path, stroke=0, fill=1)

    def qr(self, symbol: QrSymbol, left_mm: float, top_mm: float) -> None:
        self.square(symbol, left_mm, top_mm, self._head.qr_module_dots)

    def small_qr(self, symbol: QrSymbol, left_mm: float, top_mm: float) -> None:
        """At the least size that a reader still takes from a coarse head."""
        self.square(symbol, left_mm, top_mm, self._head.small_module_dots)

    def square(self, symbol: QrSymbol, left_mm: float, top_mm: float, side: int) -> None:
        """With modules of that many dots."""
        left, top = self._head.dots(left_mm), self._head.dots(top_mm)
        self.cells(
            (left + start * side, top + row * side, (end - start) * side, side)
            for row, modules in enumerate(symbol.modules)
            for start, end in _dark_runs(modules)
        )

    def code128(self, symbol: Code128Symbol, stock: Stock, top_mm: float, height_mm: float) -> None:
        """Centred on the stock."""
        bar = self._head.narrow_bar_dots
        left = (self._head.dots(stock.width_mm) - symbol.width * bar) // 2
        top, height = self._head.dots(top_mm), self._head.dots(height_mm)
        starts = [sum(symbol.widths[:place]) for place in range(0, len(symbol.widths), 2)]
        self.cells(
            (left + start * bar, top, width * bar, height)
            for start, width in zip(starts, symbol.widths[::2], strict=True)
        )

    def dotted_rule(self, stock: Stock, y_mm: float) -> None:
        self.dotted(stock.margin_mm, stock.right_mm, y_mm)

    def dotted(self, left_mm: float, right_mm: float, y_mm: float) -> None:
        dot, pitch = self._head.dots(DOT_MM), self._head.dots(DOT_PITCH_MM)
        first, end, top = self._head.dots(left_mm), self._head.dots(right_mm), self._head.dots(y_mm)
        self.cells((left, top, dot, dot) for left in range(first, end - dot + 1, pitch))

    def _write(self, lettering: Lettering, gray: int) -> None:
        style, size = lettering.style, lettering.size
        self._canvas.setFillGray(gray)
        self._canvas.setFont(style.typeface.name, size)
        for line in lettering.lines:
            # The ink begins at x, so the glyph's origin stands off by its side bearing: capitals line up with rules.
            x = points(line.x_mm) - style.typeface.glyphs[line.text[0]].left * size
            y = self._height - points(line.base_mm)
            self._canvas.drawString(x, y, line.text, charSpace=style.tracking * size)

    def _path(self, outlines: Iterable[Outline]) -> PDFPathObject:
        path = self._canvas.beginPath()
        for outline in outlines:
            first, *others = ((points(x_mm), self._height - points(y_mm)) for x_mm, y_mm in outline)
            path.moveTo(*first)
            for corner in others:
                path.lineTo(*corner)
            path.close()
        return path


def rectangle(left_mm: float, top_mm: float, right_mm: float, bottom_mm: float) -> Outline:
    return ((left_mm, top_mm), (right_mm, top_mm), (right_mm, bottom_mm), (left_mm, bottom_mm))


def _dark_runs(modules: Sequence[bool]) -> Iterable[tuple[int, int]]:
    edges = [place for place in range(len(modules) + 1) if _dark(modules, place) != _dark(modules, place - 1)]
    return zip(edges[::2], edges[1::2], strict=True)


def _dark(modules: Sequence[bool], place: int) -> bool:
    return 0 <= place < len(modules) and modules[place]
