"""The calendar in force."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from tracker.config import Office
from tracker.domain.working_time import OfficeHours, WorkCalendar
from tracker.store.models import CalendarDay

CLOSED, OPENED = "closed", "opened"


def work_calendar(session: Session, office: Office) -> WorkCalendar:
    """Hours of the configuration, days off and swapped days of the table."""
    days = session.execute(select(col(CalendarDay.day), col(CalendarDay.kind))).all()
    return WorkCalendar(
        hours=OfficeHours(spans=office.hours, weekdays=office.weekdays),
        closed=frozenset(day for day, kind in days if kind == CLOSED),
        opened=frozenset(day for day, kind in days if kind == OPENED),
        zone=ZoneInfo(office.zone),
    )


def calendar_reaches(session: Session) -> date | None:
    """The last day the table knows of; None for an empty one."""
    return session.scalar(select(func.max(CalendarDay.day)))
