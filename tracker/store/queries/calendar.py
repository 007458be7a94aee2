"""The calendars in force: one for all offices, and what single offices say beside it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from tracker.config import Office
from tracker.domain.day_changes import DayKind, PlannedDays
from tracker.domain.working_time import OfficeHours, WorkCalendar
from tracker.store.models import CalendarChange, CalendarDay, Office as OfficeRow, OfficeDay

CLOSED, OPENED = "closed", "opened"

Kinds = Mapping[date, str]


class Calendars:
    """Every office's calendar at this moment, read once. `planned`: as if those days were changed already."""

    def __init__(self, session: Session, office: Office, planned: PlannedDays | None = None) -> None:
        self._office = office
        self._common: dict[date, str] = dict(session.execute(select(col(CalendarDay.day), col(CalendarDay.kind))).all())
        self._own: defaultdict[int, dict[date, str]] = defaultdict(dict)
        for row in session.execute(select(col(OfficeDay.office_id), col(OfficeDay.day), col(OfficeDay.kind))):
            self._own[row.office_id][row.day] = row.kind
        if planned is not None:
            self._plan(planned)
        self._built: dict[int | None, WorkCalendar] = {}

    def _plan(self, planned: PlannedDays) -> None:
        days = self._common if planned.office_id is None else self._own[planned.office_id]
        for day, kind in planned.kinds.items():
            days.pop(day, None)
            if kind is not None:
                days[day] = kind

    def of(self, office_id: int | None = None) -> WorkCalendar:
        """Closed wins, whoever says it: a Saturday desk does not open on Tết. None: what holds for all."""
        key = office_id if office_id in self._own else None
        if key not in self._built:
            self._built[key] = _built(self._office, self._common, self._own[key] if key is not None else {})
        return self._built[key]


def _built(office: Office, common: Kinds, own: Kinds) -> WorkCalendar:
    said = [*common.items(), *own.items()]
    return WorkCalendar(
        hours=OfficeHours(spans=office.hours, weekdays=office.weekdays),
        closed=frozenset(day for day, kind in said if kind == CLOSED),
        opened=frozenset(day for day, kind in said if kind == OPENED),
        zone=ZoneInfo(office.zone),
    )


def work_calendar(session: Session, office: Office, office_id: int | None = None) -> WorkCalendar:
    """Hours of the configuration, days off and swapped days of the tables. `office_id` None: what holds for all."""
    return Calendars(session, office).of(office_id)


def days_told(session: Session) -> tuple[tuple[int, date, str], ...]:
    """Every day that differs, of all offices (as office 0) and of single ones: two calendars agree where these do."""
    common = session.execute(select(col(CalendarDay.day), col(CalendarDay.kind))).all()
    own = session.execute(select(col(OfficeDay.office_id), col(OfficeDay.day), col(OfficeDay.kind))).all()
    return tuple(sorted([(0, day, kind) for day, kind in common] + [tuple(row) for row in own]))


def calendar_at(session: Session, office: Office, code: str | None) -> WorkCalendar:
    """Of the office with this code; what holds for all where nobody says which."""
    office_id = session.scalar(select(col(OfficeRow.id)).where(col(OfficeRow.code) == code)) if code else None
    return work_calendar(session, office, office_id)


def calendar_reaches(session: Session) -> date | None:
    """The last day the table knows of; None for an empty one."""
    return session.scalar(select(func.max(CalendarDay.day)))


@dataclass(frozen=True, slots=True)
class DayView:
    """`office` is the short name of the one it holds for, None for all."""

    day: date
    kind: str
    name: str
    office: str | None


def days_from(session: Session, first_on: date, limit: int) -> list[DayView]:
    """Days that differ from the week's rule, soonest first."""
    common = session.execute(
        select(col(CalendarDay.day), col(CalendarDay.kind), col(CalendarDay.name))
        .where(col(CalendarDay.day) >= first_on)
        .order_by(col(CalendarDay.day))
        .limit(limit)
    )
    own = session.execute(
        select(col(OfficeDay.day), col(OfficeDay.kind), col(OfficeDay.name), col(OfficeRow.short_name).label("office"))
        .join(OfficeRow, col(OfficeRow.id) == col(OfficeDay.office_id))
        .where(col(OfficeDay.day) >= first_on)
        .order_by(col(OfficeDay.day), col(OfficeDay.office_id))
        .limit(limit)
    )
    days = [DayView(row.day, row.kind, row.name, None) for row in common]
    days += [DayView(row.day, row.kind, row.name, row.office) for row in own]
    return sorted(days, key=lambda one: (one.day, one.office or ""))[:limit]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """`done_at` None while due dates are still being recomputed."""

    at: datetime
    actor: str
    office: str | None
    kind: DayKind
    first_on: date
    last_on: date
    name: str
    moved: int
    done_at: datetime | None


def last_changes(session: Session, limit: int) -> list[ChangeView]:
    rows = session.execute(
        select(CalendarChange, col(OfficeRow.short_name))
        .outerjoin(OfficeRow, col(OfficeRow.id) == col(CalendarChange.office_id))
        .order_by(col(CalendarChange.id).desc())
        .limit(limit)
    )
    return [
        ChangeView(
            at=row.at,
            actor=row.actor,
            office=office,
            kind=DayKind(row.kind),
            first_on=row.first_on,
            last_on=row.last_on,
            name=row.name,
            moved=row.moved,
            done_at=row.done_at,
        )
        for row, office in rows
    ]
