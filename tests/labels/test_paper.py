"""Papers: all they are told stands on them, long lists flow over pages, and their squares are read from any printer."""

import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings, strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream
from pyzbar import pyzbar

from labels.lettering import clean
from labels.paper import Book, Facts, Paper, Place, Row, Table
from labels.paper_pdf import draw_paper
from labels.refusals import LabelRefused, MissingGlyph
from tests.labels.paper_samples import PAPERS, RECORD, SLIP, TAG
from tests.labels.raster import dot, paper, printed
from tests.labels.whole import drawn_elsewhere, faults_in

LONG_NAME = "Nguyễn Thị Ánh Tuyết Công Tằng Tôn Nữ " * 8
ONE_WORD = "Ễ" * 300
HOSTILE = "<b>&amp; ^XA~JA % {page} </b>"


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(document[page].get_textpage().get_text_range().split()) for page in range(len(document))]


def squeezed(text: str) -> str:
    """Without the spaces and line ends that a broken line brings."""
    return "".join(text.split())


def telling(value: str) -> Paper:
    """One with that text in a fact and in a row of a table."""
    table = next(block for block in SLIP.blocks if isinstance(block, Table))
    row = replace(table.rows[0], cells=("1", value, *table.rows[0].cells[2:]))
    return replace(SLIP, blocks=(Facts((("Người gửi", value),)), replace(table, rows=(row,))))


def with_rows(count: int, name: str = "Giấy đề nghị") -> Paper:
    table = next(block for block in SLIP.blocks if isinstance(block, Table))
    rows = tuple(Row((str(number), f"{name} ({number})", "x", "", "1")) for number in range(1, count + 1))
    return replace(SLIP, blocks=tuple(replace(table, rows=rows) if block is table else block for block in SLIP.blocks))


@pytest.mark.parametrize("drawn", PAPERS.values(), ids=PAPERS)
def test_both_readers_read_the_square_on_a_coarse_black_and_white_printer(drawn: Paper) -> None:
    page = paper(printed(draw_paper(drawn))[0])

    zbar = pyzbar.decode((page.tobytes(), page.shape[1], page.shape[0]), [pyzbar.ZBarSymbol.QRCODE])
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [drawn.square]
    assert [code.data.decode() for code in zbar] == [drawn.square]


@pytest.mark.parametrize("drawn", PAPERS.values(), ids=PAPERS)
def test_nothing_leaves_the_margins(drawn: Paper) -> None:
    for dots in printed(draw_paper(drawn)):
        left, right = dot(drawn.size.left_mm) - 1, dot(drawn.size.right_mm) + 2
        assert dots[dot(8) : -dot(8), left:right].sum() == dots.sum()


def test_all_that_a_slip_is_told_is_read_back_with_its_marks() -> None:
    (page,) = pages_of(draw_paper(SLIP))

    told = [SLIP.office, SLIP.title, SLIP.plate, SLIP.number, *SLIP.under, *SLIP.foot, SLIP.form, "Trang 1/1"]
    told += ["Nguyễn Thị Ánh Tuyết", "17 đường Lý Bôn, Phường An Xuyên, tỉnh Cà Mau", "4 giấy tờ", "26.000 đ"]
    told += ["Giấy chứng nhận đăng ký hộ kinh doanh (nộp lại)", "Nhân viên bưu chính", "Lê Thị Hạnh"]
    assert unicodedata.is_normalized("NFC", page)
    assert [words for words in told if words not in page] == []


