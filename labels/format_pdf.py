"""Labels in any format as one PDF, from a chosen cell on, fitted to one printer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from labels.alignment import STRAIGHT, Alignment
from labels.formats import Corner, Format
from labels.ink import Ink
from labels.item_label import ItemLabel, LabelWords, printable, printable_words
from labels.item_zones import draw_zones
from labels.pdf import DRAWING, blank, draw_labels
from labels.refusals import LabelRefused
from labels.stock import points


@dataclass(frozen=True, slots=True)
class PrintRun:
    """`start_cell` counts from 1, left to right and then down; the cells before it are left free on the first sheet.

    Raises LabelRefused for `start_cell`, and for `alignment` when it would push ink off the page.
    """

    format: Format
    start_cell: int = 1
    alignment: Alignment = STRAIGHT

    def __post_init__(self) -> None:
        if self.alignment.dpi not in self.format.heads:
            raise LabelRefused("alignment.dpi", f"is none of {list(self.format.heads)}")
        most = len(self.format.corners)
        if not 1 <= self.start_cell <= most:
            raise LabelRefused("start_cell", f"is none of 1 to {most}")
        if not self._stays_on_page():
            raise LabelRefused("alignment", "pushes the ink off the page")

    def _stays_on_page(self) -> bool:
        page, cell, shift = self.format.page, self.format.cell, self.alignment
        lefts, tops = zip(*self.format.corners, strict=True)
        ends = (
            (min(lefts) + cell.margin_mm, max(lefts) + cell.right_mm, shift.dx_mm, page.width_mm),
            (min(tops) + cell.margin_mm, max(tops) + cell.height_mm - cell.margin_mm, shift.dy_mm, page.height_mm),
        )
        return all(
            first * shift.scale + move >= 0 and last * shift.scale + move <= size for first, last, move, size in ends
        )


def draw_run(labels: Sequence[ItemLabel], words: LabelWords, run: PrintRun) -> bytes:
    """Raises LabelRefused naming the field, MissingGlyph among them; then no label of the row is drawn."""
    if run.format.draw is draw_zones and not run.format.is_sheet and run.alignment.moves_nothing:
        return draw_labels(labels, words, run.format.cell, run.alignment.dpi)
    if not labels:
        raise ValueError("labels: none given")
    checked = [printable(label) for label in labels]
    with DRAWING:
        return _draw(checked, printable_words(words), run)


def _draw(labels: Sequence[ItemLabel], words: LabelWords, run: PrintRun) -> bytes:
    output = BytesIO()
    canvas = blank(output, run.format.page, words.title)
    ink = Ink(canvas, run.format.cell, run.format.heads[run.alignment.dpi])
    for sheet in _sheets(labels, run):
        align_page(canvas, run)
        for label, corner in sheet:
            canvas.saveState()
            _move_to(canvas, run, corner)
            run.format.draw(ink, run.format.cell, label, words)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _sheets(labels: Sequence[ItemLabel], run: PrintRun) -> Iterator[list[tuple[ItemLabel, Corner]]]:
    corners, skipped = run.format.corners, run.start_cell - 1
    first = len(corners) - skipped
    yield list(zip(labels, corners[skipped:], strict=False))
    for start in range(first, len(labels), len(corners)):
        yield list(zip(labels[start:], corners, strict=False))


def align_page(canvas: Canvas, run: PrintRun) -> None:
    """The page's state ends with the page."""
    if run.alignment.moves_nothing:
        return
    head, shift = run.format.heads[run.alignment.dpi], run.alignment
    height = points(run.format.page.height_mm)
    right, down = (head.points(head.dots(move)) for move in (shift.dx_mm, shift.dy_mm))
    canvas.transform(shift.scale, 0, 0, shift.scale, right, height - height * shift.scale - down)


def _move_to(canvas: Canvas, run: PrintRun, corner: Corner) -> None:
    """To a whole dot, or the codes of this cell would not be whole dots."""
    head = run.format.heads[run.alignment.dpi]
    left, top = (head.points(head.dots(edge)) for edge in corner)
    canvas.translate(left, points(run.format.page.height_mm) - top - points(run.format.cell.height_mm))
