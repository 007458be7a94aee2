"""The printed label, dot by dot, and the file it comes in."""

import re
import sys
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader
from pypdf.generic import ContentStream
from pyzbar import pyzbar

from labels.code128 import QUIET_BARS, encode_code128
from labels.item_label import ItemLabel, LabelWords, Leg, LegWords
from labels.pdf import draw_labels
from labels.qr import QUIET_MODULES, encode_qr
from labels.refusals import MissingGlyph
from labels.stock import A6, PRINT_HEADS
from tests.labels.raster import Dots, dot, enlarged, paper, printed, zone
from tests.labels.samples import LEGS, RESULT, SUBMISSION, SUPPLEMENT, WORDS
from tests.labels.whole import drawn_elsewhere, faults_in

if TYPE_CHECKING:
    from _typeshed import TraceFunction

VOWELS, CONSONANTS = "aăâeêioôơuưy", "bcdđfghjklmnpqrstvwxz"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LOWER = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + list(CONSONANTS)
LETTERS = LOWER + [letter.upper() for letter in LOWER]
HOSTILE = "^XA~JA<b>&amp;</b>%s{0}\\()\\n"


def _label(label: ItemLabel, dpi: int = 203) -> Dots:
    [page] = printed(draw_labels([label], WORDS, A6, dpi), dpi)
    return page


def _text(pdf: bytes, page: int = 0) -> str:
    """As a reader copies it: a line for each piece of text, in the order of drawing."""
    return str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()).replace("\r\n", "\n")


# --- both codes, read and measured


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", LEGS, ids=lambda label: label.leg)
def test_zxing_reads_both_codes(label: ItemLabel, dpi: int) -> None:
    found = {code.format: code.text for code in zxingcpp.read_barcodes(paper(_label(label, dpi)))}

    assert found == {
        zxingcpp.BarcodeFormat.QRCode: label.tracking_url,
        zxingcpp.BarcodeFormat.Code128: label.item_number,
    }


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", LEGS, ids=lambda label: label.leg)
def test_zbar_reads_both_codes(label: ItemLabel, dpi: int) -> None:
    page = paper(_label(label, dpi))
    found = {code.type: code.data.decode() for code in pyzbar.decode((page.tobytes(), page.shape[1], page.shape[0]))}

    assert found == {"QRCODE": label.tracking_url, "CODE128": label.item_number}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", LEGS, ids=lambda label: label.leg)
def test_every_module_of_the_square_is_whole_dots_in_a_quiet_zone(label: ItemLabel, dpi: int) -> None:
    side = PRINT_HEADS[dpi].qr_module_dots
    quiet = QUIET_MODULES * side
    expected = np.pad(enlarged(encode_qr(label.tracking_url, "tracking_url").modules, side), quiet)
    left, top = dot(5, dpi) - quiet, dot(67.5, dpi) - quiet

    page = _label(label, dpi)

    assert np.array_equal(page[top : top + len(expected), left : left + len(expected)], expected)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", LEGS, ids=lambda label: label.leg)
