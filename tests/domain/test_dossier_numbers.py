"""A dossier's number is checked by pattern, agency, date and serial, and kept as it is written."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given, strategies as st

from tests.builders import the_config
from tracker.domain.dossier_numbers import (
    AgencyCode,
    BadNumber,
    DossierNumber,
    NumberFault,
    NumberPattern,
    compare_key,
    normalise_agency,
    parse_dossier_number,
)

TODAY = date(2026, 11, 23)
PREFIXES = ("H12", "H04")
PATTERNS = tuple(NumberPattern(given.name, re.compile(given.regex)) for given in the_config().numbers.patterns)
"""As an installation is delivered."""


def _parse(text: str) -> DossierNumber:
    return parse_dossier_number(text, PATTERNS, PREFIXES, TODAY)


def _fault_of(text: str) -> NumberFault:
    with pytest.raises(BadNumber) as caught:
        _parse(text)
    return caught.value.cause


def test_a_number_tells_agency_day_and_serial() -> None:
    assert _parse("000.00.22.H12-261118-0007") == DossierNumber(
        "000.00.22.H12-261118-0007", "tt-01-2018", AgencyCode("H12", 22), date(2026, 11, 18), 7
    )


def test_a_number_with_the_agency_spelt_top_down_is_taken_apart_alike() -> None:
    assert _parse("H12.22-261118-0007") == DossierNumber(
        "H12.22-261118-0007", "qd-20-2020", AgencyCode("H12", 22), date(2026, 11, 18), 7
    )


def test_numbers_of_the_former_bac_lieu_are_still_known() -> None:
    assert _parse("000.00.00.H04-240229-9999").received_on == date(2024, 2, 29)


def test_a_number_is_kept_as_written_and_compared_in_capitals() -> None:
    number = _parse("  000.00.22.h12-261118-0007\n")

    assert number.text == "000.00.22.h12-261118-0007"
    assert compare_key(number.text) == compare_key("000.00.22.H12-261118-0007")


def test_numbers_of_other_systems_compare_however_their_marks_are_composed() -> None:
    assert compare_key(unicodedata.normalize("NFD", "hồ-sơ/7 ")) == "HỒ-SƠ/7"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NumberFault.UNKNOWN_PATTERN),
        ("EI260115006VN", NumberFault.UNKNOWN_PATTERN),
        ("000.00.22.H12-261118-007", NumberFault.UNKNOWN_PATTERN),
        ("000.00.22.H12-261118-00007", NumberFault.UNKNOWN_PATTERN),
        ("000.00.22.H12-２61118-0007", NumberFault.UNKNOWN_PATTERN),
        ("000.00.22.H12 261118 0007", NumberFault.UNKNOWN_PATTERN),
        ("000.00.22.H12-261118-0007;", NumberFault.UNKNOWN_PATTERN),
        ("000.00.22.H20-261118-0007", NumberFault.UNKNOWN_AGENCY),
        ("H12.222-261118-0007", NumberFault.UNKNOWN_AGENCY),
        ("000.00.22.H12-260230-0007", NumberFault.IMPOSSIBLE_DATE),
        ("000.00.22.H12-250229-0007", NumberFault.IMPOSSIBLE_DATE),
        ("000.00.22.H12-261301-0007", NumberFault.IMPOSSIBLE_DATE),
        ("000.00.22.H12-260000-0007", NumberFault.IMPOSSIBLE_DATE),
        ("000.00.22.H12-261124-0007", NumberFault.DATE_IN_FUTURE),
        ("000.00.22.H12-990101-0007", NumberFault.DATE_IN_FUTURE),
        ("000.00.22.H12-261118-0000", NumberFault.SERIAL_OUT_OF_RANGE),
    ],
)
def test_a_bad_number_names_its_fault(text: str, fault: NumberFault) -> None:
    assert _fault_of(text) is fault


def test_a_number_of_today_is_good() -> None:
    assert _parse("000.00.22.H12-261123-0001").received_on == TODAY


@pytest.mark.parametrize(
    ("bottom_up", "top_down"),
    [
        ("000.00.00.H12", "H12"),
        ("000.00.22.H12", "H12.22"),
        ("000.03.22.H12", "H12.22.3"),
        ("004.03.22.H12", "h12.22.03.4"),
    ],
)
def test_both_spellings_of_an_agency_are_one(bottom_up: str, top_down: str) -> None:
    agency = normalise_agency(bottom_up)

    assert agency is not None
    assert agency == normalise_agency(top_down)


@pytest.mark.parametrize("text", ["", "12", "H1", "22.H12", "H12.", "000.00.22.H12.1", "H12.22.3.4.5", "H12.٢٢"])
def test_what_names_no_agency_is_none(text: str) -> None:
    assert normalise_agency(text) is None


@given(st.integers(0, 999), st.integers(0, 99), st.integers(0, 99))
def test_every_agency_is_the_same_in_both_spellings(l4: int, l3: int, l2: int) -> None:
    agency = AgencyCode("H12", l2, l3, l4)

    assert normalise_agency(f"{l4:03d}.{l3:02d}.{l2:02d}.H12") == normalise_agency(f"H12.{l2}.{l3}.{l4}") == agency


def test_an_installation_may_add_a_pattern_of_its_own() -> None:
    local = NumberPattern(
        "land-office",
        re.compile(r"DD/(?P<agency>H12)/(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{4})/(?P<serial>\d+)"),
    )

    number = parse_dossier_number("DD/H12/29-02-2024/12", [*PATTERNS, local], PREFIXES, TODAY)

    assert (number.pattern, number.received_on, number.serial) == ("land-office", date(2024, 2, 29), 12)


@given(st.dates(date(2000, 1, 1), TODAY), st.integers(1, 9999), st.sampled_from(PREFIXES))
def test_every_number_given_out_so_far_is_taken_apart(received_on: date, serial: int, prefix: str) -> None:
    number = _parse(f"000.00.22.{prefix}-{received_on:%y%m%d}-{serial:04d}")

    assert (number.agency.province, number.received_on, number.serial) == (prefix, received_on, serial)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_names_its_fault(text: str) -> None:
    assert _fault_of(text) is NumberFault.UNKNOWN_PATTERN
