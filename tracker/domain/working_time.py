"""Working days and working hours of an office: weekly hours, holidays, swapped days."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

_NONE = timedelta()
_WEEK = 7

Span = tuple[time, time]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """`spans` are local times of every working day, in order; `weekdays` count from Monday = 0."""

    spans: tuple[Span, ...] = ((time(7), time(11)), (time(13), time(17)))
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)

    def __post_init__(self) -> None:
        edges = [_since_midnight(edge) for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("office hours are spans one after another, each longer than nothing")
        if not self.weekdays or len(set(self.weekdays) & set(range(_WEEK))) != len(self.weekdays):
            raise ValueError("an office works on at least one weekday, each of 0 to 6 named once")

    @property
    def daily(self) -> timedelta:
        return sum((_length(span) for span in self.spans), _NONE)

    def worked_until(self, clock: timedelta) -> timedelta:
        """Time worked on one day up to `clock`, counted from midnight."""
        starts_and_lengths = ((_since_midnight(span[0]), _length(span)) for span in self.spans)
        return sum((min(max(clock - start, _NONE), length) for start, length in starts_and_lengths), _NONE)

    def clock_after(self, worked: timedelta) -> timedelta:
        """From midnight, the first moment at which `worked` (more than none, at most `daily`) has been worked."""
        for span in self.spans:
            if worked <= _length(span):
                return _since_midnight(span[0]) + worked
            worked -= _length(span)
        raise ValueError("more than a day's hours")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When an office works. A swapped day (`opened`) has the hours of a weekday; `closed` wins over it.

    A zone's clock changes are taken to fall outside the hours. Instants without a zone raise ValueError.
    """

    hours: OfficeHours
    closed: frozenset[date]
    opened: frozenset[date]
    zone: ZoneInfo
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _gained: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lost", _ordinals(day for day in self.closed if self._is_in_week(day)))
        object.__setattr__(
            self, "_gained", _ordinals(day for day in self.opened - self.closed if not self._is_in_week(day))
        )

    def _is_in_week(self, on: date) -> bool:
        return on.weekday() in self.hours.weekdays

    def is_working_day(self, on: date) -> bool:
        return on not in self.closed and (on in self.opened or self._is_in_week(on))

    def _days_worked(self, ordinal: int) -> int:
        """Working days since the calendar's beginning, this one included; no walk over days, however far apart."""
        weeks, rest = divmod(ordinal, _WEEK)
        in_weeks = weeks * len(self.hours.weekdays) + sum(weekday < rest for weekday in self.hours.weekdays)
        return in_weeks - bisect_right(self._lost, ordinal) + bisect_right(self._gained, ordinal)

    def _nth_day(self, count: int, after: int) -> date:
        """The first day by which `count` working days have been worked; `after` has fewer."""
        missing = count - self._days_worked(after)
        # Every week has a working day unless holidays take it, so these weeks are enough.
        farthest = after + _WEEK * (missing + len(self._lost))
        days = range(after + 1, farthest + 1)
        return date.fromordinal(days[bisect_left(days, count, key=self._days_worked)])

    def working_day_from(self, on: date) -> date:
        """The day itself when it is a working day, else the next one."""
        before = on.toordinal() - 1
        return self._nth_day(self._days_worked(before) + 1, before)

    def add_working_days(self, start_on: date, count: int) -> date:
        """The `count`-th working day after the start, the start excluded. Raises ValueError when count < 1."""
        if count < 1:
            raise ValueError(f"working days are counted from 1: {count}")
        start = start_on.toordinal()
        return self._nth_day(self._days_worked(start) + count, start)

    def working_days_between(self, start_on: date, end_on: date) -> int:
        """Start excluded, end included, as `add_working_days` counts; negative when the end comes first."""
        return self._days_worked(end_on.toordinal()) - self._days_worked(start_on.toordinal())

    def local_date(self, at: datetime) -> date:
        return self._local(at).date()

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None or at.utcoffset() is None:
            raise ValueError(f"an instant needs its time zone: {at.isoformat()}")
        return at.astimezone(self.zone)

    def _instant(self, on: date, clock: timedelta) -> datetime:
        return (datetime.combine(on, time(), self.zone) + clock).astimezone(UTC)

    def _worked(self, at: datetime) -> timedelta:
        """Time worked since the calendar's beginning."""
        local = self._local(at)
        today = local.date()
        whole_days = self.hours.daily * self._days_worked(today.toordinal() - 1)
        if not self.is_working_day(today):
            return whole_days
        return whole_days + self.hours.worked_until(_since_midnight(local.time()))

    def working_time_between(self, start_at: datetime, end_at: datetime) -> timedelta:
        """Negative when the end comes first."""
        return self._worked(end_at) - self._worked(start_at)

    def add_working_hours(self, start_at: datetime, hours: float) -> datetime:
        """The first moment at which so many hours have been worked since the start; none are over at once."""
        added = timedelta(hours=hours)
        if added < _NONE:
            raise ValueError(f"working hours are added, not taken back: {hours}")
        if added == _NONE:
            return self._local(start_at).astimezone(UTC)
        wanted = self._worked(start_at) + added
        days_before = -(-wanted // self.hours.daily) - 1
        on = self._nth_day(days_before + 1, self.local_date(start_at).toordinal() - 1)
        return self._instant(on, self.hours.clock_after(wanted - self.hours.daily * days_before))

    def closing_of(self, on: date) -> datetime:
        """When the office closes; of a day off, when it would."""
        return self._instant(on, _since_midnight(self.hours.spans[-1][1]))

    def end_of_working_day_after(self, start_at: datetime, count: int) -> datetime:
        """Closing time of the `count`-th working day after the day of `start_at`."""
        return self.closing_of(self.add_working_days(self.local_date(start_at), count))


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _length(span: Span) -> timedelta:
    return _since_midnight(span[1]) - _since_midnight(span[0])


def _ordinals(days: Iterable[date]) -> tuple[int, ...]:
    return tuple(sorted(day.toordinal() for day in days))


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last."""
    year, month0 = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month0 + 1)[1])
    return moment.replace(year=year, month=month0 + 1, day=day)
