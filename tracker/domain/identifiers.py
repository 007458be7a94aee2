"""Codes that are read from paper: S10 item numbers, tokens of labels, bag numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from tracker.domain.working_time import months_after

SERIAL_DIGITS = 8
LARGEST_SERIAL = 10**SERIAL_DIGITS - 1
REUSE_MONTHS = 24
TOKEN_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105  # an alphabet, not a secret
TOKEN_LENGTH = 26
LONGEST_BAG_NUMBER = 32

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_TWO_DIGITS = {10: 0, 11: 5}
_SEPARATORS = dict.fromkeys(map(ord, " \u00a0\u202f-\u2010\u2011\u2012\u2013"))
_S10 = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_PREFIX = re.compile(r"[A-Z]{2}")
_TOKEN = re.compile(f"[{TOKEN_ALPHABET}]{{{TOKEN_LENGTH}}}")
_BAG = re.compile(r"TUI(-[0-9A-Z]+)+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def check_digit(serial: str) -> int:
    """Of eight digits, as the Universal Postal Union's standard S10 weighs them."""
    if not re.fullmatch(r"[0-9]{8}", serial):
        raise ValueError(f"an S10 serial has eight digits: {serial!r}")
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True))
    digit = 11 - weighted % 11
    return _TWO_DIGITS.get(digit, digit)


@dataclass(frozen=True, slots=True)
class S10:
    """An item number by its parts; it may bear a wrong check digit."""

    service: str
    serial: str
    check: int
    country: str

    @property
    def text(self) -> str:
        return f"{self.service}{self.serial}{self.check}{self.country}"

    @property
    def grouped(self) -> str:
        """EI 260 115 006 VN, as it is read aloud and printed."""
        digits = f"{self.serial}{self.check}"
        return f"{self.service} {digits[:3]} {digits[3:6]} {digits[6:]} {self.country}"

    @property
    def check_is_right(self) -> bool:
        return self.check == check_digit(self.serial)


def parse_s10(text: str) -> S10 | None:
    """By shape alone: whether the check digit is right is another question."""
    compact = text.strip().translate(_SEPARATORS)
    # Upper-casing turns some letters from outside ASCII into ASCII ones ("ſ" into "S").
    match = _S10.fullmatch(compact.upper()) if compact.isascii() else None
    return S10(match[1], match[2], int(match[3]), match[4]) if match else None


def make_s10(prefix: str, serial: int, country: str = "VN") -> S10:
    """Raises ValueError when prefix or country are not two capitals, or the serial has more than eight digits."""
    if not _PREFIX.fullmatch(prefix) or not _PREFIX.fullmatch(country):
        raise ValueError(f"an S10 number begins and ends with two capitals: {prefix!r}, {country!r}")
    if not 0 <= serial <= LARGEST_SERIAL:
        raise ValueError(f"an S10 serial has eight digits: {serial}")
    digits = f"{serial:0{SERIAL_DIGITS}d}"
    return S10(prefix, digits, check_digit(digits), country)


@dataclass(frozen=True, slots=True)
class SerialRange:
    """The numbers an office may give out, first and last included."""

    prefix: str
    first: int
    last: int
    country: str = "VN"

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= LARGEST_SERIAL:
            raise ValueError(f"not a range of S10 serials: {self.first} to {self.last}")

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def holds(self, number: S10) -> bool:
        is_same_kind = (number.service, number.country) == (self.prefix, self.country)
        return is_same_kind and self.first <= int(number.serial) <= self.last

    def is_low(self, next_serial: int, percent: int) -> bool:
        """That share or less is left, rounded up: a range of five warns at its last number, whatever the share."""
        share = -(-self.size * percent // 100)
        return self.last - next_serial + 1 <= share


def may_reuse(final_at: datetime | None, now: datetime, months: int = REUSE_MONTHS) -> bool:
    """Whether a number whose item ended at `final_at` may be given out again; None: it has not ended."""
    return final_at is not None and months_after(final_at, months) <= now


def parse_token(text: str) -> str | None:
    """No letter stands for another: a token is read by machines, and a corrected one might be somebody else's."""
    return _fullmatch_ascii(_TOKEN, text)


def make_token(random_bytes: Callable[[int], bytes]) -> str:
    """130 random bits. Unbiased, because the alphabet's 32 symbols divide a byte's 256 values evenly."""
    return "".join(TOKEN_ALPHABET[byte % len(TOKEN_ALPHABET)] for byte in random_bytes(TOKEN_LENGTH))


def parse_bag_number(text: str) -> str | None:
    """TUI-<agency>-<MMDD>-<nn> as offices write it: only the first word and the alphabet are certain."""
    number = _fullmatch_ascii(_BAG, text)
    return number if number and len(number) <= LONGEST_BAG_NUMBER else None


def _fullmatch_ascii(pattern: re.Pattern[str], text: str) -> str | None:
    trimmed = text.strip()
    match = pattern.fullmatch(trimmed.upper()) if trimmed.isascii() else None
    return match[0] if match else None


class CodeKind(StrEnum):
    ITEM = "item"
    TOKEN = "token"  # noqa: S105  # a kind of code, not a secret
    BAG = "bag"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ReadCode:
    """`value` in its one written form; of a foreign code the host; of an unreadable one nothing, it may be personal."""

    kind: CodeKind
    value: str


_UNREADABLE = ReadCode(CodeKind.UNREADABLE, "")


def read_code(text: str, base_url: str) -> ReadCode:
    """What a scanner or a person typed; `base_url` is what our own labels carry."""
    if token := parse_token(text):
        return ReadCode(CodeKind.TOKEN, token)
    if number := parse_s10(text):
        return ReadCode(CodeKind.ITEM, number.text)
    if bag := parse_bag_number(text):
        return ReadCode(CodeKind.BAG, bag)
    return _read_address(text.strip(), base_url)


def own_path(text: str, base_url: str) -> str | None:
    """What follows our own address in a text; None when it is not an address of ours."""
    address, ours = _split(text.strip()), _split(base_url)
    if address is None or ours is None or _authority(address) != _authority(ours):
        return None
    start = f"{ours.path.rstrip('/')}/"
    return address.path[len(start) :] if address.path.lower().startswith(start.lower()) else None


def _read_address(text: str, base_url: str) -> ReadCode:
    address, ours = _split(text), _split(base_url)
    if address is None or ours is None:
        return _UNREADABLE
    if _authority(address) != _authority(ours):
        return ReadCode(CodeKind.FOREIGN, address.hostname or "")
    path = own_path(text, base_url) or ""
    token = parse_token(path[2:].removesuffix("/")) if path.lower().startswith("t/") else None
    return ReadCode(CodeKind.TOKEN, token) if token else _UNREADABLE


def _split(text: str) -> SplitResult | None:
    """None unless it is a web address with a host and a possible port."""
    try:
        address = urlsplit(text)
        is_web = address.scheme in _DEFAULT_PORTS and address.hostname is not None and address.port != 0
    except ValueError:
        return None
    return address if is_web else None


def _authority(address: SplitResult) -> tuple[str | None, str | None, int | None]:
    """User, host and port. A label outlives the day on which http became https, so the scheme does not count."""
    port = address.port if address.port != _DEFAULT_PORTS[address.scheme] else None
    return address.username, address.hostname, port
