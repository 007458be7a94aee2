"""Working time is what a clerk would count by hand, minute by minute and day by day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st

from tracker.domain.working_time import OfficeHours, Span, WorkCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

TET_2027 = frozenset(date(2027, 2, day) for day in range(4, 11))
PLAIN = WorkCalendar(OfficeHours(), frozenset(), frozenset(), VIETNAM)
# Monday 22 Feb is worked off on Saturday 20 Feb; 24 Nov 2026 was declared a holiday one day before.
SWAPPED = WorkCalendar(
    OfficeHours(), TET_2027 | {date(2027, 2, 22), date(2026, 11, 24)}, frozenset({date(2027, 2, 20)}), VIETNAM
)


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


# --- an oracle that only counts


def _works_at(calendar: WorkCalendar, at: datetime) -> bool:
    local = at.astimezone(calendar.zone)
    return _works_on(calendar, local.date()) and any(start <= local.time() < end for start, end in calendar.hours.spans)


def _works_on(calendar: WorkCalendar, on: date) -> bool:
    if on in calendar.closed:
        return False
    return on in calendar.opened or on.weekday() in calendar.hours.weekdays


def _minutes(start_at: datetime, end_at: datetime) -> Iterator[datetime]:
    while start_at < end_at:
        yield start_at
        start_at += MINUTE


def _counted_minutes(calendar: WorkCalendar, start_at: datetime, end_at: datetime) -> int:
    return sum(_works_at(calendar, at) for at in _minutes(start_at, end_at))


def _days_after(start_on: date) -> Iterator[date]:
    while True:
        start_on += DAY
        yield start_on


def _counted_days(calendar: WorkCalendar, start_on: date, count: int) -> date:
    working = (on for on in _days_after(start_on) if _works_on(calendar, on))
    return next(on for number, on in enumerate(working, start=1) if number == count)


# --- offices of every kind


def _spans(edges: set[int]) -> tuple[Span, ...]:
    clocks = [time(edge // 4, edge % 4 * 15) for edge in sorted(edges)]
    return tuple(zip(clocks[::2], clocks[1::2], strict=False))


OFFICE_HOURS = st.builds(
    OfficeHours,
    st.sets(st.integers(5 * 4, 22 * 4), min_size=2, max_size=6).map(_spans),
    st.sets(st.integers(0, 6), min_size=1).map(lambda weekdays: tuple(sorted(weekdays))),
)
# Clocks go forward on 26 March and back on 29 October 2028 in Berlin; 2028 has a leap day.
DAYS = st.dates(date(2028, 1, 1), date(2028, 12, 31))
NEAR_DAYS = st.dates(date(2028, 2, 25), date(2028, 3, 31))
MINUTES = st.datetimes(datetime(2028, 2, 25), datetime(2028, 3, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001  # the zone is set by the strategy
    lambda at: at.replace(second=0, microsecond=0)
)


def _calendars(days: st.SearchStrategy[date]) -> st.SearchStrategy[WorkCalendar]:
    exceptions = st.frozensets(days, max_size=12)
    zones = st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York"]).map(ZoneInfo)
    return st.builds(WorkCalendar, OFFICE_HOURS, exceptions, exceptions, zones)


@settings(max_examples=60, deadline=None)
@given(_calendars(NEAR_DAYS), MINUTES, st.integers(0, 6 * 24 * 60))
def test_working_time_is_the_sum_of_its_minutes(calendar: WorkCalendar, start_at: datetime, minutes: int) -> None:
    end_at = start_at + minutes * MINUTE
    counted = _counted_minutes(calendar, start_at, end_at)

    assert calendar.working_time_between(start_at, end_at) == counted * MINUTE
    assert calendar.working_time_between(end_at, start_at) == -counted * MINUTE


@settings(max_examples=60, deadline=None)
@given(_calendars(NEAR_DAYS), MINUTES, st.integers(1, 30 * 60))
def test_hours_added_end_at_the_first_minute_by_which_they_are_worked(
    calendar: WorkCalendar, start_at: datetime, minutes: int
) -> None:
    end_at = calendar.add_working_hours(start_at, minutes / 60)

    assert end_at.tzinfo is UTC
    assert calendar.working_time_between(start_at, end_at) == minutes * MINUTE
    assert _works_at(calendar, end_at - MINUTE)


@settings(deadline=None)
@given(_calendars(DAYS), DAYS, st.integers(1, 400))
@example(PLAIN, date(2028, 2, 28), 1)
def test_days_added_are_days_counted(calendar: WorkCalendar, start_on: date, count: int) -> None:
    end_on = calendar.add_working_days(start_on, count)

    assert end_on == _counted_days(calendar, start_on, count)
    assert calendar.working_days_between(start_on, end_on) == count
    assert calendar.working_days_between(end_on, start_on) == -count


@given(_calendars(DAYS), DAYS)
def test_a_working_day_is_what_the_week_and_its_exceptions_say(calendar: WorkCalendar, on: date) -> None:
    assert calendar.is_working_day(on) == _works_on(calendar, on)
    assert calendar.working_day_from(on) == _counted_days(calendar, on - DAY, 1)


@settings(deadline=None)
@given(_calendars(NEAR_DAYS), MINUTES, st.integers(1, 10))
def test_days_of_grace_end_when_the_office_closes(calendar: WorkCalendar, start_at: datetime, count: int) -> None:
    end_at = calendar.end_of_working_day_after(start_at, count)
    local = end_at.astimezone(calendar.zone)

    assert local.time() == calendar.hours.spans[-1][1]
    assert local.date() == _counted_days(calendar, start_at.astimezone(calendar.zone).date(), count)


# --- cases a clerk knows


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23T07:00", 4, "2026-11-23T11:00"),
        ("2026-11-23T07:00", 4.5, "2026-11-23T13:30"),
        ("2026-11-23T11:30", 1, "2026-11-23T14:00"),
        ("2026-11-23T16:00", 8, "2026-11-24T16:00"),
        ("2026-11-27T16:00", 2, "2026-11-30T08:00"),
        ("2026-11-28T09:00", 4, "2026-11-30T11:00"),
        ("2026-12-31T16:30", 1, "2027-01-01T07:30"),
        ("2028-02-28T17:00", 8, "2028-02-29T17:00"),
        ("2026-11-23T12:00", 0, "2026-11-23T12:00"),
    ],
)
def test_hours_run_in_office_hours_only(start: str, hours: float, end: str) -> None:
    assert PLAIN.add_working_hours(_local(start), hours) == _local(end)


def test_hours_stop_over_tet_and_run_on_a_swapped_saturday() -> None:
    assert SWAPPED.add_working_hours(_local("2027-02-03T16:00"), 4) == _local("2027-02-11T10:00")
    assert SWAPPED.add_working_hours(_local("2027-02-19T16:00"), 4) == _local("2027-02-20T10:00")
    assert SWAPPED.add_working_hours(_local("2027-02-20T16:00"), 4) == _local("2027-02-23T10:00")


def test_a_holiday_declared_the_day_before_moves_the_days_after_it() -> None:
    assert PLAIN.add_working_days(date(2026, 11, 23), 2) == date(2026, 11, 25)
    assert SWAPPED.add_working_days(date(2026, 11, 23), 2) == date(2026, 11, 26)


def test_an_office_closed_on_a_swapped_day_stays_closed() -> None:
    saturday = date(2027, 2, 20)
    calendar = WorkCalendar(OfficeHours(), frozenset({saturday}), frozenset({saturday}), VIETNAM)

    assert not calendar.is_working_day(saturday)


def test_a_desk_may_open_on_saturdays() -> None:
    desk = WorkCalendar(OfficeHours(((time(8), time(11)),), (0, 1, 2, 3, 4, 5)), frozenset(), frozenset(), VIETNAM)

    assert desk.add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 28)


def test_the_day_is_the_offices_and_not_the_servers() -> None:
    scanned_at = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)

    assert PLAIN.local_date(scanned_at) == date(2026, 11, 24)
    assert PLAIN.end_of_working_day_after(scanned_at, 1) == _local("2026-11-25T17:00")


def test_an_office_closes_at_the_end_of_its_last_hours() -> None:
    assert PLAIN.closing_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_a_century_is_counted_without_walking_through_it() -> None:
    end_on = PLAIN.add_working_days(date(1900, 1, 1), 5 * 52_000)

    assert end_on == date(1900, 1, 1) + timedelta(weeks=52_000)


def test_seconds_are_working_time_too() -> None:
    start_at = _local("2026-11-23T10:59:59.750000")

    assert PLAIN.working_time_between(start_at, start_at + timedelta(seconds=1)) == timedelta(microseconds=250_000)


NAIVE = datetime(2026, 11, 23, 8)  # noqa: DTZ001  # the mistake that must be noticed


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its time zone"):
        PLAIN.add_working_hours(NAIVE, 0)
    with pytest.raises(ValueError, match="needs its time zone"):
        PLAIN.working_time_between(NAIVE, _local("2026-11-23T08:00"))
    with pytest.raises(ValueError, match="needs its time zone"):
        PLAIN.end_of_working_day_after(NAIVE, 1)


def test_time_is_not_taken_back() -> None:
    with pytest.raises(ValueError, match="not taken back"):
        PLAIN.add_working_hours(_local("2026-11-23T08:00"), -1)


@pytest.mark.parametrize("count", [0, -1])
def test_days_are_counted_from_one(count: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        PLAIN.add_working_days(date(2026, 11, 23), count)


@pytest.mark.parametrize(
    "spans",
    [
        (),
        ((time(11), time(7)),),
        ((time(7), time(7)),),
        ((time(13), time(17)), (time(7), time(11))),
        ((time(7), time(12)), (time(11), time(17))),
    ],
)
def test_office_hours_follow_one_another(spans: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match="one after another"):
        OfficeHours(spans)


@pytest.mark.parametrize("weekdays", [(), (7,), (1, 1)])
def test_an_office_works_on_known_weekdays(weekdays: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        OfficeHours(weekdays=weekdays)


def test_a_day_has_no_more_than_its_hours() -> None:
    with pytest.raises(ValueError, match="more than a day"):
        OfficeHours().clock_after(timedelta(hours=9))
