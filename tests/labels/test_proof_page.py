"""The proof page: crosses where the ruler finds them, codes that read, and that tell nothing in letters."""

from dataclasses import replace
from itertools import product

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from numpy.typing import NDArray

from labels.alignment import Alignment
from labels.code128 import QUIET_BARS
from labels.format_pdf import PrintRun
from labels.formats import FORMATS, THERMAL, THERMAL_HEADS
from labels.proof_page import ProofPage, bar_sizes, draw_proof, qr_sizes, ruler_mm
from labels.refusals import LabelRefused, MissingGlyph
from labels.stock import PRINT_HEADS
from tests.labels.raster import Dots, dot, paper, printed
from tests.labels.thermal import thermal

CROSS_MM = 5.0
CODES = tuple(f"{place}{place}4711" for place in range(1, 8))
PAGE = ProofPage(
    heading="Trang thử máy in",
    printer="Zebra quầy 1, A6, 203 dpi, 23/11/2026 10:00",
    how=("Quét từng mã bằng đầu đọc của quầy.", "Đo từ mép giấy đến dấu thập."),
    codes=CODES,
    letters=tuple("ABCDEGH"),
    cross_mm=CROSS_MM,
)


def page_of(name: str, dpi: int = 203, **alignment: float) -> Dots:
    run = PrintRun(FORMATS[name], alignment=Alignment(dpi=dpi, **alignment))
    [page] = printed(draw_proof(PAGE, run), dpi)
    return page


# A finer head of the same paper prints the same layout: each layout once, the small one at every head.
@pytest.mark.parametrize(
    ("name", "dpi"), [*((name, 203) for name in FORMATS), ("a6", 300), ("80x50", 300), ("80x50", 600), ("a4-8up", 300)]
)
def test_every_code_reads_from_a_clean_print(name: str, dpi: int) -> None:
    found = sorted(code.text for code in zxingcpp.read_barcodes(_near(page_of(name, dpi))))

    assert found == sorted(CODES)


@pytest.mark.parametrize(("name", "dpi"), [(name, dpi) for name in THERMAL for dpi in THERMAL_HEADS])
def test_a_thermal_printer_prints_every_code_too(name: str, dpi: int) -> None:
    run = PrintRun(THERMAL[name], alignment=Alignment(dpi=dpi))

    [page] = thermal(draw_proof(PAGE, run), dpi)

    assert sorted(code.text for code in zxingcpp.read_barcodes(_near(page))) == sorted(CODES)


def _near(page: Dots) -> NDArray[np.uint8]:
    """A reader sees a bar of one dot as more than one point of its picture."""
    return np.repeat(np.repeat(paper(page), 2, axis=0), 2, axis=1)


@pytest.mark.parametrize("name", ["a6", "100x150", "80x50", "a4-8up"])
def test_the_crosses_stand_five_millimetres_from_every_edge(name: str) -> None:
    page, stock = page_of(name), FORMATS[name].page
    corners = product((CROSS_MM, stock.width_mm - CROSS_MM), (CROSS_MM, stock.height_mm - CROSS_MM))

    assert [corner for corner in corners if not _has_cross(page, *corner)] == []


def _has_cross(page: Dots, x: float, y: float) -> bool:
    upright = page[dot(y - 1.8) : dot(y + 1.8), dot(x) - 1 : dot(x) + 2].any(axis=1)
    level = page[dot(y) - 1 : dot(y) + 2, dot(x - 1.8) : dot(x + 1.8)].any(axis=0)
    return bool(upright.all() and level.all())


@pytest.mark.parametrize("name", ["a6", "80x50", "a4-8up"])
def test_the_page_moves_with_the_alignment_that_is_to_be_judged(name: str) -> None:
    straight, moved = page_of(name), page_of(name, dx_mm=1.0, dy_mm=2.0)

    assert (moved[dot(2) :, dot(1) :] == straight[: -dot(2), : -dot(1)]).all()


def test_between_its_two_bars_a_code_has_its_quiet_zone_and_not_a_dot_more() -> None:
    bar = bar_sizes(FORMATS["a6"].heads[203])[0]
    row = page_of("a6")[dot(60)]
    edges = np.flatnonzero(np.diff(row.astype(int)))
    free = sorted(np.diff(edges)[1::2])[-3:]

    assert free[:2] == [QUIET_BARS * bar] * 2


@pytest.mark.parametrize("dpi", PRINT_HEADS)
@pytest.mark.parametrize("name", FORMATS)
def test_the_first_sizes_are_those_of_the_labels_and_each_next_is_finer(name: str, dpi: int) -> None:
    head = FORMATS[name].heads[dpi]

    assert (qr_sizes(head)[0], bar_sizes(head)[0]) == (head.qr_module_dots, head.narrow_bar_dots)
    assert sorted(set(qr_sizes(head)), reverse=True) == list(qr_sizes(head))
    assert sorted(set(bar_sizes(head)), reverse=True) == list(bar_sizes(head))


def test_the_page_says_no_code_in_letters() -> None:
    text = str(pypdfium2.PdfDocument(draw_proof(PAGE, PrintRun(FORMATS["a6"])))[0].get_textpage().get_text_range())

    assert "Trang thử máy in" in text
    assert "95 mm" in text
    assert [code for code in CODES if code in text] == []


def test_the_ruler_lies_between_the_crosses() -> None:
    assert ruler_mm(FORMATS["80x50"].page, CROSS_MM) == pytest.approx(70)


def test_the_same_page_is_the_same_bytes() -> None:
    run = PrintRun(FORMATS["100x150"])

    assert draw_proof(PAGE, run) == draw_proof(PAGE, run)


def test_a_printer_whose_name_has_no_glyph_is_refused_by_its_field() -> None:
    with pytest.raises(MissingGlyph) as refused:
        draw_proof(replace(PAGE, printer="打印机"), PrintRun(FORMATS["a6"]))

    assert refused.value.field == "printer"


def test_a_page_without_all_its_codes_is_refused() -> None:
    with pytest.raises(LabelRefused):
        draw_proof(replace(PAGE, codes=CODES[:6]), PrintRun(FORMATS["a6"]))
