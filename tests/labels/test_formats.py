"""Every format: where the vendor cut it, where the printer prints it, and codes of whole dots in each."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from pypdf import PdfReader

from labels.alignment import STRAIGHT, Alignment
from labels.code128 import QUIET_BARS, encode_code128
from labels.compact_zones import facts_by_importance
from labels.format_pdf import PrintRun, draw_run
from labels.formats import FORMATS, Format
from labels.item_label import ItemLabel, Leg
from labels.pdf import draw_labels
from labels.qr import QUIET_MODULES, encode_qr
from labels.refusals import LabelRefused, MissingGlyph
from labels.stock import A6
from tests.labels.camera import zxing
from tests.labels.raster import Dots, dot, enlarged, paper, printed
from tests.labels.samples import LEGS, RESULT, SUBMISSION, WORDS
from tests.labels.whole import faults_in

SHEETS = [one for one in FORMATS.values() if one.is_sheet]
# The others put one of these layouts into the cells of a sheet.
LAYOUTS = [FORMATS[name] for name in ("a6", "100x150", "80x50", "a4-8up", "a4-avery-l7165")]
each_format = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS.keys())
each_layout = pytest.mark.parametrize("form", LAYOUTS, ids=lambda form: form.name)
each_sheet = pytest.mark.parametrize("form", SHEETS, ids=lambda form: form.name)


def cell_of(form: Format, label: ItemLabel, alignment: Alignment = STRAIGHT, cell: int = 1) -> Dots:
    """One printed label, cut out along the cell's edge."""
    [page] = printed(draw_run([label], WORDS, PrintRun(form, cell, alignment)), alignment.dpi)
    return cut(page, form, cell, alignment.dpi)


def cut(page: Dots, form: Format, cell: int, dpi: int = 203) -> Dots:
    left, top = (dot(edge, dpi) for edge in form.corners[cell - 1])
    return page[top : top + dot(form.cell.height_mm, dpi), left : left + dot(form.cell.width_mm, dpi)]


