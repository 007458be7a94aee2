import numpy as np
import pytest
import zxingcpp
from hypothesis import given, strategies as st

from labels.code128 import QUIET_BARS, STOP, Code128Symbol, check_value, encode_code128
from labels.refusals import LabelRefused
from tests.labels.raster import enlarged, paper

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=24)
MIXED = st.lists(st.from_regex(r"[0-9]{1,9}|[A-Z]{1,3}", fullmatch=True), min_size=1, max_size=5).map("".join)
S10 = st.from_regex(r"[A-Z]{2}[0-9]{9}VN", fullmatch=True)


def _read(symbol: Code128Symbol) -> list[str]:
    bars = [place % 2 == 0 for place, width in enumerate(symbol.widths) for _ in range(width)]
    row = [False] * QUIET_BARS + bars + [False] * QUIET_BARS
    image = np.repeat(paper(enlarged([row], 3)), 30, axis=0)
    return [found.text for found in zxingcpp.read_barcodes(image)]


@given(PRINTABLE | MIXED)
def test_a_scanner_reads_what_was_encoded(text: str) -> None:
    assert _read(encode_code128(text, "item_number")) == [text]


@given(S10)
def test_every_item_number_takes_156_bars(number: str) -> None:
    symbol = encode_code128(number, "item_number")

    assert symbol.width == 156
    assert _read(symbol) == [number]


@given(PRINTABLE | MIXED)
def test_changing_sets_never_costs_more_than_staying_in_one(text: str) -> None:
    assert len(encode_code128(text, "item_number").values) <= len(text) + 3


@given(st.from_regex(r"([0-9]{2}){1,10}", fullmatch=True))
def test_an_even_row_of_digits_takes_half_the_symbols(digits: str) -> None:
    assert len(encode_code128(digits, "item_number").values) == len(digits) // 2 + 3


def test_the_check_value_agrees_with_the_published_example() -> None:
    # PJJ123C in set A, worked out in public descriptions of the symbology.
    assert check_value((103, 48, 42, 42, 17, 18, 19, 35)) == 54


@given(S10, st.integers(1, 12))
def test_a_damaged_symbol_is_not_read_as_another_number(number: str, place: int) -> None:
    whole = encode_code128(number, "item_number")
    damaged = (*whole.values[:place], (whole.values[place] + 1) % 96, *whole.values[place + 1 :])

    assert check_value(damaged[:-2]) != damaged[-2]
    assert whole.values[-1] == STOP


@pytest.mark.parametrize("text", ["", "EI260115125VN\n", "Đ", "\x7f"])
def test_what_set_b_lacks_is_refused_by_field(text: str) -> None:
    with pytest.raises(LabelRefused) as refused:
        encode_code128(text, "item_number")

    assert refused.value.field == "item_number"
