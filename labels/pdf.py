"""Papers as one PDF, a page each, the same bytes for the same papers."""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from threading import Lock

from reportlab.pdfgen.canvas import Canvas

from labels import raw_pages
from labels.direct_ink import DirectInk
from labels.ink import Ink
from labels.item_label import ItemLabel, LabelWords, printable, printable_words
from labels.item_zones import draw_zones
from labels.outage_sheet import OutageSheet, SheetWords, printable_sheet, printable_sheet_words
from labels.qr import prepare_qr
from labels.sheet_page import draw_page
from labels.stock import A4, PRINT_HEADS, Stock, points
from labels.typefaces import REGULAR

LANGUAGE = "vi"
AUTHOR = "Giao nhận"

WORTH_PREPARING = 60  # squares of one length, which cost as much one by one as their map does

# Fonts are subset through one reading position that all documents of the PDF library share.
DRAWING = Lock()


def draw_labels(labels: Sequence[ItemLabel], words: LabelWords, stock: Stock, dpi: int = 203) -> bytes:
    """Raises LabelRefused naming the field, MissingGlyph among them; then no label of the row is drawn."""
    if dpi not in PRINT_HEADS:
        raise ValueError(f"dpi: {dpi} is none of {sorted(PRINT_HEADS)}")
    if not labels:
        raise ValueError("labels: none given")
    checked = [printable(label) for label in labels]
    _prepare_squares(checked)
    with DRAWING:
        return _draw(checked, printable_words(words), stock, dpi)


def _draw(labels: Sequence[ItemLabel], words: LabelWords, stock: Stock, dpi: int) -> bytes:
    output = BytesIO()
    canvas = blank(output, stock, words.title)
    ink = (DirectInk if raw_pages.are_known() else Ink)(canvas, stock, PRINT_HEADS[dpi])
    for label in labels:
        draw_zones(ink, stock, label, words)
        ink.show_page()
    canvas.save()
    return output.getvalue()


def prepare_labels(address_length: int) -> None:
    """For a desk that waits for its first label: what the first of that length would else do beside being drawn."""
    prepare_qr(address_length)


def _prepare_squares(labels: Sequence[ItemLabel]) -> None:
    lengths = Counter(len(label.tracking_url) for label in labels)
    for length, times in lengths.items():
        if times >= WORTH_PREPARING:
            prepare_qr(length)


def draw_sheets(sheets: Sequence[OutageSheet], words: SheetWords, dpi: int = 203) -> bytes:
    """Outage sheets on A4. Raises LabelRefused naming the field, MissingGlyph among them."""
    if not sheets:
        raise ValueError("sheets: none given")
    checked = [printable_sheet(sheet) for sheet in sheets]
    spoken = printable_sheet_words(words)
    with DRAWING:
        output = BytesIO()
        canvas = blank(output, A4, spoken.title)
        ink = Ink(canvas, A4, PRINT_HEADS[dpi])
        for sheet in checked:
            draw_page(ink, sheet, spoken)
            canvas.showPage()
        canvas.save()
        return output.getvalue()


def blank(output: BytesIO, stock: Stock, title: str) -> Canvas:
    # Invariant: no clock and no chance in the bytes, so a reprint can be compared with what was printed.
    size = points(stock.width_mm), points(stock.height_mm)
    # A first font of ours, or every page would name Helvetica, which is not embedded.
    canvas = Canvas(
        output,
        pagesize=size,
        invariant=True,
        lang=LANGUAGE,
        initialFontName=REGULAR.name,  # type: ignore[arg-type]  # the stubs call the name a number
    )
    canvas.setPageCompression(1)
    canvas.setTitle(title)
    canvas.setAuthor(AUTHOR)
    canvas.setCreator(AUTHOR)
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    # A print dialogue that fits to the page would break the whole dots of both codes.
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas
