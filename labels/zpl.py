"""Labels for thermal printers, in ZPL II: the printer draws both codes, letters and shapes come as dots.

The fonts that live in such printers lack most of Vietnamese, so every text is drawn here, from the fonts and by the
layouts of the PDF, and sent as graphics. Text is never sent as text: of what was typed, only a checked item number and
an address of the QR's alphanumeric signs reach the printer's commands, and neither can hold ^ or ~.

The graphics are packed as hexadecimal with repeat counts, which every printer that knows ^GF takes. The other packing,
Z64, needs newer firmware, and printers of other makers that speak ZPL beside their own language often lack it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Concatenate, ParamSpec

from labels.code128 import Code128Symbol
from labels.dots import Dots
from labels.format_pdf import PrintRun
from labels.ink import Box, Ink, Outline
from labels.item_label import ItemLabel, LabelWords, printable, printable_words
from labels.lettering import Lettering
from labels.pdf import WORTH_PREPARING
from labels.qr import QrSymbol, prepare_qr
from labels.stock import MM_PER_INCH, Stock
from labels.zpl_fields import bars, graphic, square as square_field

MOST_PARTS = 400  # kept at a time, of some 10 kB each

Told = ParamSpec("Told")


def zpl_run(labels: Sequence[ItemLabel], words: LabelWords, run: PrintRun) -> bytes:
    """A format of one label each. Raises LabelRefused as `draw_run` does."""
    if not labels:
        raise ValueError("labels: none given")
    spoken, checked = printable_words(words), [printable(label) for label in labels]
    if len(checked) >= WORTH_PREPARING:
        prepare_qr(len(checked[0].tracking_url))
    ink = ZplInk(run)
    return "".join(_told(ink, label, spoken, run) for label in checked).encode("ascii")


def _told(ink: "ZplInk", label: ItemLabel, words: LabelWords, run: PrintRun) -> str:
    run.format.draw(ink, run.format.cell, label, words)
    return ink.end_label()


class ZplInk(Ink):
    """The printer's alignment moves every field and scales all but the codes, which stay whole dots.

    A code shrinks by whole dots with a scale under 1, and never grows: the room around it is what the layout gave it.
    Parts that labels share are told in the same words, packed once.
    """

    def __init__(self, run: PrintRun) -> None:
        alignment, page = run.alignment, run.format.page
        self._head = run.format.heads[alignment.dpi]
        self._scale = alignment.scale
        self._right, self._down = self._head.dots(alignment.dx_mm), self._head.dots(alignment.dy_mm)
        self._size = self._head.dots(page.width_mm), self._head.dots(page.height_mm)
        self._pitch = alignment.dpi / MM_PER_INCH * alignment.scale
        self._dots = self._blank()
        self._fields: list[str] = []
        self._codes: list[str] = []
        self._parts: dict[Hashable, str] = {}

    def end_label(self) -> str:
        """^LH and ^LR outlive a label, so what another program left there is undone; dots first, codes over them."""
        width, length = self._size
        fields = (*self._fields, *map(graphic, self._dots.pieces()), *self._codes)
        self._dots, self._fields, self._codes = self._blank(), [], []
        return "".join((f"^XA^PW{width}^LL{length}^LH0,0^LRN\n", *fields, "^PQ1^XZ\n"))

    def part(self, draw: Callable[Concatenate[Ink, Told], None], *told: Told.args, **named: Told.kwargs) -> None:
        key = (draw, told, *named.items())
        if key not in self._parts:
            if len(self._parts) >= MOST_PARTS:
                self._parts.clear()
            self._parts[key] = self._apart(lambda: draw(self, *told, **named))
        self._fields.append(self._parts[key])

    def _apart(self, draw: Callable[[], None]) -> str:
        label, self._dots, self._codes = (self._dots, self._codes), self._blank(), []
        draw()
        part = "".join((*map(graphic, self._dots.pieces()), *self._codes))
        self._dots, self._codes = label
        return part

    def _blank(self) -> Dots:
        return Dots(self._size, self._pitch, (self._right, self._down))

    def fill(self, *outlines: Outline) -> None:
        self._dots.fill(outlines)

    def hatch(self, stripes: Iterable[Outline], window: Outline) -> None:
        self._dots.hatch(tuple(stripes), window)

    def write(self, lettering: Lettering) -> None:
        self._dots.write(lettering, is_black=True)

    def write_reversed(self, lettering: Lettering) -> None:
        self._dots.write(lettering, is_black=False)

    def cells(self, boxes: Iterable[Box]) -> None:
        for left, top, width, height in boxes:
            self._dots.box(*self._at(left, top), width, height)

    def code128(self, symbol: Code128Symbol, stock: Stock, top_mm: float, height_mm: float) -> None:
        bar, middle = self._head.narrow_bar_dots, self._head.dots(stock.width_mm)
        left, top = self._at(middle / 2, self._head.dots(top_mm))
        height = round(self._head.dots(height_mm) * min(self._scale, 1))
        self._codes.append(bars(symbol, left - symbol.width * bar // 2, top, bar=bar, height=height))

    def square(self, symbol: QrSymbol, left_mm: float, top_mm: float, side: int) -> None:
        left, top = self._at(self._head.dots(left_mm), self._head.dots(top_mm))
        self._codes.append(square_field(symbol, left, top, int(side * min(self._scale, 1))))

    def _at(self, left: float, top: float) -> tuple[int, int]:
        return int(left * self._scale) + self._right, round(top * self._scale) + self._down
