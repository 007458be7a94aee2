"""Two clocks, never mixed: working days of the post for one envelope, and of the agency with its coded pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.deadlines import counted_on, processing_due_on
from tracker.domain.working_time import WorkCalendar

COUNTING = frozenset({2, 4})
PAUSING = frozenset({5, 6, 8})
FINISHED = frozenset({9, 10})


@dataclass(frozen=True, slots=True)
class Reading:
    """In working days; `due_on` is the last of `days`. `ended_on` None while the clock runs or stands."""

    started_on: date
    due_on: date
    days: int
    used: int
    ended_on: date | None

    @property
    def late(self) -> int:
        return max(self.used - self.days, 0)

    @property
    def left(self) -> int:
        return max(self.days - self.used, 0)


@dataclass(frozen=True, slots=True)
class Pause:
    """`until_on` None: it still stands. `days` are the working days it stood."""

    status: int
    from_on: date
    until_on: date | None
    days: int


@dataclass(frozen=True, slots=True)
class Processing:
    reading: Reading
    pauses: tuple[Pause, ...]

    @property
    def is_paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until_on is None and self.reading.ended_on is None


@dataclass(frozen=True, slots=True)
class Word:
    """What the agency's system said of the dossier from an instant on."""

    status: int
    said_at: datetime


def postal_reading(
    posted_on: date, due_on: date, ended_on: date | None, today: date, calendar: WorkCalendar
) -> Reading:
    """The day of posting does not count."""
    until_on = ended_on or today
    return Reading(
        started_on=posted_on,
        due_on=due_on,
        days=calendar.working_days_between(posted_on, due_on),
        used=max(calendar.working_days_between(posted_on, until_on), 0),
        ended_on=ended_on,
    )


def processing_reading(words: Sequence[Word], days: int, today: date, calendar: WorkCalendar) -> Processing | None:
    """None before the agency has received it. What came after 15:00 counts as received on the next working day.

    `words` oldest first. The time of a pause is added to the due date; the day it ends on counts again.
    """
    received = next((word for word in words if word.status in COUNTING), None)
    if received is None:
        return None
    start_on = counted_on(received.said_at, calendar)
    since = [word for word in words if word.said_at >= received.said_at]
    end = next((word for word in since if word.status in FINISHED), None)
    ended_on = calendar.local_date(end.said_at) if end else None
    until_on = ended_on or today
    counting = [word for word in since if end is None or word.said_at < end.said_at]
    pauses = _pauses(counting, start_on, until_on, ended_on, calendar)
    stood = sum(pause.days for pause in pauses)
    first_due = processing_due_on(received.said_at, days, calendar)
    reading = Reading(
        started_on=start_on,
        due_on=calendar.add_working_days(first_due, stood) if stood else first_due,
        days=days,
        used=max(calendar.working_days_between(start_on, until_on) - stood, 0),
        ended_on=ended_on,
    )
    return Processing(reading, pauses)


def _pauses(
    words: Sequence[Word], start_on: date, until_on: date, ended_on: date | None, calendar: WorkCalendar
) -> tuple[Pause, ...]:
    found, opened = [], None
    for word in words:
        if word.status in PAUSING:
            opened = opened or word
        elif opened is not None:
            found.append(_pause(opened, calendar.local_date(word.said_at), start_on, calendar))
            opened = None
    if opened is not None:
        last = _pause(opened, until_on, start_on, calendar)
        found.append(Pause(last.status, last.from_on, ended_on, last.days))
    return tuple(found)


def _pause(opened: Word, until_on: date, start_on: date, calendar: WorkCalendar) -> Pause:
    """What stood before the first counted day takes nothing away."""
    from_on = max(calendar.local_date(opened.said_at), start_on)
    days = max(calendar.working_days_between(from_on, max(until_on, from_on)), 0)
    return Pause(opened.status, from_on, until_on, days)
