"""A quarter's figures: everything in the quarter in which it happened, nothing twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.domain.quarterly import Envelope, Line, Quarter, quarter_of, read_quarter, report
from tracker.domain.vocabulary import Leg, Status

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q4 = Quarter(2026, 4)
FIRST, AFTER = Q4.span(ZONE)
LAST = AFTER - timedelta(microseconds=1)
DUE = date(2026, 11, 20)


def line_of(**told: object) -> Line:
    envelope = Envelope(**({"office": "A", "leg": Leg.SUBMISSION, "due_on": DUE, "status": Status.AT_OFFICE} | told))  # type: ignore[arg-type]  # keywords of a builder
    return report([envelope], (FIRST, AFTER)).lines.get("A", Line())


def test_a_quarter_begins_at_midnight_in_the_offices_zone() -> None:
    assert datetime(2026, 9, 30, 17, tzinfo=UTC) == FIRST
    assert datetime(2026, 12, 31, 17, tzinfo=UTC) == AFTER


def test_quarters_follow_one_another_across_the_year() -> None:
    assert (Q4.following, Quarter(2027, 1).previous) == (Quarter(2027, 1), Q4)
    assert [quarter_of(date(2026, month, 1)).number for month in range(1, 13)] == [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-Q0", "2026-Q5", "26-Q1", "2026-q1", "0001-Q1", "9999-Q4", "٢٠٢٦-Q1"]
)
def test_what_is_no_quarter_is_none(text: str) -> None:
    assert read_quarter(text) is None


def test_a_quarter_is_read_as_it_is_written() -> None:
    assert read_quarter(str(Q4)) == Q4


@pytest.mark.parametrize(
    ("at", "counted"),
    [(FIRST - timedelta(microseconds=1), 0), (FIRST, 1), (LAST, 1), (AFTER, 0)],
)
def test_what_is_taken_in_counts_in_the_quarter_of_that_instant(at: datetime, counted: int) -> None:
    assert line_of(taken_in_at=at).taken_in == counted


def test_supplements_are_dossiers_and_results_are_not() -> None:
    assert [line_of(taken_in_at=FIRST, leg=leg).dossiers for leg in Leg] == [1, 0, 1]
    assert line_of(taken_in_at=FIRST, leg=Leg.RESULT).results == 1


def test_delivered_on_the_day_it_is_due_is_in_time_and_a_day_later_is_not() -> None:
    ends = [{"status": Status.DELIVERED, "ended_at": FIRST, "ended_on": DUE + timedelta(days=late)} for late in (0, 1)]

    assert [(line_of(**end).delivered, line_of(**end).in_time) for end in ends] == [(1, 1), (1, 0)]


def test_one_reported_missing_twice_is_one_and_spoils_the_safety_of_the_quarter_it_ends_in() -> None:
    before = FIRST - timedelta(days=2)
    line = line_of(status=Status.DELIVERED, astray_at=(before, before), ended_at=FIRST, ended_on=DUE)

    assert (line_of(astray_at=(FIRST, LAST)).astray, line.astray, line.safe_percent) == (1, 0, 0.0)


def test_no_envelope_is_no_success() -> None:
    assert (Line().in_time_percent, Line().safe_percent) == (None, None)


def test_the_total_is_the_sum_of_the_lines() -> None:
    told = [Envelope(office, Leg.RESULT, DUE, Status.LOST, FIRST, ended_at=LAST, ended_on=DUE) for office in "AAB"]
    found = report(told, (FIRST, AFTER))

    assert (found.lines["A"].lost, found.lines["B"].lost, found.total) == (2, 1, Line(results=3, lost=3, ended=3))
