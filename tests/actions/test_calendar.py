"""Both clocks run on Vietnam's working days, swapped ones included."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from tests.schedules.planting import CONFIG
from tracker.actions.calendar import fill_calendar
from tracker.domain.working_time import WorkCalendar
from tracker.store.models import CalendarDay
from tracker.store.queries.calendar import calendar_reaches, work_calendar


@pytest.fixture
def calendar(session: Session) -> WorkCalendar:
    fill_calendar(session, range(2025, 2028))
    return work_calendar(session, CONFIG.office)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 2, 17),  # Tết
        date(2026, 4, 27),  # the Hùng kings' day fell on a Sunday
        date(2026, 8, 31),  # swapped for Saturday 22 August
        date(2026, 9, 2),
        date(2026, 11, 24),  # the day of Vietnamese culture, new in 2026
        date(2026, 11, 22),  # a Sunday
    ],
)
def test_offices_are_closed(calendar: WorkCalendar, day: date) -> None:
    assert not calendar.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 8, 22), date(2026, 11, 23), date(2025, 4, 26)])
def test_offices_work(calendar: WorkCalendar, day: date) -> None:
    assert calendar.is_working_day(day)


def test_hours_come_from_the_configuration(calendar: WorkCalendar) -> None:
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 11:00 in Vietnam, the midday break begins

    assert calendar.add_working_hours(noon, 1) == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_filling_again_adds_nothing_and_keeps_what_was_mended(session: Session) -> None:
    session.add(CalendarDay(day=date(2026, 11, 24), kind="opened", name="decreed otherwise"))
    session.flush()
    fill_calendar(session, [2026])

    assert fill_calendar(session, [2026]) == 0
    assert work_calendar(session, CONFIG.office).is_working_day(date(2026, 11, 24))
    assert calendar_reaches(session) == date(2026, 11, 24)
