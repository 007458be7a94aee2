"""When a contradiction must begin and end, so that a run just before its due instant and one just after it tell."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random

from tests.simulation.clock import (
    closing_of_the_day,
    day_of,
    hours_after,
    hours_before,
    wall,
    worked_day_before,
)
from tests.simulation.story import Side

BETWEEN_RUNS = timedelta(minutes=5)


class Hour(StrEnum):
    """What falls due between the two runs of a point."""

    WORKING = "working"
    CLOSING = "closing"
    MIDNIGHT = "midnight"


@dataclass(frozen=True, slots=True)
class Point:
    """Two runs, five minutes apart."""

    hour: Hour
    before: datetime

    @property
    def after(self) -> datetime:
        return self.before + BETWEEN_RUNS


@dataclass(frozen=True, slots=True)
class Window:
    """The contradiction holds from `since_at` to `end_at`, and would be due at `due_at`."""

    since_at: datetime
    due_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Grace:
    """`hours` or `days` of working time; neither: what its `hour` says."""

    hour: Hour
    hours: int = 0
    days: int = 0


AT_ONCE = Grace(Hour.WORKING)
AT_CLOSING = Grace(Hour.CLOSING)
AT_MIDNIGHT = Grace(Hour.MIDNIGHT)


def working_hours(count: int) -> Grace:
    return Grace(Hour.WORKING, hours=count)


def working_days(count: int) -> Grace:
    return Grace(Hour.CLOSING, days=count)


def _seconds(rng: Random, least: float, most: float) -> timedelta:
    return timedelta(seconds=rng.randint(int(least), int(most)))


def _between_runs(rng: Random, point: Point) -> datetime:
    return point.before + _seconds(rng, 10, BETWEEN_RUNS.total_seconds() - 10)


def window(rng: Random, point: Point, side: Side, grace: Grace) -> Window:
    if grace.hours:
        return _of_hours(rng, point, side, grace.hours)
    if grace.hour is Hour.WORKING:
        return _at_once(rng, point, side)
    return _on_the_clock(rng, point, side, grace)


def _of_hours(rng: Random, point: Point, side: Side, hours: int) -> Window:
    """Ends within a tenth of the grace on either side of its due instant."""
    tenth = hours * 360
    if side is Side.BELOW:
        end_at = _between_runs(rng, point)
        due_at = hours_after(end_at, rng.randint(5, tenth) / 3600)
    else:
        due_at = _between_runs(rng, point)
        end_at = max(hours_after(due_at, rng.randint(5, tenth) / 3600), point.after + _seconds(rng, 10, 200))
    return Window(hours_before(due_at, hours), due_at, end_at)


def _at_once(rng: Random, point: Point, side: Side) -> Window:
    """No grace to miss: it comes and goes between two runs, or is still there at the next."""
    if side is Side.BELOW:
        since_at = point.before + _seconds(rng, 10, 100)
        return Window(since_at, since_at, since_at + _seconds(rng, 60, 180))
    since_at = _between_runs(rng, point)
    return Window(since_at, since_at, point.after + _seconds(rng, 10, 1200))


def _on_the_clock(rng: Random, point: Point, side: Side, grace: Grace) -> Window:
    """Due at the closing time or the midnight that lies between the runs."""
    due_at = _due_between(point)
    since_at = _day_graces_start(rng, due_at, grace.days) if grace.days else _same_day(rng, due_at)
    if side is Side.BELOW:
        end_at = point.before + _seconds(rng, 10, (due_at - point.before).total_seconds() - 5)
    else:
        tenth = (due_at - since_at).total_seconds() / 10
        end_at = max(due_at + _seconds(rng, 5, tenth), point.after + _seconds(rng, 10, 200))
    return Window(since_at, due_at, end_at)


def _due_between(point: Point) -> datetime:
    if point.hour is Hour.CLOSING:
        return closing_of_the_day(point.before)
    return wall(day_of(point.after), time())


def _same_day(rng: Random, due_at: datetime) -> datetime:
    on = day_of(due_at - timedelta(seconds=1))
    return wall(on, time(8)) + _seconds(rng, 0, 7 * 3600)


def _day_graces_start(rng: Random, due_at: datetime, days: int) -> datetime:
    """Some time on the n-th working day before, or on a day off right after it: both have the same grace."""
    start_on = day_of(due_at)
    for _ in range(days):
        start_on = worked_day_before(start_on)
    days_off = (day_of(due_at) - start_on).days - 1 if days == 1 else 0
    on = start_on + timedelta(days=rng.randint(0, days_off))
    return wall(on, time(6)) + _seconds(rng, 0, 16 * 3600)
