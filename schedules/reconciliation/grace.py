"""How long a contradiction may last before a person hears of it, as a value that can be listed and changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.domain.working_time import WorkCalendar


class GraceUnit(StrEnum):
    AT_ONCE = "at_once"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CLOSING_OF_THE_DAY = "closing_of_the_day"


COUNTED = frozenset({GraceUnit.WORKING_HOURS, GraceUnit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class Grace:
    """`count` is 0 for the units that count nothing. Working days end at closing time of the n-th after the start."""

    unit: GraceUnit
    count: int = 0

    def __post_init__(self) -> None:
        if (self.unit in COUNTED) != (self.count > 0):
            raise ValueError(f"working_hours and working_days are counted, other graces are not: {self}")

    def __call__(self, calendar: WorkCalendar, since_at: datetime) -> datetime:
        """The instant from which it counts, for one that became true at an instant."""
        if self.unit is GraceUnit.WORKING_HOURS:
            return calendar.add_working_hours(since_at, self.count)
        if self.unit is GraceUnit.WORKING_DAYS:
            return calendar.end_of_working_day_after(since_at, self.count)
        return since_at if self.unit is GraceUnit.AT_ONCE else _closing_of_the_day(calendar, since_at)

    def __str__(self) -> str:
        return f"{self.count} {self.unit}" if self.unit in COUNTED else self.unit.value


def grace_of(text: str) -> Grace:
    """`at_once`, `closing_of_the_day`, `8 working_hours`, `1 working_days`. Raises ValueError for any other text."""
    count, _, unit = text.strip().rpartition(" ")
    if count and not (count.isascii() and count.isdigit()):
        raise ValueError(f"a grace counts whole hours or days: {text}")
    return Grace(GraceUnit(unit), int(count or 0))


AT_ONCE = Grace(GraceUnit.AT_ONCE)
CLOSING_OF_THE_DAY = Grace(GraceUnit.CLOSING_OF_THE_DAY)


def working_hours(count: int) -> Grace:
    return Grace(GraceUnit.WORKING_HOURS, count)


def working_days(count: int) -> Grace:
    return Grace(GraceUnit.WORKING_DAYS, count)


def _closing_of_the_day(calendar: WorkCalendar, since_at: datetime) -> datetime:
    """Closing time of the day, of the next working day when the office is closed; past it, at once."""
    on = calendar.working_day_from(calendar.local_date(since_at))
    return max(since_at, calendar.closing_of(on))
