"""Dossier numbers: kept as they are written, taken apart only where a known pattern fits."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_CENTURY = 2000
_BOTTOM_UP = re.compile(r"(?P<l4>[0-9]{3})\.(?P<l3>[0-9]{2})\.(?P<l2>[0-9]{2})\.(?P<province>[A-Z][0-9]{2})")
_TOP_DOWN = re.compile(
    r"(?P<province>[A-Z][0-9]{2})(\.(?P<l2>[0-9]{1,2})(\.(?P<l3>[0-9]{1,2})(\.(?P<l4>[0-9]{1,3}))?)?)?"
)


class NumberFault(StrEnum):
    UNKNOWN_PATTERN = "unknown_pattern"
    UNKNOWN_AGENCY = "unknown_agency"
    IMPOSSIBLE_DATE = "impossible_date"
    DATE_IN_FUTURE = "date_in_future"
    SERIAL_OUT_OF_RANGE = "serial_out_of_range"


class BadNumber(ValueError):
    def __init__(self, cause: NumberFault) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class AgencyCode:
    """An agency by its path from the province or ministry down; 0 where a level is not named."""

    province: str
    l2: int = 0
    l3: int = 0
    l4: int = 0


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """`regex` is matched against the upper-case number and names its groups agency, year, month, day and serial.

    A year of two digits lies in this century. Serials begin at 1.
    """

    name: str
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class DossierNumber:
    """`text` is verbatim but for white space around it; `pattern` is the name of the one that fits."""

    text: str
    pattern: str
    agency: AgencyCode
    received_on: date
    serial: int


def normalise_agency(text: str) -> AgencyCode | None:
    """000.00.22.H12 and H12.22 are one agency. None: spelt in neither way."""
    key = compare_key(text)
    match = _BOTTOM_UP.fullmatch(key) or _TOP_DOWN.fullmatch(key)
    if match is None:
        return None
    return AgencyCode(match["province"], *(int(match[level] or 0) for level in ("l2", "l3", "l4")))


def compare_key(text: str) -> str:
    """Two spellings with one key are one number."""
    return _verbatim(text).upper()


def _verbatim(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def parse_dossier_number(
    text: str, patterns: Iterable[NumberPattern], known_prefixes: Collection[str], today: date
) -> DossierNumber:
    """The first pattern that fits decides. `known_prefixes` are provinces and ministries, as H12.

    Raises BadNumber.
    """
    pattern, match = _first_fit(compare_key(text), patterns)
    agency = normalise_agency(match["agency"])
    if agency is None or agency.province not in known_prefixes:
        raise BadNumber(NumberFault.UNKNOWN_AGENCY)
    received_on = _received_on(match)
    if received_on > today:
        raise BadNumber(NumberFault.DATE_IN_FUTURE)
    if (serial := int(match["serial"])) < 1:
        raise BadNumber(NumberFault.SERIAL_OUT_OF_RANGE)
    return DossierNumber(_verbatim(text), pattern.name, agency, received_on, serial)


def _first_fit(key: str, patterns: Iterable[NumberPattern]) -> tuple[NumberPattern, re.Match[str]]:
    for pattern in patterns:
        if match := pattern.regex.fullmatch(key):
            return pattern, match
    raise BadNumber(NumberFault.UNKNOWN_PATTERN)


def _received_on(match: re.Match[str]) -> date:
    year = int(match["year"])
    try:
        return date(year if year > 99 else _CENTURY + year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise BadNumber(NumberFault.IMPOSSIBLE_DATE) from None
