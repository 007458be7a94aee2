"""The decode ladder: what still reads when the label is worn, dark, askew or half gone."""

from functools import cache

import pytest
import zxingcpp

from labels.alignment import Alignment
from labels.formats import FORMATS, Format
from labels.item_label import ItemLabel
from tests.labels.camera import READERS, Rung, Seen, blurred, in_low_light, photographed, turned, zxing
from tests.labels.raster import paper
from tests.labels.samples import LEGS
from tests.labels.test_formats import LAYOUTS, cell_of

each_dpi = pytest.mark.parametrize("dpi", [203, 300])
each_layout = pytest.mark.parametrize("form", LAYOUTS, ids=lambda form: form.name)
# Bars 6.8 mm high under 58 mm: no straight line crosses them all at 7 degrees, so that label is for an aimed scanner.
LONG_BARS = [form for form in LAYOUTS if form.name != "80x50"]
each_with_long_bars = pytest.mark.parametrize("form", LONG_BARS, ids=lambda form: form.name)
each_reader = pytest.mark.parametrize("reader", READERS)


@cache
def _printed(form: Format, dpi: int) -> tuple[Seen, ItemLabel]:
    label = LEGS[(LAYOUTS.index(form) + dpi) % 3]
    return paper(cell_of(form, label, Alignment(dpi=dpi))), label


def _square(form: Format, dpi: int) -> tuple[slice, slice]:
    """Where the QR stands, found by what a clean reading says."""
    page, label = _printed(form, dpi)
    [code] = [one for one in _codes(page) if one.text == label.tracking_url]
    corners = (code.position.top_left, code.position.bottom_right)
    return slice(corners[0].y, corners[1].y + 1), slice(corners[0].x, corners[1].x + 1)


def _codes(page: Seen) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(page)


@each_reader
@each_dpi
@each_layout
def test_a_clean_label_gives_both_codes_and_nothing_else(form: Format, dpi: int, reader: str) -> None:
    page, label = _printed(form, dpi)

    assert READERS[reader](page) == {label.tracking_url, label.item_number}


@each_reader
@each_dpi
@each_layout
@pytest.mark.parametrize("rung", [blurred, turned(7), turned(45), photographed], ids=["blur", "7", "45", "phone"])
def test_the_square_is_read_blurred_turned_and_photographed(rung: Rung, form: Format, dpi: int, reader: str) -> None:
    page, label = _printed(form, dpi)

    assert label.tracking_url in READERS[reader](rung(page))


@each_reader
@each_dpi
@each_with_long_bars
@pytest.mark.parametrize("rung", [blurred, turned(7), photographed], ids=["blur", "7", "phone"])
def test_the_bars_are_read_blurred_aslant_and_photographed(rung: Rung, form: Format, dpi: int, reader: str) -> None:
    page, label = _printed(form, dpi)

    assert label.item_number in READERS[reader](rung(page))


@each_dpi
@each_layout
def test_the_square_is_read_in_low_light(form: Format, dpi: int) -> None:
    page, label = _printed(form, dpi)

    assert label.tracking_url in zxing(in_low_light(page))


@each_dpi
@each_layout
@pytest.mark.parametrize("ink", [0, 255], ids=["black", "white"])
def test_the_square_is_read_with_a_tenth_of_it_gone(form: Format, dpi: int, ink: int) -> None:
    page, label = _printed(form, dpi)
    rows, columns = _square(form, dpi)
    side = rows.stop - rows.start
    blot = round(side * 0.1**0.5)
    stained = page.copy()
    top, left = rows.start + (side - blot) // 2, columns.start + (side - blot) // 2
    stained[top : top + blot, left : left + blot] = ink

    assert label.tracking_url in zxing(stained)


@each_reader
@each_dpi
@each_layout
def test_with_the_square_destroyed_the_bars_still_name_the_item(form: Format, dpi: int, reader: str) -> None:
    page, label = _printed(form, dpi)
    torn = page.copy()
    torn[_square(form, dpi)] = 0

    assert READERS[reader](torn) == {label.item_number}


def test_every_layout_that_is_sold_is_on_the_ladder() -> None:
    climbed = {(form.cell.width_mm, form.cell.height_mm) for form in LAYOUTS}

    assert {(form.cell.width_mm, form.cell.height_mm) for form in FORMATS.values()} == climbed
