"""The map makes what the library makes, bit for bit, for whatever stands in the square."""

import random

import pytest
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import QRData

from labels.qr import MOST_CHARACTERS, VERSION, encode_qr, prepare_qr
from labels.qr_map import ALPHANUMERIC, SIGNS, Size, SymbolMap, picture_of
from tests.drills.proof import tell_proof
from tests.drills.soaking import MARKS, times

pytestmark = MARKS
SHORTEST_ADDRESS = len("HTTP://A/T/") + 26
LENGTHS = range(SHORTEST_ADDRESS, MOST_CHARACTERS + 1)
PAYLOADS = times(1_000)


def by_the_library(size: Size, text: str) -> int:
    code = QRCode(version=size.version, error_correction=size.level)
    code.add_data(QRData(text.encode(), mode=ALPHANUMERIC), optimize=0)
    code.make(fit=False)
    return picture_of(code.modules)


def differing(size: Size, payloads: int, rng: random.Random) -> list[str]:
    made = SymbolMap(size)
    texts = ["".join(rng.choices(SIGNS, k=size.length)) for _ in range(payloads)]
    return [text for text in texts if made.picture(text) != by_the_library(size, text)]


def test_of_every_length_an_address_can_have_the_squares_are_the_librarys(request: pytest.FixtureRequest) -> None:
    rng = random.Random(PAYLOADS)
    each = -(-PAYLOADS // len(LENGTHS))

    wrong = [text for length in LENGTHS for text in differing(Size(VERSION, ERROR_CORRECT_Q, length), each, rng)]

    assert wrong == []
    tell_proof(request, f"squares bit for bit as the library's: {each * len(LENGTHS)} payloads, {len(LENGTHS)} lengths")


@pytest.mark.parametrize("length", [1, 2, 7])
@pytest.mark.parametrize("level", [ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q, ERROR_CORRECT_H])
@pytest.mark.parametrize("version", [1, 2, 5, 7])
def test_other_sizes_are_the_librarys_too(version: int, level: int, length: int) -> None:
    assert differing(Size(version, level, length), 3, random.Random(version)) == []


def test_a_prepared_length_changes_no_square() -> None:
    address = "HTTPS://HOSO.EXAMPLE/T/0123456789ABCDEFGHJKMNPQRS"
    plain = encode_qr(address, "tracking_url")

    prepare_qr(len(address))

    assert encode_qr(address, "tracking_url") == plain
