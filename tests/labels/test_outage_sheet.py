"""The outage sheet: twelve squares that are read from any printer, and a page that says what to do."""

import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader
from pypdf.generic import ContentStream
from pyzbar import pyzbar

from labels.outage_sheet import OutageSheet
from labels.pdf import draw_sheets
from labels.qr import QUIET_MODULES, encode_small_qr
from labels.refusals import LabelRefused, MissingGlyph
from labels.sheet_page import FIRST_ROW_MM
from labels.sheet_rows import LEFT_MM, PITCH_MM, QR_TOP_MM
from labels.stock import PRINT_HEADS
from tests.labels.raster import Dots, dot, enlarged, paper, printed
from tests.labels.sheet_samples import DESK, ROUND, WORDS, sheet
from tests.labels.whole import drawn_elsewhere, faults_in

LONGEST = sheet("PG-WWWWWWWWWWWW-261128-999", office="Ễ" * 120, ticks=("W" * 30,) * 6, legend="W" * 300)
SHEETS = (ROUND, DESK, LONGEST)


def _page(drawn: OutageSheet, dpi: int = 203) -> Dots:
    [page] = printed(draw_sheets([drawn], WORDS, dpi), dpi)
    return page


def _text(pdf: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()).replace("\r\n", "\n")


@pytest.mark.parametrize("drawn", SHEETS, ids=lambda drawn: drawn.number)
def test_zxing_reads_every_row_and_the_sheet(drawn: OutageSheet) -> None:
    found = [code.text for code in zxingcpp.read_barcodes(paper(_page(drawn)))]

    assert sorted(found) == sorted((drawn.number, *drawn.rows))


@pytest.mark.parametrize("drawn", SHEETS, ids=lambda drawn: drawn.number)
def test_zbar_reads_every_row_and_the_sheet(drawn: OutageSheet) -> None:
    page = paper(_page(drawn))
    found = pyzbar.decode((page.tobytes(), page.shape[1], page.shape[0]), [pyzbar.ZBarSymbol.QRCODE])

    assert sorted(code.data.decode() for code in found) == sorted((drawn.number, *drawn.rows))


@pytest.mark.parametrize("dpi", [300, 600])
def test_finer_printers_print_readable_squares_too(dpi: int) -> None:
    """The file is drawn for the coarse head; an office printer takes it as it is."""
    [page] = printed(draw_sheets([ROUND], WORDS), dpi)

    assert {code.text for code in zxingcpp.read_barcodes(paper(page))} == {ROUND.number, *ROUND.rows}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("row", [0, 11])
def test_every_module_of_a_row_is_whole_dots_in_a_quiet_zone(row: int, dpi: int) -> None:
    side = PRINT_HEADS[dpi].small_module_dots
    quiet = QUIET_MODULES * side
    expected = np.pad(enlarged(encode_small_qr(ROUND.rows[row], "rows").modules, side), quiet)
    left = dot(LEFT_MM, dpi) - quiet
    top = dot(FIRST_ROW_MM + row * PITCH_MM + QR_TOP_MM, dpi) - quiet

    found = _page(ROUND, dpi)[top : top + len(expected), left : left + len(expected)]

    assert np.array_equal(found, expected)


def test_every_row_has_its_code_and_its_boxes_to_tick() -> None:
    text = _text(draw_sheets([sheet(ticks=("Đến", "Phát", "Lưu"), letter_tick=1)], WORDS))
    lines = text.split("\n")

    assert [line for line in lines if line in ROUND.rows] == list(ROUND.rows)
    assert [text.count(tick) for tick in ("Đến", "Phát", "Lưu")] == [12] * 3
    assert [line for line in WORDS.how if line not in lines] == []


def test_text_is_found_with_all_its_marks() -> None:
    text = _text(draw_sheets([DESK], WORDS))

    assert unicodedata.is_normalized("NFC", text)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Trung tâm Phục vụ hành chính công tỉnh Cà Mau" in text.replace("\n", " ")


def test_only_a_round_asks_for_a_letter_and_says_what_it_means() -> None:
    assert "Lý do: A sai địa chỉ" in _text(draw_sheets([ROUND], WORDS))
    assert "Lý do" not in _text(draw_sheets([DESK], WORDS))


@pytest.mark.parametrize("drawn", SHEETS, ids=lambda drawn: drawn.number)
def test_nothing_leaves_the_margins(drawn: OutageSheet) -> None:
    dots = _page(drawn)
    inside = dots[dot(10) : dot(288), dot(LEFT_MM) - 1 : dot(195) + 2]

    assert dots.sum() == inside.sum()


def test_each_sheet_has_its_own_a4_page() -> None:
    pages = PdfReader(BytesIO(draw_sheets([ROUND, DESK], WORDS))).pages

    sizes = [[round(float(side) * 25.4 / 72) for side in (page.mediabox.width, page.mediabox.height)] for page in pages]
    assert sizes == [[210, 297], [210, 297]]


def test_the_file_says_its_title_and_language_and_prints_black_only() -> None:
    reader = PdfReader(BytesIO(draw_sheets([ROUND], WORDS)))
    orders = [order for page in reader.pages for order in ContentStream(page.get_contents(), reader).operations]

    assert reader.metadata is not None
    assert (reader.metadata.title, str(reader.root_object["/Lang"])) == ("Phiếu ghi tay", "vi")
    assert {str(operands[0]) for operands, name in orders if name == b"g"} == {"0"}


def test_the_file_is_whole(tmp_path: Path) -> None:
    assert faults_in(draw_sheets(SHEETS, WORDS), tmp_path) == ""


def test_another_day_and_another_process_give_the_same_bytes() -> None:
    assert draw_sheets([ROUND, DESK], WORDS) == drawn_elsewhere(
        "from labels.pdf import draw_sheets; from tests.labels.sheet_samples import DESK, ROUND, WORDS",
        "draw_sheets([ROUND, DESK], WORDS)",
    )


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"rows": ()}, "rows"),
        ({"rows": ("A",) * 13}, "rows"),
        ({"rows": ("pg-01",)}, "rows"),
        ({"rows": ("A" * 30,)}, "rows"),
        ({"ticks": ()}, "ticks"),
        ({"ticks": ("A",) * 7}, "ticks"),
    ],
)
def test_what_no_page_can_bear_is_refused_by_field(columns: dict[str, object], field: str) -> None:
    with pytest.raises(LabelRefused) as refused:
        draw_sheets([replace(ROUND, **columns)], WORDS)  # type: ignore[arg-type]  # columns of several types

    assert refused.value.field == field


def test_a_letter_the_font_lacks_is_refused() -> None:
    with pytest.raises(MissingGlyph, match="office"):
        draw_sheets([sheet(office="Bưu cục → Cà Mau")], WORDS)


def test_no_sheet_is_no_document() -> None:
    with pytest.raises(ValueError, match=r"^sheets: none given"):
        draw_sheets([], WORDS)
