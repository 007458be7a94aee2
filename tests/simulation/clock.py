"""Working time as the simulator counts it: minute by minute along the day, apart from the product's own calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone

WALL = timezone(timedelta(hours=7))
"""Vietnam's clock, which knows no summer time."""

OPENING, CLOSING = time(7), time(17)
_SPANS = ((time(7), time(11)), (time(13), time(17)))
_SATURDAY = 5
# National Day with the Monday before it, worked off on a Saturday; the day of culture became a holiday this year.
DAYS_OFF = frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 24)})
DAYS_WORKED_OFF = frozenset({date(2026, 8, 22)})


def wall(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, WALL).astimezone(UTC)


def day_of(at: datetime) -> date:
    return at.astimezone(WALL).date()


def is_worked(on: date) -> bool:
    return on in DAYS_WORKED_OFF or (on.weekday() < _SATURDAY and on not in DAYS_OFF)


def worked_days_from(first_on: date) -> Iterator[date]:
    on = first_on
    while True:
        if is_worked(on):
            yield on
        on += timedelta(days=1)


def nth_worked_day_after(on: date, count: int) -> date:
    days = worked_days_from(on + timedelta(days=1))
    for _ in range(count - 1):
        next(days)
    return next(days)


def worked_day_before(on: date) -> date:
    on -= timedelta(days=1)
    while not is_worked(on):
        on -= timedelta(days=1)
    return on


def hours_after(at: datetime, hours: float) -> datetime:
    """When so many working hours have passed since."""
    left = timedelta(seconds=round(hours * 3600))
    for on in worked_days_from(day_of(at)):
        for begins, ends in _SPANS:
            start = max(at, wall(on, begins))
            room = wall(on, ends) - start
            if timedelta() < left <= room:
                return start + left
            left -= max(room, timedelta())
    raise AssertionError("time does not end")


def hours_before(at: datetime, hours: float) -> datetime:
    """The last instant since which so many working hours have passed at `at`."""
    left, on = timedelta(seconds=round(hours * 3600)), day_of(at)
    while True:
        for begins, ends in reversed(_SPANS) if is_worked(on) else ():
            end = min(at, wall(on, ends))
            room = end - wall(on, begins)
            if timedelta() < left <= room:
                return end - left
            left -= max(room, timedelta())
        on -= timedelta(days=1)


def closing_after(at: datetime, days: int) -> datetime:
    """Closing time of the n-th working day after the day of `at`."""
    return wall(nth_worked_day_after(day_of(at), days), CLOSING)


def closing_of_the_day(at: datetime) -> datetime:
    """Of the next working day when the office is closed; past closing time, at once."""
    return max(at, wall(next(worked_days_from(day_of(at))), CLOSING))


def midnight_after(on: date) -> datetime:
    return wall(on + timedelta(days=1), time())