def test_a_long_list_flows_over_pages_with_its_heads_and_says_which_page_it_is() -> None:
    pages = pages_of(draw_paper(RECORD))

    assert len(pages) == 3
    assert [f"Trang {number}/3" in page for number, page in enumerate(pages, start=1)] == [True] * 3
    assert ["Số hiệu bưu gửi" in page for page in pages] == [True] * 3
    assert [page.startswith("Biên bản giao nhận hồ sơ · Số 7K2M-4QXD") for page in pages[1:]] == [True] * 2
    every = " ".join(pages)
    assert [number for number in range(1, 81) if every.count(f"261116-{number:04d}") != 1] == []


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 90))
def test_however_many_documents_each_stands_once_and_both_still_sign(count: int) -> None:
    pages = pages_of(draw_paper(with_rows(count)))

    every = " ".join(pages)
    assert [number for number in range(1, count + 1) if every.count(f"Giấy đề nghị ({number})") != 1] == []
    assert every.count("Ký, ghi rõ họ tên") == 2
    assert [page for page in pages[:-1] if page.split("Theo dõi")[0].rstrip().endswith("Số bản")] == []


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 90))
def test_signatures_never_stand_on_a_page_without_the_last_of_what_is_signed(count: int) -> None:
    table = next(block for block in SLIP.blocks if isinstance(block, Table))
    rows = tuple(Row((str(number), f"Giấy ({number})", "x", "", "1")) for number in range(1, count + 1))
    book = next(block for block in SLIP.blocks if isinstance(block, Book))
    pages = pages_of(draw_paper(replace(SLIP, blocks=(replace(table, rows=rows), book))))

    (signed,) = [page for page in pages if "Ký, ghi rõ họ tên" in page]
    assert f"Giấy ({count})" in signed


@pytest.mark.parametrize("name", [LONG_NAME, ONE_WORD, HOSTILE, "Nguye\u0302\u0303n \u202eThi\u0323\x00 \u200bÁnh"])
def test_a_strange_name_is_printed_as_it_is_and_wholly(name: str) -> None:
    every = squeezed(" ".join(pages_of(draw_paper(telling(name)))))

    assert every.count(squeezed(clean(name))) == 2


def test_a_letter_the_font_lacks_is_refused_by_the_caption_it_stands_under() -> None:
    with pytest.raises(MissingGlyph, match="U\\+1F600") as refused:
        draw_paper(telling("Nguyễn 😀"))

    assert refused.value.field == "Người gửi"


def test_a_fact_without_a_value_leaves_no_line() -> None:
    assert "Người gửi" not in pages_of(draw_paper(replace(SLIP, blocks=(Facts((("Người gửi", " "),)),))))[0]


@pytest.mark.parametrize("square", ["", "chữ thường", "A" * 68])
def test_what_no_square_can_bear_is_refused(square: str) -> None:
    with pytest.raises(LabelRefused) as refused:
        draw_paper(replace(TAG, square=square))

    assert refused.value.field == "square"


@pytest.mark.parametrize("field", ["office", "title", "number"])
def test_a_paper_that_does_not_say_what_and_whose_it_is_is_refused(field: str) -> None:
    with pytest.raises(LabelRefused) as refused:
        draw_paper(replace(TAG, **{field: " \u200b"}))  # type: ignore[arg-type]  # all are texts

    assert refused.value.field == field


def test_a_place_without_a_name_is_refused_by_its_caption() -> None:
    with pytest.raises(LabelRefused) as refused:
        draw_paper(replace(TAG, blocks=(Place("Nơi đến", ""),)))

    assert refused.value.field == "Nơi đến"


def test_what_a_sorter_looks_for_is_the_largest_thing_on_the_page() -> None:
    reader, sizes = PdfReader(BytesIO(draw_paper(TAG))), {}

    def measure(text: str, _: object, __: object, ___: object, size: float) -> None:
        sizes[text.strip()] = size

    reader.pages[0].extract_text(visitor_text=measure)

    assert max(sizes, key=lambda text: sizes[text]) == "Năm Căn"
    assert sizes["Năm Căn"] >= 48


def test_the_file_says_its_title_and_language_and_prints_black_and_white_only() -> None:
    reader = PdfReader(BytesIO(draw_paper(SLIP)))
    orders = [order for page in reader.pages for order in ContentStream(page.get_contents(), reader).operations]

    assert reader.metadata is not None
    assert (reader.metadata.title, str(reader.root_object["/Lang"])) == ("Phiếu gửi hồ sơ", "vi")
    assert {str(operands[0]) for operands, name in orders if name == b"g"} == {"0", "1"}


@pytest.mark.parametrize("drawn", PAPERS.values(), ids=PAPERS)
def test_the_file_is_whole(drawn: Paper, tmp_path: Path) -> None:
    assert faults_in(draw_paper(drawn), tmp_path) == ""


def test_another_day_and_another_process_give_the_same_bytes() -> None:
    assert draw_paper(RECORD) == drawn_elsewhere(
        "from labels.paper_pdf import draw_paper; from tests.labels.paper_samples import RECORD", "draw_paper(RECORD)"
    )
