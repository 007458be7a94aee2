"""Vietnam's days off and swapped working days, as far as they are decreed."""

from collections.abc import Iterable, Mapping
from datetime import date

import holidays
from sqlalchemy import insert, select
from sqlmodel import Session, col

from tracker.store.models import CalendarDay
from tracker.store.queries.calendar import CLOSED, OPENED

SWAPPED_DAY = "Ngày làm bù"


def fill_calendar(session: Session, years: Iterable[int]) -> int:
    """Adds the days of these years; a day the table has already, perhaps mended by hand, stays. Answers how many.

    Swapped days are decreed year by year: those of a year to come are missing until the package knows them.
    """
    known = set(session.scalars(select(col(CalendarDay.day))))
    rows = [
        {"day": day, "kind": kind, "name": name}
        for kind, days in _days_of(sorted(set(years))).items()
        for day, name in days.items()
        if day not in known
    ]
    if rows:
        session.execute(insert(CalendarDay), rows)
    return len(rows)


def _days_of(years: list[int]) -> Mapping[str, Mapping[date, str]]:
    vietnam = holidays.country_holidays("VN", years=years, language="vi")
    opened = {day: SWAPPED_DAY for day in vietnam.weekend_workdays if day.year in years}
    return {CLOSED: {day: name for day, name in vietnam.items() if day not in opened}, OPENED: opened}