def test_every_bar_is_whole_dots_and_stands_free_and_centred(label: ItemLabel, dpi: int) -> None:
    bar = PRINT_HEADS[dpi].narrow_bar_dots
    quiet = QUIET_BARS * bar
    widths = encode_code128(label.item_number, "item_number").widths
    row = np.repeat([place % 2 == 0 for place in range(len(widths))], np.array(widths) * bar)
    expected = np.tile(np.pad(row, quiet), (dot(17, dpi), 1))
    left, top = (dot(105, dpi) - len(row)) // 2 - quiet, dot(116, dpi)

    page = _label(label, dpi)

    assert np.array_equal(page[top : top + len(expected), left : left + expected.shape[1]], expected)
    assert not page[top - quiet // 2 : top, left : left + expected.shape[1]].any()


def test_the_codes_have_the_sizes_that_the_print_heads_give() -> None:
    assert {dpi: (head.qr_module_dots, head.narrow_bar_dots) for dpi, head in PRINT_HEADS.items()} == {
        203: (7, 4),
        300: (10, 6),
        600: (20, 12),
    }


# --- the plate, the copy, the words


def _corners(dots: Dots) -> tuple[bool, bool, bool]:
    """The plate's left edge at the top, its right edge at the top, and its middle above the letters."""
    plate = zone(dots, 5.2, 5.2, 99.8, 21.8)
    return bool(plate[0, 0]), bool(plate[0, -1]), bool(plate[dot(1.8), plate.shape[1] // 2])


def test_a_submission_is_solid_and_points_right() -> None:
    dots = _label(SUBMISSION)

    assert _corners(dots) == (True, False, True)
    assert zone(dots, 98.6, 13.2, 99.4, 13.8).all()


def test_a_result_is_outlined_and_points_left() -> None:
    dots = _label(RESULT)

    assert _corners(dots) == (False, True, False)
    assert zone(dots, 5.6, 13.3, 6.4, 13.7).all()


def test_a_supplement_has_a_hatched_tail() -> None:
    tail = zone(_label(SUPPLEMENT), 5.2, 5.2, 17.8, 21.8)
    changes = int(np.count_nonzero(np.diff(tail[len(tail) // 2].astype(np.int8))))

    assert 4 <= changes <= 8
    assert 0.4 < tail.mean() < 0.6
    assert zone(_label(SUPPLEMENT), 18.2, 5.2, 21.0, 21.8).all()


def test_a_reprint_shows_its_copy_number_white_on_black() -> None:
    first, second = _label(SUBMISSION), _label(replace(SUBMISSION, copy_number=2))

    assert zone(first, 92, 104.6, 99.8, 109.2).mean() < 0.3
    assert zone(second, 92, 104.6, 99.8, 109.2).mean() > 0.6


def test_a_label_says_what_it_was_given_and_nothing_else() -> None:
    given = (
        "Trả kết quả Hạn 19/11 An Xuyên Bưu cục phát 32002 Từ TT PVHCC tỉnh Cà Mau "
        "Người nhận N.T.A.T., P. An Xuyên Niêm phong NP 004 655 "
        "Nhặt được phong bì này? Xin gọi 1900 54 54 81. Bản 1 EI 260 115 332 VN"
    )

    assert sorted(_text(draw_labels([RESULT], WORDS, A6)).split()) == sorted(given.split())


def test_an_urgent_label_says_so_over_the_date() -> None:
    text = _text(draw_labels([replace(SUBMISSION, is_urgent=True)], WORDS, A6))

    assert "Hỏa tốc\n20/11" in text
    assert "Hạn" not in text


def test_an_empty_fact_leaves_no_caption() -> None:
    bare = replace(SUBMISSION, due="", second_line="", sent_from="", person="", seal="", hotline="")

    text = _text(draw_labels([bare], WORDS, A6))

    assert " ".join(text.split()) == "Gửi hồ sơ Cà Mau Bản 1 EI 260 115 125 VN"


def test_capitals_of_the_destination_are_read_from_a_metre() -> None:
    rows = np.flatnonzero(zone(_label(SUBMISSION), 42, 23, 64, 46.5).any(axis=1))  # the M of Cà Mau

    assert (rows[-1] - rows[0]) * 25.4 / 203 > 17


# --- letters


def _in_extra_bold(letter: str) -> ItemLabel:
    return replace(SUBMISSION, second_line="", destination=letter)


def _in_semi_bold(letter: str) -> ItemLabel:
    return replace(SUBMISSION, person=9 * letter)


def _in_regular(letter: str) -> ItemLabel:
    return replace(SUBMISSION, hotline=9 * letter)


@pytest.mark.parametrize(
    ("label_of", "where"),
    [(_in_extra_bold, (5, 23, 100, 55)), (_in_semi_bold, (41, 81, 100, 89)), (_in_regular, (5, 104, 80, 110))],
    ids=["extra bold", "semi bold", "regular"],
)
def test_every_vietnamese_letter_prints_in_its_own_shape(
    label_of: Callable[[str], ItemLabel], where: tuple[float, float, float, float]
) -> None:
    words = replace(WORDS, finder="{hotline}")
    labels = [label_of(letter) for letter in LETTERS]

    shapes = {zone(page, *where).tobytes() for page in printed(draw_labels(labels, words, A6))}

    assert len(LETTERS) == 186
    assert len(shapes) == len(LETTERS)


def test_text_typed_on_a_mac_prints_the_same_bytes() -> None:
    apart = replace(
        SUBMISSION,
        destination=unicodedata.normalize("NFD", SUBMISSION.destination),
        second_line=unicodedata.normalize("NFD", SUBMISSION.second_line),
        person=unicodedata.normalize("NFD", SUBMISSION.person),
    )

    assert apart != SUBMISSION
    assert draw_labels([apart], WORDS, A6) == draw_labels([SUBMISSION], WORDS, A6)


def test_signs_that_steer_printers_and_markup_print_as_themselves() -> None:
    label = replace(SUBMISSION, sent_from=HOSTILE, person=f"\x1b\x10\x00{HOSTILE}\u202e", destination="A<&>^~")

    text = _text(draw_labels([label], WORDS, A6))

    assert text.count(HOSTILE) == 2
    assert "A<&>^~" in text


def test_a_letter_the_font_lacks_stops_the_whole_row() -> None:
    with pytest.raises(MissingGlyph, match="person"):
        draw_labels([SUBMISSION, replace(RESULT, person="N.T.→")], WORDS, A6)


# --- room


LONG_NAMES = {
    "words": ("Nguyễn Thị Ánh Tuyết " * 15)[:300],
    "one word": "Ễ" * 300,
    "wide": "W" * 300,
    "deep": "Ệ ỵ ự " * 50,
    "narrow": "ĩ j Ì " * 50,
    "no break": "Lý\u00a0Văn\u00a0Lâm" * 30,
}


@pytest.mark.parametrize("leg", list(Leg))
@pytest.mark.parametrize("name", LONG_NAMES.values(), ids=LONG_NAMES.keys())
def test_a_name_of_300_letters_stays_within_its_zone(name: str, leg: Leg) -> None:
    label = ItemLabel(
        leg, name, name, name, name, name, name, name, name, 987654321, SUBMISSION.tracking_url, SUBMISSION.item_number
    )
    dots = _label(label)
    found = {code.text for code in zxingcpp.read_barcodes(paper(dots))}

    assert found == {label.tracking_url, label.item_number}
    assert _outside_margins(dots) == 0
    assert not zone(dots, 5, 22.2, 100, 22.8).any()  # between plate and destination
    assert not zone(dots, 5, 62.8, 100, 67.3).any()  # between rule and facts
    assert not zone(dots, 34.2, 67, 41.8, 99).any()  # between square and facts
    assert not zone(dots, 5, 98.5, 100, 104.2).any()  # between facts and finder line


@pytest.mark.parametrize("letter", ["j", "Ì", "ĩ", "Ỵ", "ơ", "Ư", "A", "Q"])
def test_no_letter_leans_out_of_the_margin(letter: str) -> None:
    word = f"{letter}n{letter}"
    label = replace(RESULT, destination=word * 2, second_line=word, second_code=word, hotline=word)

    assert _outside_margins(_label(label)) == 0


@pytest.mark.parametrize("label", LEGS, ids=lambda label: label.leg)
def test_nothing_is_printed_outside_the_margin(label: ItemLabel) -> None:
    assert _outside_margins(_label(label)) == 0


def test_longer_words_of_another_language_fit_the_plate() -> None:
    english = LabelWords(
        title="Envelope label",
        submission=LegWords("Dossier to the office", "Sender"),
        result=LegWords("Result to the citizen", "Addressee"),
        supplement=LegWords("Supplementary papers", "Sender"),
        due="Due date",
        urgent="Express",
        sent_from="From",
        seal="Seal",
        finder="Found this envelope? Please call {hotline}.",
        copy="Copy {number}",
    )
    pdf = draw_labels(LEGS, english, A6)

    assert [_outside_margins(page) for page in printed(pdf)] == [0, 0, 0]
    assert "Result to the citizen" in _text(pdf, 1)


def test_a_long_place_name_is_shrunk_and_wrapped_but_kept_whole() -> None:
    name = "Xã Tân Hưng Đông, Ấp Kinh Mới"

    text = _text(draw_labels([replace(RESULT, destination=name)], WORDS, A6))

    assert name in " ".join(text.splitlines())


def _outside_margins(dots: Dots) -> int:
    """Black dots that lie wholly outside 5 mm."""
    first, last_x, last_y = int(5 * 203 / 25.4), dot(100), dot(143)
    inside = dots[first:last_y, first : last_x + 1]
    return int(dots.sum() - inside.sum())


# --- the file


def test_the_page_has_the_size_of_the_paper() -> None:
    page = PdfReader(BytesIO(draw_labels([SUBMISSION], WORDS, A6))).pages[0]
    size = [float(side) * 25.4 / 72 for side in (page.mediabox.width, page.mediabox.height)]

    assert size == pytest.approx([105, 148], abs=0.001)


def test_each_label_has_its_own_page() -> None:
    pdf = draw_labels(LEGS, WORDS, A6)

    assert [_text(pdf, page).splitlines()[-1] for page in range(3)] == [
        "EI 260 115 125 VN",
        "EI 260 115 332 VN",
        "EI 260 115 006 VN",
    ]


def test_the_file_says_its_title_and_language_and_is_not_scaled() -> None:
    reader = PdfReader(BytesIO(draw_labels([SUBMISSION], WORDS, A6)))

    assert reader.metadata is not None
    assert reader.metadata.title == "Tem phong bì"
    assert str(reader.root_object["/Lang"]) == "vi"
    assert reader.viewer_preferences is not None
    assert str(reader.viewer_preferences.print_scaling) == "/None"


def test_only_black_and_white_are_used() -> None:
    reader = PdfReader(BytesIO(draw_labels(LEGS, WORDS, A6)))
    orders = [order for page in reader.pages for order in ContentStream(page.get_contents(), reader).operations]

    assert {str(operands[0]) for operands, name in orders if name == b"g"} == {"0", "1"}
    assert {name for _, name in orders}.isdisjoint({b"rg", b"k", b"cs", b"sc", b"scn", b"sh", b"Do", b"S", b"s", b"B"})


def test_every_font_is_embedded() -> None:
    pdf = draw_labels(LEGS, WORDS, A6)
    named = {name.decode() for name in re.findall(rb"/BaseFont /(?:[A-Z]{6}\+)?([\w-]+)", pdf)}

    assert named == {"BeVietnamPro-Regular", "BeVietnamPro-SemiBold", "BeVietnamPro-ExtraBold"}
    assert pdf.count(b"/FontFile2") == len(named)


def test_extracted_text_is_composed() -> None:
    text = _text(draw_labels(LEGS, WORDS, A6))

    assert unicodedata.is_normalized("NFC", text)


def test_the_file_is_whole(tmp_path: Path) -> None:
    assert faults_in(draw_labels(LEGS, WORDS, A6), tmp_path) == ""


def test_another_day_and_another_process_give_the_same_bytes() -> None:
    assert draw_labels(LEGS, WORDS, A6) == drawn_elsewhere(
        "from labels.pdf import draw_labels; from labels.stock import A6; from tests.labels.samples import LEGS, WORDS",
        "draw_labels(LEGS, WORDS, A6)",
    )


def _give_way(frame: FrameType, event: str, argument: object) -> "TraceFunction | None":
    """Lets another thread on at every line that reads the font, so that state they share shows at once."""
    if frame.f_code.co_name not in ("seek", "read_short", "read_ushort"):
        return None
    time.sleep(0)
    return _give_way


def test_desks_that_print_at_once_get_the_label_they_asked_for() -> None:
    labels = [replace(SUBMISSION, destination=f"{letter}u Minh") for letter in "ẤỄỘỮ"]
    alone = [draw_labels([label], WORDS, A6) for label in labels]

    with ThreadPoolExecutor(4, initializer=lambda: sys.settrace(_give_way)) as desks:
        at_once = list(desks.map(lambda label: draw_labels([label], WORDS, A6), labels))

    assert at_once == alone


@pytest.mark.parametrize("dpi", [0, 72, 240])
def test_a_print_head_without_whole_dots_is_refused(dpi: int) -> None:
    with pytest.raises(ValueError, match=rf"^dpi: {dpi} is none of"):
        draw_labels([SUBMISSION], WORDS, A6, dpi)


def test_no_label_is_no_document() -> None:
    with pytest.raises(ValueError, match=r"^labels: none given"):
        draw_labels([], WORDS, A6)
