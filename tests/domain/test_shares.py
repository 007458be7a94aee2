"""Shares: what is known is divided by what is known, and months are told apart from those not counted in full."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from tracker.domain.shares import Alike, Month, Months, is_at_or_below, is_whole, lines_by, read_month, summed

FLAGS = st.sampled_from([True, False, None])
ALIKE = st.builds(
    Alike,
    procedure=st.sampled_from(["1.1", "2.2", ""]),
    month=st.sampled_from([202611, 202612]),
    is_told=st.booleans(),
    by_post=FLAGS,
    online=FLAGS,
    count=st.integers(1, 9),
)


@given(st.lists(ALIKE))
def test_every_dossier_is_on_one_side_of_each_share_or_not_known(alike: list[Alike]) -> None:
    line = summed(alike)

    assert line.total == sum(one.count for one in alike)
    assert line.by_post + line.not_by_post + line.post_unknown == line.total
    assert line.online + line.not_online + line.online_unknown == line.total
    assert line.post_unknown == sum(one.count for one in alike if one.by_post is None)
    assert sum(one.total for one in lines_by(alike, lambda one: one.procedure).values()) == line.total
    assert line.one_stop_percent is None if not alike else 0 <= (line.one_stop_percent or 0) <= 100


def test_what_is_not_known_makes_no_share_smaller() -> None:
    line = summed([Alike("1", 202611, True, by_post, None, 1) for by_post in (True, False, None, None)])

    assert (line.post_percent, line.post_unknown, line.online_percent) == (50, 2, None)


@pytest.mark.parametrize(
    ("month", "since_on", "today", "whole"),
    [
        (Month(2026, 11), date(2026, 11, 1), date(2026, 12, 1), True),
        (Month(2026, 11), date(2026, 11, 2), date(2026, 12, 1), False),
        (Month(2026, 11), date(2026, 11, 1), date(2026, 11, 30), False),
        (Month(2026, 12), date(2026, 11, 1), date(2027, 1, 1), True),
        (Month(2026, 11), None, date(2027, 1, 1), False),
    ],
)
def test_a_month_is_full_when_over_and_counted_from_its_first_day(
    month: Month, since_on: date | None, today: date, whole: bool
) -> None:
    assert is_whole(month, since_on, today) is whole


def test_months_follow_each_other_over_the_year() -> None:
    assert [str(one) for one in Months(Month(2026, 11), Month(2027, 1))] == ["2026-11", "2026-12", "2027-01"]
    assert (len(Months(Month(2025, 12), Month(2027, 1))), Month(2026, 3).later(-3)) == (14, Month(2025, 12))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "0001-01", "9999-12", "2026-Q1", "٢٠٢٦-01"])
def test_what_is_no_month_is_read_as_none(text: str) -> None:
    assert read_month(text) is None
    assert read_month("2026-07") == Month(2026, 7)


@pytest.mark.parametrize(
    ("agency", "office", "below"),
    [
        ("H12.TT", "H12", True),
        ("H12", "H12.TT", False),
        ("H121", "H12", False),
        ("000.00.22.H12", "H12.22", True),
        ("000.03.22.H12", "H12.22", True),
        ("000.03.22.H12", "H12.23", False),
        ("H12.22", "H04", False),
        ("", "H12", False),
    ],
)
def test_an_agency_stands_below_an_office_by_its_code(agency: str, office: str, below: bool) -> None:
    assert is_at_or_below(agency, office) is below
