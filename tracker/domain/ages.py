"""How long something waits, in the steps a supervisor looks at."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Age(StrEnum):
    """Ended by its limit: `hours` is up to four hours, `older` more than a week."""

    HOURS = "hours"
    DAY = "day"
    DAYS = "days"
    WEEK = "week"
    OLDER = "older"


LIMITS = {
    Age.HOURS: timedelta(hours=4),
    Age.DAY: timedelta(days=1),
    Age.DAYS: timedelta(days=3),
    Age.WEEK: timedelta(days=7),
}


class Since(NamedTuple):
    """What began after `after` and not later than `until`; None: whenever."""

    after: datetime | None
    until: datetime | None


def since_of(age: Age, now: datetime) -> Since:
    """The instants at which what has this age now began."""
    steps = list(Age)
    younger = steps.index(age) - 1
    after = now - LIMITS[age] if age in LIMITS else None
    return Since(after, now - LIMITS[steps[younger]] if younger >= 0 else None)
