"""The square: the address of the tracking page, always of one size, so that every label looks alike."""

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import ALPHA_NUM, QRData

from labels.qr_map import ALPHANUMERIC, Size, SymbolMap, number_of
from labels.refusals import LabelRefused

VERSION = 4
SIDE = 17 + 4 * VERSION
QUIET_MODULES = 4
MOST_CHARACTERS = 67  # of version 4 at level Q in alphanumeric mode (ISO/IEC 18004, table 7)

_MAPS: dict[int, SymbolMap] = {}


@dataclass(frozen=True, slots=True)
class QrSymbol:
    """Bit row * SIDE + column of `dark` is 1 where the module is dark; no quiet zone."""

    text: str
    dark: int

    @property
    def side(self) -> int:
        return SIDE

    @property
    def modules(self) -> tuple[tuple[bool, ...], ...]:
        """Row by row from the top left."""
        return tuple(tuple(bool(self.dark >> row * SIDE + column & 1) for column in range(SIDE)) for row in range(SIDE))


def prepare_qr(length: int) -> None:
    """For many addresses of that many characters: a fraction of a second now, a hundredth of the time for each."""
    if 0 < length <= MOST_CHARACTERS and length not in _MAPS:
        _MAPS[length] = SymbolMap(Size(VERSION, ERROR_CORRECT_Q, length))


def encode_qr(text: str, field: str) -> QrSymbol:
    """Raises LabelRefused for `field` when the text is not alphanumeric (capitals only) or too long."""
    if not text:
        raise LabelRefused(field, "is empty")
    if len(text) > MOST_CHARACTERS:
        raise LabelRefused(field, f"has {len(text)} characters, the QR holds {MOST_CHARACTERS}")
    if strange := sorted({sign for sign in text if not sign.isascii() or sign.encode() not in ALPHA_NUM}):
        raise LabelRefused(field, f"holds signs that the QR's alphanumeric mode lacks: {strange!a}")
    prepared = _MAPS.get(len(text))
    return QrSymbol(text, prepared.symbol(text) if prepared else _encoded(text))


def _encoded(text: str) -> int:
    code = QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q)
    code.add_data(QRData(text.encode(), mode=ALPHANUMERIC), optimize=0)
    # Never fit=True: it searches a table that all threads share, and a label must not change its size.
    code.make(fit=False)
    return number_of(code.modules)
