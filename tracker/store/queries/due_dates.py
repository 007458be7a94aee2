"""Which due dates fall on another day by a calendar than they were told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from tracker.domain.deadlines import Seat, postal_due_on, zone_between
from tracker.domain.working_time import WorkCalendar
from tracker.store.queries.calendar import Calendars
from tracker.store.tables import ITEM, OFFICE

_FROM, _TO = OFFICE.alias("from_office"), OFFICE.alias("to_office")
_TRAVELLING = (
    select(
        ITEM.c.id, ITEM.c.number, ITEM.c.registered_at, ITEM.c.due_on, ITEM.c.to_office_id,
        _FROM.c.ward_code.label("from_ward"), _FROM.c.province_code.label("from_province"),
        _TO.c.ward_code.label("to_ward"), _TO.c.province_code.label("to_province"),
    )
    .join(_FROM, _FROM.c.id == ITEM.c.from_office_id)
    .join(_TO, _TO.c.id == ITEM.c.to_office_id)
    .where(ITEM.c.is_final.is_(False))
    .order_by(ITEM.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """The days that were changed, of one office or (None) of all."""

    first_on: date
    last_on: date
    office_id: int | None


@dataclass(frozen=True, slots=True)
class DueDate:
    """`due_on` as told, `by_calendar` as it follows from the calendar asked."""

    item_id: int
    number: str
    due_on: date
    by_calendar: date


def due_dates(session: Session, span: Span, calendars: Calendars, *, after: int = 0, limit: int) -> list[DueDate]:
    """Of the open items whose time runs through the span, by id, whether the date changes or not.

    An item registered after the span, or due before it, is not touched by it.
    """
    zone = calendars.of().zone
    asked = _TRAVELLING.where(
        ITEM.c.id > after, ITEM.c.due_on >= span.first_on, ITEM.c.registered_at < _end_of(span.last_on, zone)
    )
    if span.office_id is not None:
        asked = asked.where(ITEM.c.to_office_id == span.office_id)
    found = []
    for row in session.execute(asked.limit(limit)):
        seats = Seat(row.from_ward, row.from_province), Seat(row.to_ward, row.to_province)
        calendar: WorkCalendar = calendars.of(row.to_office_id)
        by_calendar = postal_due_on(calendar.local_date(row.registered_at), zone_between(*seats), calendar)
        found.append(DueDate(row.id, row.number, row.due_on, by_calendar))
    return found


def all_due_dates(session: Session, span: Span, calendars: Calendars, at_once: int = 5_000) -> Iterator[DueDate]:
    after = 0
    while found := due_dates(session, span, calendars, after=after, limit=at_once):
        yield from found
        after = found[-1].item_id


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)
