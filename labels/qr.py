"""The square: an address of ours or a short code, each always of one size, so that papers of a kind look alike."""

from dataclasses import dataclass
from typing import Final

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, QRData

from labels.refusals import LabelRefused

VERSION = 4
ALPHANUMERIC: Final = 2  # qrcode's MODE_ALPHA_NUM, which its stubs call any number
QUIET_MODULES = 4
MOST_CHARACTERS = 67  # of version 4 at level Q in alphanumeric mode (ISO/IEC 18004, table 7)
SMALL_VERSION = 2
SMALL_MOST_CHARACTERS = 29


@dataclass(frozen=True, slots=True)
class QrSymbol:
    """`modules` row by row from the top left, True = dark, without the quiet zone."""

    text: str
    modules: tuple[tuple[bool, ...], ...]

    @property
    def side(self) -> int:
        return len(self.modules)


def encode_qr(text: str, field: str) -> QrSymbol:
    """Raises LabelRefused for `field` when the text is not alphanumeric (capitals only) or too long."""
    return _encode(text, field, VERSION, MOST_CHARACTERS)


def encode_small_qr(text: str, field: str) -> QrSymbol:
    """For a code without an address, where a dozen stand on one page; of 25 modules. Raises as `encode_qr` does."""
    return _encode(text, field, SMALL_VERSION, SMALL_MOST_CHARACTERS)


def _encode(text: str, field: str, version: int, most: int) -> QrSymbol:
    if not text:
        raise LabelRefused(field, "is empty")
    if len(text) > most:
        raise LabelRefused(field, f"has {len(text)} characters, the QR holds {most}")
    if strange := sorted({sign for sign in text if not sign.isascii() or sign.encode() not in ALPHA_NUM}):
        raise LabelRefused(field, f"holds signs that the QR's alphanumeric mode lacks: {strange!a}")
    code = QRCode(version=version, error_correction=ERROR_CORRECT_Q, border=QUIET_MODULES)
    code.add_data(QRData(text.encode(), mode=ALPHANUMERIC), optimize=0)
    # Never fit=True: it searches a table that all threads share, and a label must not change its size.
    code.make(fit=False)
    return QrSymbol(text, tuple(tuple(bool(module) for module in row) for row in code.modules))
