"""How an administrator changes the calendar: some days at once, for all offices or for one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

SATURDAY = 5
LONGEST_SPAN_DAYS = 400


class DayKind(StrEnum):
    """`saturdays` opens a desk on every Saturday of the span; `usual` takes back what was said of the days;
    `decreed` enters the holidays and swapped days of a year that are not entered yet."""

    CLOSED = "closed"
    OPENED = "opened"
    SATURDAYS = "saturdays"
    USUAL = "usual"
    DECREED = "decreed"


@dataclass(frozen=True, slots=True)
class DayChange:
    """`office_id` None: for all offices. Both ends are included."""

    kind: DayKind
    first_on: date
    last_on: date
    name: str = ""
    office_id: int | None = None

    @property
    def days(self) -> list[date]:
        span = (self.last_on - self.first_on).days + 1
        days = [self.first_on + timedelta(days=count) for count in range(span)]
        return [day for day in days if self.kind is not DayKind.SATURDAYS or day.weekday() == SATURDAY]


@dataclass(frozen=True, slots=True)
class PlannedDays:
    """What the table would say of these days of one office, or of all: closed, opened, or None for nothing."""

    office_id: int | None = None
    kinds: Mapping[date, str | None] = field(default_factory=lambda: MappingProxyType({}))
