"""Due dates of the post and of the agency fall on working days, as the law counts them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tracker.domain.deadlines import (
    SERVICE_STANDARDS,
    RouteZone,
    ServiceStandard,
    postal_due_on,
    processing_due_on,
    standard_on,
)
from tracker.domain.working_time import OfficeHours, WorkCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TET_2027 = frozenset(date(2027, 2, day) for day in range(4, 11))
CALENDAR = WorkCalendar(OfficeHours(), TET_2027, frozenset({date(2027, 2, 20)}), VIETNAM)
MONDAY = date(2026, 11, 23)

DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
CALENDARS = st.builds(
    WorkCalendar,
    st.just(OfficeHours()),
    st.frozensets(DAYS, max_size=30),
    st.frozensets(DAYS, max_size=10),
    st.just(VIETNAM),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is set by the strategy


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("zone", "due_on", "due_with_slip_on"),
    [
        (RouteZone.SAME_COMMUNE, "2026-11-24", "2026-11-25"),
        (RouteZone.SAME_PROVINCE, "2026-11-25", "2026-11-27"),
        (RouteZone.BETWEEN_CITIES, "2026-11-26", "2026-12-01"),
        (RouteZone.ELSEWHERE, "2026-11-27", "2026-12-03"),
    ],
)
def test_the_farther_an_envelope_goes_the_longer_it_may_take(
    zone: RouteZone, due_on: str, due_with_slip_on: str
) -> None:
    assert postal_due_on(MONDAY, zone, CALENDAR) == date.fromisoformat(due_on)
    assert postal_due_on(MONDAY, zone, CALENDAR, with_slip=True) == date.fromisoformat(due_with_slip_on)


@pytest.mark.parametrize(
    ("posted_on", "due_on"),
    [
        ("2026-11-27", "2026-12-01"),
        ("2026-11-28", "2026-12-01"),
        ("2027-02-03", "2027-02-12"),
        ("2027-02-19", "2027-02-22"),
        ("2028-02-28", "2028-03-01"),
        ("2026-12-31", "2027-01-04"),
    ],
)
def test_the_post_does_not_deliver_on_days_off(posted_on: str, due_on: str) -> None:
    due = postal_due_on(date.fromisoformat(posted_on), RouteZone.SAME_PROVINCE, CALENDAR)

    assert due == date.fromisoformat(due_on)


@given(CALENDARS, DAYS, st.sampled_from(RouteZone), st.booleans())
def test_an_envelope_is_never_due_on_a_closed_day(
    calendar: WorkCalendar, posted_on: date, zone: RouteZone, with_slip: bool
) -> None:
    due_on = postal_due_on(posted_on, zone, calendar, with_slip=with_slip)

    assert due_on > posted_on
    assert calendar.is_working_day(due_on)


@pytest.mark.parametrize("standard", SERVICE_STANDARDS)
def test_a_standard_knows_every_zone_and_doubles_the_time_for_the_slip(standard: ServiceStandard) -> None:
    assert set(standard.days) == set(RouteZone)
    assert dict(standard.slip_days) == {zone: 2 * days for zone, days in standard.days.items()}


def test_an_envelope_keeps_the_standard_of_the_day_it_was_posted() -> None:
    first = SERVICE_STANDARDS[0]
    faster = ServiceStandard("faster", date(2027, 1, 1), first.days, first.days)

    names = [standard_on(on, (first, faster)).name for on in (date(2026, 12, 31), date(2027, 1, 1))]
    assert names == ["tt-17-2017", "faster"]


def test_there_was_no_standard_before_the_first() -> None:
    with pytest.raises(ValueError, match="2017-08-14"):
        standard_on(date(2017, 8, 14))


@pytest.mark.parametrize(
    ("received", "days", "due_on"),
    [
        ("2026-11-23T08:00", 0, "2026-11-23"),
        ("2026-11-23T15:00", 0, "2026-11-23"),
        ("2026-11-23T15:00:01", 0, "2026-11-24"),
        ("2026-11-23T08:00", 5, "2026-11-30"),
        ("2026-11-23T16:00", 5, "2026-12-01"),
        ("2026-11-27T15:30", 1, "2026-12-01"),
        ("2026-11-28T09:00", 1, "2026-12-01"),
        ("2026-11-28T16:00", 1, "2026-12-01"),
        ("2027-02-03T15:01", 0, "2027-02-11"),
        ("2027-02-20T09:00", 0, "2027-02-20"),
        ("2028-02-28T15:01", 0, "2028-02-29"),
        ("2026-12-31T23:59", 0, "2027-01-01"),
    ],
)
def test_what_comes_after_15_00_counts_from_the_next_working_day(received: str, days: int, due_on: str) -> None:
    assert processing_due_on(_local(received), days, CALENDAR) == date.fromisoformat(due_on)


def test_the_hour_is_the_offices_and_not_the_servers() -> None:
    quarter_past_three = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)

    assert processing_due_on(quarter_past_three, 0, CALENDAR) == date(2026, 11, 24)


def test_an_office_may_take_in_until_another_hour() -> None:
    assert processing_due_on(_local("2026-11-23T16:00"), 0, CALENDAR, cutoff=time(16, 30)) == MONDAY


@given(CALENDARS, INSTANTS, st.integers(0, 60))
def test_an_agency_never_has_to_decide_on_a_closed_day(
    calendar: WorkCalendar, received_at: datetime, days: int
) -> None:
    due_on = processing_due_on(received_at, days, calendar)

    assert due_on >= calendar.local_date(received_at)
    assert calendar.is_working_day(due_on)


@given(CALENDARS, INSTANTS, st.integers(0, 60))
def test_who_brings_it_earlier_is_not_served_later(calendar: WorkCalendar, received_at: datetime, days: int) -> None:
    later_at = received_at + timedelta(hours=5)

    assert processing_due_on(received_at, days, calendar) <= processing_due_on(later_at, days, calendar)


def test_a_procedure_does_not_take_less_than_no_time() -> None:
    with pytest.raises(ValueError, match="from 1"):
        processing_due_on(_local("2026-11-23T08:00"), -1, CALENDAR)
