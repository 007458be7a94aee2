"""Numbers and rows of outage sheets, read from paper."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from tests.builders import NOW
from tracker.domain.lifecycle import kind_of
from tracker.domain.outage import (
    KINDS_OF_OFFICE,
    MOST_SERIALS,
    REASON_LETTERS,
    TICKED,
    SheetCode,
    SheetKind,
    event_id_of_row,
    fault_of_moment,
    read_sheet_code,
    row_code,
    series_of,
)
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import Kind, OfficeKind, Role

ON = date(2026, 11, 28)
SMALL_QR_HOLDS = 29
SQUARE_ALPHABET = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@given(st.text(min_size=1, max_size=60), st.integers(1, MOST_SERIALS), st.integers(1, 12))
def test_every_number_fits_its_square_and_is_read_back(office: str, serial: int, row: int) -> None:
    number = f"{series_of(office, ON)}-{serial:02d}"
    code = row_code(number, row)

    assert len(code) <= SMALL_QR_HOLDS
    assert set(code) <= SQUARE_ALPHABET
    assert read_sheet_code(code) == SheetCode(number, row)
    assert read_sheet_code(number) == SheetCode(number)


def test_a_code_is_read_as_people_type_it() -> None:
    assert read_sheet_code(" pg-bc.cm-261128-01 - 03\n") == SheetCode("PG-BC.CM-261128-01", 3)


@pytest.mark.parametrize(
    "text",
    ["", "PG", "PG-BC.CM-261128", "PG-BC.CM-261128-1", "EI260115006VN", "TUI-BC.CM-1128-01", "PG-BC.CM-26112８-01"],
)
def test_anything_else_is_no_code_of_a_sheet(text: str) -> None:
    assert read_sheet_code(text) is None


def test_a_row_has_one_event_id_for_ever_and_rows_sort_as_they_were_written() -> None:
    codes = [row_code("PG-BC.CM-261128-01", row) for row in range(1, 13)]
    ids = [event_id_of_row(NOW, code) for code in codes]

    assert ids == [event_id_of_row(NOW, code) for code in codes]
    assert all(earlier < later for earlier, later in pairwise(ids))
    assert {one.version for one in ids} == {7}
    assert event_id_of_row(NOW, "PG-BC.CM-261128-02-01") not in ids


@pytest.mark.parametrize(
    ("minutes", "cause"),
    [(-1, Cause.BEFORE_ITS_SHEET), (0, None), (60, None), (61, None), (62, Cause.IN_THE_FUTURE)],
)
def test_what_was_written_lies_between_printing_and_now(minutes: int, cause: Cause | None) -> None:
    printed = NOW + timedelta(seconds=40)

    assert fault_of_moment(NOW + timedelta(minutes=minutes), printed, NOW + timedelta(hours=1)) is cause


def test_boxes_to_tick_are_scans_and_never_decisions() -> None:
    ticked = {event for events in TICKED.values() for event in events}

    assert {kind_of(event, role) for event in ticked for role in Role} == {Kind.SCAN}


def test_every_kind_of_office_has_a_sheet_and_every_reason_a_letter_of_its_own() -> None:
    assert set(KINDS_OF_OFFICE) == set(OfficeKind)
    assert {kind for kinds in KINDS_OF_OFFICE.values() for kind in kinds} == set(SheetKind)
    assert len(set(REASON_LETTERS.values())) == len(REASON_LETTERS)
