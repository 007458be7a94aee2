"""Labels for thermal printers: the same picture as on paper, codes drawn by the printer, and no text told as text."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from PIL import Image, ImageFilter

from labels.alignment import STRAIGHT, Alignment
from labels.code128 import QUIET_BARS, encode_code128
from labels.dots import Piece
from labels.format_pdf import PrintRun, draw_run
from labels.formats import FORMATS, THERMAL
from labels.item_label import ItemLabel
from labels.qr import QUIET_MODULES, VERSION
from labels.refusals import LabelRefused
from labels.zpl import zpl_run
from labels.zpl_fields import bars, graphic
from tests.labels.camera import READERS, Rung, blurred, in_low_light, photographed, turned, zxing
from tests.labels.raster import Dots, dot, paper, printed
from tests.labels.samples import LEGS, RESULT, SUBMISSION, WORDS
from tests.labels.thermal import ONE_COPY, PRINTERS, TOLD, Printer, thermal

SIDE = 17 + 4 * VERSION
each_dpi = pytest.mark.parametrize("dpi", [203, 300])
each_format = pytest.mark.parametrize("name", THERMAL)


def told(label: ItemLabel, name: str = "zpl-a6", alignment: Alignment = STRAIGHT) -> bytes:
    return zpl_run([label], WORDS, PrintRun(THERMAL[name], alignment=alignment))


@cache
def seen(name: str, dpi: int, leg: int = 0, printer: Printer = "zd621") -> Dots:
    [dots] = thermal(told(LEGS[leg], name, Alignment(dpi=dpi)), dpi, printer)
    return dots


def square_of(name: str, dpi: int) -> tuple[slice, slice]:
    """Where the QR stands: the address is the one thing that begins at its corner."""
    [(left, top, dots)] = re.findall(
        r"\^FO(\d+),(\d+)\^BQN,2,(\d+)", told(SUBMISSION, name, Alignment(dpi=dpi)).decode()
    )
    side = SIDE * int(dots)
    return slice(int(top), int(top) + side), slice(int(left), int(left) + side)


# --- the picture


@each_dpi
@each_format
def test_a_thermal_label_is_the_paper_label_to_within_a_dot_at_the_edges(name: str, dpi: int) -> None:
    leg = (list(THERMAL).index(name) + dpi) % 3
    on_paper = FORMATS[name.removeprefix("zpl-")]
    [page] = printed(draw_run([LEGS[leg]], WORDS, PrintRun(on_paper, alignment=Alignment(dpi=dpi))), dpi)
    dots = seen(name, dpi, leg, "specification").copy()
    page = page[: dots.shape[0], : dots.shape[1]].copy()
    for one in (page, dots):
        one[square_of(name, dpi)] = False  # the printer chooses its own mask

    astray = (page & ~_grown(dots)) | (dots & ~_grown(page))

    assert np.count_nonzero(astray) < 0.002 * np.count_nonzero(page)
    assert np.count_nonzero(page ^ dots) < 0.08 * np.count_nonzero(page)


def _grown(dots: Dots) -> Dots:
    return np.asarray(Image.fromarray(dots).convert("L").filter(ImageFilter.MaxFilter(3))) > 0


@pytest.mark.parametrize("letters", ["Ễ Ộ Ữ Ỵ Ằ Ẫ", "ế ợ ử ỵ ẳ đ Đ", "Ơ Ư Ặ Ẩ Ổ"])
def test_no_tone_of_a_vietnamese_letter_is_lost(letters: str) -> None:
    label = replace(SUBMISSION, destination=letters)
    [page] = printed(draw_run([label], WORDS, PrintRun(FORMATS["a6"])))
    [dots] = thermal(told(label))
    place = slice(dot(22.5), dot(47))

    assert np.count_nonzero(page[place, : dots.shape[1]] & ~_grown(dots[place])) < 20
    assert np.count_nonzero(dots[place]) > 5000


# --- both codes, drawn by the printer


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("printer", PRINTERS)
@each_dpi
@each_format
def test_both_codes_are_read_as_every_printer_draws_them(name: str, dpi: int, printer: Printer, reader: str) -> None:
    dots = seen(name, dpi, printer=printer)

    assert READERS[reader](paper(dots)) == {SUBMISSION.tracking_url, SUBMISSION.item_number}


@pytest.mark.parametrize("rung", [blurred, turned(7), turned(45), photographed], ids=["blur", "7", "45", "phone"])
@each_dpi
@each_format
def test_the_printers_square_is_read_blurred_turned_and_photographed(name: str, dpi: int, rung: Rung) -> None:
    page = rung(paper(seen(name, dpi)))

    assert all(SUBMISSION.tracking_url in read(page) for read in READERS.values())


@each_dpi
@each_format
def test_the_printers_square_is_read_in_low_light_and_with_a_tenth_of_it_gone(name: str, dpi: int) -> None:
    page = paper(seen(name, dpi))
    rows, columns = square_of(name, dpi)
    side = rows.stop - rows.start
    blot = round(side * 0.1**0.5)
    top, left = rows.start + (side - blot) // 2, columns.start + (side - blot) // 2
    stained = page.copy()
    stained[top : top + blot, left : left + blot] = 0

    assert SUBMISSION.tracking_url in zxing(in_low_light(page))
    assert SUBMISSION.tracking_url in zxing(stained)


@each_dpi
@each_format
def test_with_the_square_destroyed_the_printers_bars_still_name_the_item(name: str, dpi: int) -> None:
    torn = paper(seen(name, dpi)).copy()
    torn[square_of(name, dpi)] = 0

    assert all(read(torn) == {SUBMISSION.item_number} for read in READERS.values())


@pytest.mark.parametrize("printer", PRINTERS)
@each_dpi
@each_format
def test_the_square_stands_where_the_layout_puts_it_whatever_the_printer_printed_before(
    name: str, dpi: int, printer: Printer
) -> None:
    module = THERMAL[name].heads[dpi].qr_module_dots
    rows, columns = square_of(name, dpi)
    # A ^BY of another program would push it down by 80 dots.
    [_, dots] = thermal(
        b"^XA^BY5,3,80^FO9,9^GB9,9,9^FS" + ONE_COPY + told(SUBMISSION, name, Alignment(dpi=dpi)), dpi, printer
    )
    free = QUIET_MODULES * module
    around = dots[rows.start - free : rows.stop + free, max(columns.start - free, 0) : columns.stop + free]

    ink = np.argwhere(around)

    assert columns.stop - columns.start == SIDE * module
    assert tuple(ink.min(axis=0)) == (free, min(free, columns.start))
    assert tuple(ink.max(axis=0)) == (free + SIDE * module - 1, min(free, columns.start) + SIDE * module - 1)


def test_a_short_address_gets_the_printers_smaller_square_at_the_same_corner() -> None:
    label = replace(SUBMISSION, tracking_url=f"HTTPS://A.VN/T/{'0123456789' * 3}"[:47])
    rows, columns = square_of("zpl-a6", 203)

    [dots] = thermal(told(label))

    assert all(read(paper(dots)) == {label.tracking_url, label.item_number} for read in READERS.values())
    assert dots[rows.start, columns.start : columns.start + 7 * 7].all()
    assert not dots[rows.stop - 7 * 4 : rows.stop, columns].any()


@each_dpi
@each_format
def test_the_bars_are_the_shortest_row_in_whole_dots_with_free_room_around(name: str, dpi: int) -> None:
    head, cell = THERMAL[name].heads[dpi], THERMAL[name].cell
    widths = encode_code128(SUBMISSION.item_number, "item_number").widths
    row = np.repeat([place % 2 == 0 for place in range(len(widths))], np.array(widths) * head.narrow_bar_dots)
    top = dot(cell.bars_top_mm, dpi)

    dots = seen(name, dpi)

    left = (dot(cell.width_mm, dpi) - row.size) // 2
    free = QUIET_BARS * head.narrow_bar_dots
    quiet = np.pad(row, free)[max(free - left, 0) :][: dots.shape[1]]
    assert np.array_equal(dots[top + 3, max(left - free, 0) :][: quiet.size], quiet)
    assert not dots[top - 1, max(left - free, 0) :][: quiet.size].any()


@example("EI999999999VN")  # 99 is a pair of digits in the one set and leaves the other
@given(st.from_regex(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", fullmatch=True))
@settings(max_examples=40, deadline=None)
def test_every_item_number_is_told_in_the_sets_that_make_it_shortest(number: str) -> None:
    symbol = encode_code128(number, "item_number")
    field = b"^XA^PW700^LL60^LH0,0\n" + bars(symbol, 10, 5, bar=3, height=20).encode() + ONE_COPY
    widths = np.repeat([place % 2 == 0 for place in range(len(symbol.widths))], np.array(symbol.widths) * 3)

    [dots] = thermal(field)

    assert np.array_equal(np.flatnonzero(dots[15]), np.flatnonzero(widths) + 10)


# --- dots told as text


@given(st.integers(1, 41), st.binary(min_size=1, max_size=400), st.sampled_from([b"\0", b"\xff", b"\xa5"]))
@settings(max_examples=80, deadline=None)
def test_packed_dots_come_out_as_they_went_in(row_bytes: int, bits: bytes, end: bytes) -> None:
    bits += end * (-len(bits) % row_bytes) + end * row_bytes * 2
    field = b"^XA^PW400^LL450^LH0,0\n" + graphic(Piece(3, 2, row_bytes, bits)).encode() + ONE_COPY

    [dots] = thermal(field)

    expected = np.unpackbits(np.frombuffer(bits, np.uint8)).reshape(-1, row_bytes * 8).astype(bool)
    assert np.array_equal(dots[2 : 2 + len(expected), 3 : 3 + row_bytes * 8], expected)
    assert dots.sum() == expected.sum()


def test_a_white_end_of_a_row_is_left_out_by_whole_bytes() -> None:
    assert graphic(Piece(1, 2, 3, b"\xf0\x00\x00\x12\x0f\xff")) == "^FO1,2^GFA,6,6,3,F0,120F!^FS\n"


def test_a_label_of_a_row_is_told_as_if_it_were_alone() -> None:
    row = zpl_run(LEGS, WORDS, PrintRun(THERMAL["zpl-a6"]))

    assert row == b"".join(told(label) for label in LEGS)
    assert len(row) < 3 * 33_000


# --- nothing from outside is a command


@each_format
def test_a_label_tells_the_printer_the_known_fields_and_nothing_else(name: str) -> None:
    assert all(TOLD.fullmatch(told(label, name).decode("ascii")) for label in LEGS)


@given(st.text(st.sampled_from("^~\\_><&,|{}@A1 Ễđ\u202e\u200f\x00\x1b\x10\n"), min_size=1, max_size=300))
@settings(max_examples=25, deadline=None)
def test_commands_in_a_name_print_as_letters_or_not_at_all(name: str) -> None:
    label = replace(SUBMISSION, destination=f"A{name}", person=name, seal=f"^FS^XZ{name}")

    assert TOLD.fullmatch(told(label, "zpl-80x50").decode("ascii"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("item_number", "EI260115125VN^XZ"),
        ("item_number", ">260115125VN"),
        ("tracking_url", "HTTPS://A.VN/T/0^FS^XZ"),
        ("tracking_url", "https://a.vn/t/~JR"),
    ],
)
def test_a_code_that_would_hold_a_command_is_refused_by_its_field(field: str, value: str) -> None:
    with pytest.raises(LabelRefused, match=rf"^{field}: "):
        told(replace(SUBMISSION, **{field: value}))  # type: ignore[arg-type]  # both are texts


# --- one printer's alignment


@pytest.mark.parametrize(("name", "dx", "dy"), [("zpl-a6", 1.5, -2.0), ("zpl-80x50", -1.0, 1.0)])
@each_dpi
def test_an_alignment_moves_all_ink_by_whole_dots(name: str, dx: float, dy: float, dpi: int) -> None:
    [moved] = thermal(told(SUBMISSION, name, Alignment(dx, dy, dpi=dpi)), dpi)

    assert np.array_equal(moved, np.roll(seen(name, dpi), (dot(dy, dpi), dot(dx, dpi)), axis=(0, 1)))


@pytest.mark.parametrize("scale", [0.9, 0.97])
@each_dpi
@each_format
def test_a_scale_moves_the_ink_together_and_leaves_both_codes_whole_dots_that_read(
    name: str, dpi: int, scale: float
) -> None:
    [dots] = thermal(told(SUBMISSION, name, Alignment(scale=scale, dpi=dpi)), dpi)
    straight = seen(name, dpi)

    ends = [np.flatnonzero(one[: dot(40, dpi)].any(axis=0))[[0, -1]] for one in (straight, dots)]

    assert ends[1] == pytest.approx(ends[0] * scale, abs=1.5)
    assert all(read(paper(dots)) == {SUBMISSION.tracking_url, SUBMISSION.item_number} for read in READERS.values())


def test_a_head_that_no_thermal_printer_of_ours_has_is_refused() -> None:
    with pytest.raises(LabelRefused, match=r"^alignment\.dpi: is none of \[203, 300\]"):
        told(RESULT, alignment=Alignment(dpi=600))


def test_no_label_is_no_job() -> None:
    with pytest.raises(ValueError, match=r"^labels: none given"):
        zpl_run([], WORDS, PrintRun(THERMAL["zpl-a6"]))
