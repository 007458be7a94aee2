"""A square as the library's manual makes it: the best mask, nothing prepared."""

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode


def square(address: str) -> list[list[bool | None]]:
    code = QRCode(version=4, error_correction=ERROR_CORRECT_Q)
    code.add_data(address)
    code.make(fit=False)
    return code.modules
