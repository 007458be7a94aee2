"""How long a contradiction may last before a person hears of it."""

from collections.abc import Callable
from datetime import datetime

from tracker.domain.working_time import WorkCalendar

Grace = Callable[[WorkCalendar, datetime], datetime]
"""The instant from which it counts, for one that became true at an instant."""


def at_once(_: WorkCalendar, since_at: datetime) -> datetime:
    return since_at


def working_hours(hours: int) -> Grace:
    return lambda calendar, since_at: calendar.add_working_hours(since_at, hours)


def working_days(count: int) -> Grace:
    """Ends at closing time of the n-th working day after the start day."""
    return lambda calendar, since_at: calendar.end_of_working_day_after(since_at, count)


def closing_of_the_day(calendar: WorkCalendar, since_at: datetime) -> datetime:
    """Closing time of the day, of the next working day when the office is closed; past it, at once."""
    on = calendar.working_day_from(calendar.local_date(since_at))
    return max(since_at, calendar.closing_of(on))
