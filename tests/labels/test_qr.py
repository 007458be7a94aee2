import numpy as np
import pytest
import zxingcpp
from hypothesis import given, strategies as st

from labels.qr import MOST_CHARACTERS, QUIET_MODULES, encode_qr
from labels.refusals import LabelRefused
from tests.labels.raster import enlarged, paper

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def _read(text: str) -> zxingcpp.Barcode:
    dots = np.pad(enlarged(encode_qr(text, "tracking_url").modules, 3), 3 * QUIET_MODULES)
    [found] = zxingcpp.read_barcodes(paper(dots))
    return found


@given(st.text(ALPHANUMERIC, min_size=1, max_size=MOST_CHARACTERS))
def test_a_phone_reads_what_was_encoded(text: str) -> None:
    assert _read(text).text == text


@pytest.mark.parametrize("length", [1, 29, MOST_CHARACTERS])
def test_short_and_long_addresses_print_alike(length: int) -> None:
    assert encode_qr("A" * length, "tracking_url").side == 33


def test_a_quarter_of_the_square_may_be_lost() -> None:
    assert _read("HTTPS://HOSO.CAMAU.EXAMPLE/T/0123456789ABCDEFGHJKMNPQRS").ec_level == "Q"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "empty"),
        ("A" * 68, "68"),
        ("https://hoso.camau.example/t/0", "alphanumeric"),
        ("HTTPS://HỒSƠ.EXAMPLE", "alphanumeric"),
        ("HTTPS://HOSO.EXAMPLE/T?A_B", "'?', '_'"),
    ],
)
def test_an_address_that_does_not_fit_is_refused_by_field(text: str, cause: str) -> None:
    with pytest.raises(LabelRefused, match=cause) as refused:
        encode_qr(text, "tracking_url")

    assert refused.value.field == "tracking_url"