def found_at(dots: Dots, piece: Dots) -> list[tuple[int, int]]:
    """Top and left of every place where the dots are exactly these, told first by the piece's middle row."""
    height, width = piece.shape
    middle = piece[height // 2].tobytes()
    places = [(row - height // 2, dots[row].tobytes().find(middle)) for row in range(height // 2, len(dots))]
    return [(top, left) for top, left in places if left >= 0 and _is_at(dots[top : top + height], left, width, piece)]


def _is_at(rows: Dots, left: int, width: int, piece: Dots) -> bool:
    return np.array_equal(rows[:, left : left + width], piece)


# --- both codes, in whole dots


@pytest.mark.parametrize("dpi", [203, 300])
@each_layout
def test_both_codes_stand_once_in_whole_dots_with_free_room_around(form: Format, dpi: int) -> None:
    head = form.heads[dpi]
    widths = encode_code128(SUBMISSION.item_number, "item_number").widths
    row = np.repeat([place % 2 == 0 for place in range(len(widths))], np.array(widths) * head.narrow_bar_dots)
    bars = np.tile(np.pad(row, QUIET_BARS * head.narrow_bar_dots), (dot(6, dpi), 1))
    modules = enlarged(encode_qr(SUBMISSION.tracking_url, "tracking_url").modules, head.qr_module_dots)
    square = np.pad(modules, QUIET_MODULES * head.qr_module_dots)

    dots = cell_of(form, SUBMISSION, Alignment(dpi=dpi))

    assert len(found_at(dots[:, : square.shape[1] + dot(5, dpi)], square)) == 1
    tops = [top for top, _ in found_at(dots, bars)]
    assert tops == list(range(tops[0], tops[0] + len(tops)))
    assert tops[0] == dot(form.cell.bars_top_mm, dpi)


@each_format
def test_no_code_is_finer_than_a_scanner_at_a_counter_reads(form: Format) -> None:
    at_203, at_300, at_600 = (form.heads[dpi] for dpi in (203, 300, 600))

    assert at_203.qr_module_dots >= 4
    assert min(head.narrow_bar_dots for head in (at_203, at_300, at_600)) >= 3
    assert at_300.qr_module_dots / 300 >= 4 / 203
    assert at_600.qr_module_dots / 600 >= 4 / 203


@pytest.mark.parametrize("name", ["a6", "80x50"])
def test_a_head_of_600_dpi_prints_both_codes(name: str) -> None:
    dots = cell_of(FORMATS[name], RESULT, Alignment(dpi=600))

    assert zxing(paper(dots)) == {RESULT.tracking_url, RESULT.item_number}


# --- what stands on which label


@each_format
def test_the_destination_is_the_largest_text_and_leg_and_urgency_come_next(form: Format) -> None:
    label = replace(SUBMISSION, is_urgent=True)
    page = pypdfium2.PdfDocument(draw_run([label], WORDS, PrintRun(form)))[0]
    facts = ("Trung tâm PVHCC tỉnh", "N.T.A.T.", "NP 004 417", "EI 260 115 125 VN")

    destination, leg, urgency = (_height(page, text) for text in ("Cà Mau", "Gửi hồ sơ", "Hỏa tốc"))

    assert destination > 2 * urgency
    assert destination > 2 * max(_height(page, text) for text in facts)
    assert min(leg, urgency) > 1.3 * max(_height(page, text) for text in facts[1:3])


def _lines(page: pypdfium2.PdfPage) -> list[str]:
    return str(page.get_textpage().get_text_range()).splitlines()


def _height(page: pypdfium2.PdfPage, text: str) -> float:
    """Of its first letter's ink, in points."""
    letters = page.get_textpage()
    found = letters.search(text, match_case=True).get_next()
    assert found is not None
    _, bottom, _, top = letters.get_charbox(found[0])
    return float(top - bottom)


def test_small_labels_leave_the_least_important_facts_out() -> None:
    facts = [fact for _, fact in facts_by_importance(SUBMISSION, WORDS)]
    texts = {
        name: " ".join(_lines(pypdfium2.PdfDocument(draw_run([SUBMISSION], WORDS, PrintRun(FORMATS[name])))[0]))
        for name in ("80x50", "a4-8up")
    }

    assert facts == [
        "N.T.A.T., P. An Xuyên",
        "NP 004 417",
        "Bưu cục An Xuyên",
        "Nhặt được phong bì này? Xin gọi 1900 54 54 81.",
    ]
    assert [fact in texts["80x50"] for fact in facts] == [True, True, False, False]
    assert [fact in texts["a4-8up"] for fact in facts] == [True, True, True, False]


def test_a_fact_that_is_missing_gives_its_line_to_the_next() -> None:
    text = " ".join(
        _lines(pypdfium2.PdfDocument(draw_run([replace(SUBMISSION, seal="")], WORDS, PrintRun(FORMATS["80x50"])))[0])
    )

    assert "Từ Bưu cục An Xuyên" in text
    assert "Niêm phong" not in text


@each_format
def test_a_reprint_is_white_on_black_on_every_format(form: Format) -> None:
    first, second = (cell_of(form, replace(SUBMISSION, copy_number=copy)) for copy in (1, 2))

    assert second.sum() > first.sum() + dot(1.5) * dot(5)


# --- room

HOSTILE = {
    "words": ("Nguyễn Thị Ánh Tuyết " * 15)[:300],
    "one word": "Ễ" * 300,
    "wide": "W" * 300,
    "deep": "Ệ ỵ ự " * 50,
    "no break": "Lý\u00a0Văn\u00a0Lâm" * 30,
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("form", LAYOUTS[1:], ids=lambda form: form.name)
def test_a_name_of_300_letters_stays_in_the_label_and_off_the_codes(form: Format, name: str) -> None:
    label = ItemLabel(
        Leg.RESULT,
        name,
        name,
        name,
        name,
        name,
        name,
        name,
        name,
        987654321,
        SUBMISSION.tracking_url,
        SUBMISSION.item_number,
    )

    dots = cell_of(form, label)

    assert zxing(paper(dots)) >= {label.tracking_url, label.item_number}
    assert _outside_margin(dots, form) == 0
    above_bars = dots[dot(form.cell.bars_top_mm) - 5 : dot(form.cell.bars_top_mm)]
    assert not above_bars.any()


def _outside_margin(dots: Dots, form: Format) -> int:
    cell = form.cell
    first = int(cell.margin_mm * 203 / 25.4)
    last_y, last_x = dot(cell.height_mm - cell.margin_mm) + 1, dot(cell.right_mm) + 1
    return int(dots.sum() - dots[first:last_y, first:last_x].sum())


@pytest.mark.parametrize("name", ["80x50", "a4-8up"])
def test_a_letter_the_font_lacks_is_refused_on_every_format(name: str) -> None:
    with pytest.raises(MissingGlyph, match="person"):
        draw_run([replace(RESULT, person="N.T.😀")], WORDS, PrintRun(FORMATS[name]))


# --- sheets


@each_sheet
def test_each_cell_of_a_sheet_holds_the_same_dots_at_the_vendors_place(form: Format) -> None:
    [page] = printed(draw_run([SUBMISSION] * len(form.corners), WORDS, PrintRun(form)))

    cells = [cut(page, form, cell) for cell in range(1, len(form.corners) + 1)]

    plate_top, plate_left = dot(form.cell.margin_mm), dot(form.cell.margin_mm)
    assert all(np.count_nonzero(one != cells[0]) < 0.002 * one.size for one in cells)  # letters, by half a dot
    assert all(abs(int(np.flatnonzero(one.any(axis=1))[0]) - plate_top) <= 1 for one in cells)
    assert all(abs(int(np.flatnonzero(one.any(axis=0))[0]) - plate_left) <= 1 for one in cells)
    assert sum(int(one.sum()) for one in cells) == int(page.sum())


def test_the_last_cells_lie_where_the_vendors_drawings_say() -> None:
    last = {form.name: (len(form.corners), *form.corners[-1]) for form in SHEETS}

    assert {name: (count, round(left, 2), round(top, 2)) for name, (count, left, top) in last.items()} == {
        "a4-4up": (4, 105, 148),
        "a4-8up": (8, 105, 222.5),
        "a4-avery-l7165": (8, 106.31, 216.23),
        "a4-avery-l4785": (10, 113, 233),
    }


@each_sheet
def test_printing_begins_at_the_cell_that_is_asked_for(form: Format) -> None:
    most = len(form.corners)
    first, second = printed(draw_run([SUBMISSION, RESULT, SUBMISSION], WORDS, PrintRun(form, start_cell=most - 1)))

    used = [cell for cell in range(1, most + 1) if cut(first, form, cell).any()]

    assert used == [most - 1, most]
    assert [cell for cell in range(1, most + 1) if cut(second, form, cell).any()] == [1]


@pytest.mark.parametrize("cell", [0, -1, 9])
def test_a_cell_that_the_sheet_lacks_is_refused(cell: int) -> None:
    with pytest.raises(LabelRefused, match="start_cell"):
        PrintRun(FORMATS["a4-8up"], start_cell=cell)


# --- one printer's alignment


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize(("name", "dx", "dy"), [("a6", 1.5, -2.0), ("80x50", -1.0, 1.0), ("a4-8up", -3.0, 2.5)])
def test_an_alignment_moves_all_ink_by_its_millimetres(name: str, dx: float, dy: float, dpi: int) -> None:
    form = FORMATS[name]
    [straight] = printed(draw_run([RESULT], WORDS, PrintRun(form, alignment=Alignment(dpi=dpi))), dpi)
    [moved] = printed(draw_run([RESULT], WORDS, PrintRun(form, alignment=Alignment(dx, dy, dpi=dpi))), dpi)

    expected = np.roll(straight, (dot(dy, dpi), dot(dx, dpi)), axis=(0, 1))

    assert np.count_nonzero(moved != expected) < 0.002 * moved.size
    assert zxing(paper(moved)) == {RESULT.tracking_url, RESULT.item_number}


@pytest.mark.parametrize("scale", [0.97])
def test_a_scale_stretches_the_page_about_its_top_left(scale: float) -> None:
    form = FORMATS["a4-avery-l7165"]
    [straight] = printed(draw_run([RESULT] * 8, WORDS, PrintRun(form)))
    [scaled] = printed(draw_run([RESULT] * 8, WORDS, PrintRun(form, alignment=Alignment(scale=scale))))

    ends = [np.flatnonzero(page.any(axis=0))[[0, -1]] for page in (straight, scaled)]

    assert ends[1] == pytest.approx(ends[0] * scale, abs=1.5)


@pytest.mark.parametrize(
    ("name", "alignment"),
    [
        ("80x50", Alignment(dx_mm=-2.1)),
        ("a6", Alignment(dy_mm=5.1)),
        ("a4-8up", Alignment(scale=1.05)),
        ("a4-4up", Alignment(dx_mm=5.5)),
    ],
)
def test_an_alignment_that_pushes_ink_off_the_page_is_refused(name: str, alignment: Alignment) -> None:
    with pytest.raises(LabelRefused, match="alignment"):
        PrintRun(FORMATS[name], alignment=alignment)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("dx_mm", {"dx_mm": 10.5}),
        ("dy_mm", {"dy_mm": float("nan")}),
        ("scale", {"scale": 0.5}),
        ("scale", {"scale": float("nan")}),
        ("dpi", {"dpi": 72}),
    ],
)
def test_an_alignment_no_printer_needs_is_refused_by_its_field(field: str, values: dict[str, float]) -> None:
    with pytest.raises(LabelRefused, match=rf"alignment\.{field}"):
        replace(STRAIGHT, **values)  # type: ignore[arg-type]  # dpi among floats


# --- the file


@each_format
def test_the_file_of_every_format_is_whole_titled_and_its_text_can_be_copied(form: Format, tmp_path: Path) -> None:
    pdf = draw_run(LEGS, WORDS, PrintRun(form))

    reader = PdfReader(BytesIO(pdf))
    size = [float(side) * 25.4 / 72 for side in reader.pages[0].mediabox.upper_right]
    text = " ".join(str(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf))
    assert faults_in(pdf, tmp_path) == ""
    assert reader.metadata is not None
    assert (reader.metadata.title, str(reader.root_object["/Lang"])) == ("Tem phong bì", "vi")
    assert size == pytest.approx([form.page.width_mm, form.page.height_mm], abs=0.001)
    assert all(words in text for words in ("Cà Mau", "Trả kết quả", "Năm Căn", "EI 260 115 332 VN"))
    assert draw_run(LEGS, WORDS, PrintRun(form)) == pdf


def test_the_plain_a6_is_the_label_as_it_was_before_there_were_formats() -> None:
    assert draw_run(LEGS, WORDS, PrintRun(FORMATS["a6"])) == draw_labels(LEGS, WORDS, A6)


def test_no_label_is_no_sheet() -> None:
    with pytest.raises(ValueError, match=r"^labels: none given"):
        draw_run([], WORDS, PrintRun(FORMATS["a4-8up"]))
