"""The square: an address of ours or a short code, each always of one size, so that papers of a kind look alike."""

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from qrcode.util import QRData

from labels.qr_map import ALPHANUMERIC, SIGNS, Size, SymbolMap, picture_of
from labels.refusals import LabelRefused

VERSION, SMALL_VERSION = 4, 2
QUIET_MODULES = 4
# At level Q in alphanumeric mode (ISO/IEC 18004, table 7).
MOST_CHARACTERS, SMALL_MOST_CHARACTERS = 67, 29

_SIGNS = frozenset(SIGNS)
_MAPS: dict[int, SymbolMap] = {}


@dataclass(frozen=True, slots=True)
class QrSymbol:
    """`picture` has the rows from the top left, each filled up to whole bytes, highest bit first; no quiet zone."""

    text: str
    side: int
    picture: int

    @property
    def picture_bytes(self) -> int:
        return self.side * -(-self.side // 8)

    @property
    def modules(self) -> tuple[tuple[bool, ...], ...]:
        """Row by row from the top left."""
        signs = f"{self.picture:0{8 * self.picture_bytes}b}"
        pitch = len(signs) // self.side
        rows = (signs[start : start + self.side] for start in range(0, len(signs), pitch))
        return tuple(tuple(sign == "1" for sign in row) for row in rows)


def prepare_qr(length: int) -> None:
    """For many addresses of that many characters: a fraction of a second now, a hundredth of the time for each."""
    if 0 < length <= MOST_CHARACTERS and length not in _MAPS:
        _MAPS[length] = SymbolMap(Size(VERSION, ERROR_CORRECT_Q, length))


def encode_qr(text: str, field: str) -> QrSymbol:
    """Raises LabelRefused for `field` when the text is not alphanumeric (capitals only) or too long."""
    _refuse_unfit(text, field, MOST_CHARACTERS)
    prepared = _MAPS.get(len(text))
    return QrSymbol(text, prepared.size.side, prepared.picture(text)) if prepared else _encoded(text, VERSION)


def encode_small_qr(text: str, field: str) -> QrSymbol:
    """For a code without an address, where a dozen stand on one page; of 25 modules. Raises as `encode_qr` does."""
    _refuse_unfit(text, field, SMALL_MOST_CHARACTERS)
    return _encoded(text, SMALL_VERSION)


def _refuse_unfit(text: str, field: str, most: int) -> None:
    if not text:
        raise LabelRefused(field, "is empty")
    if len(text) > most:
        raise LabelRefused(field, f"has {len(text)} characters, the QR holds {most}")
    if not _SIGNS.issuperset(text):
        strange = sorted(set(text) - _SIGNS)
        raise LabelRefused(field, f"holds signs that the QR's alphanumeric mode lacks: {strange!a}")


def _encoded(text: str, version: int) -> QrSymbol:
    code = QRCode(version=version, error_correction=ERROR_CORRECT_Q, border=QUIET_MODULES)
    code.add_data(QRData(text.encode(), mode=ALPHANUMERIC), optimize=0)
    # Never fit=True: it searches a table that all threads share, and a label must not change its size.
    code.make(fit=False)
    return QrSymbol(text, len(code.modules), picture_of(code.modules))
