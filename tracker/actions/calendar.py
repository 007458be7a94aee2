"""Vietnam's days off and swapped working days, as far as they are decreed, and what a person changes in them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import holidays
from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.day_changes import LONGEST_SPAN_DAYS, DayChange, DayKind, PlannedDays
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.store.models import CalendarChange, CalendarDay, Office, OfficeDay
from tracker.store.queries.calendar import CLOSED, OPENED, Calendars
from tracker.store.queries.due_dates import Span, all_due_dates

SWAPPED_DAY = "Ngày làm bù"
LONGEST_NAME = 200
_KIND = {DayKind.CLOSED: CLOSED, DayKind.OPENED: OPENED, DayKind.SATURDAYS: OPENED, DayKind.USUAL: None}

Moves = Mapping[tuple[date, date], int]
"""How many due dates go from one day to another."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do. `days` are those whose entry differs from what is entered now."""

    days: tuple[date, ...]
    moves: Moves

    @property
    def moved(self) -> int:
        return sum(self.moves.values())


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


def preview_change(session: Session, change: DayChange, by: Desk) -> Preview:
    """Writes nothing. Raises Refusal as `change_calendar` does."""
    planned = _planned(session, change)
    span = _span(change, list(planned))
    calendars = Calendars(session, by.config.office, PlannedDays(change.office_id, _kinds(planned)))
    moves = Counter(
        (one.due_on, one.by_calendar)
        for one in all_due_dates(session, span, calendars)
        if one.due_on != one.by_calendar
    )
    return Preview(tuple(sorted(planned)), dict(sorted(moves.items())))


def change_calendar(session: Session, change: DayChange, by: Desk) -> int:
    """Enters the days and asks for every due date that follows from them; answers the change's id.

    Raises Refusal: field_required, field_too_long, out_of_range, unknown_office, nothing_changes.
    """
    planned = _planned(session, change)
    _enter(session, change.office_id, planned)
    span = _span(change, list(planned))
    row = CalendarChange(
        at=by.at,
        actor=by.actor.name,
        office_id=change.office_id,
        kind=change.kind,
        first_on=span.first_on,
        last_on=span.last_on,
        days=len(planned),
        name=clean_text(change.name, LONGEST_NAME),
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    told = f"{change.kind} {span.first_on.isoformat()}..{span.last_on.isoformat()} ({len(planned)})"
    whose = f"office:{change.office_id}" if change.office_id is not None else "offices"
    deed = Deed("calendar changed", f"calendar_change:{row.id} {whose}", told)
    note_audit(session, deed, at=by.at, actor=by.actor.name)
    return row.id


_Planned = Mapping[date, tuple[str, str] | None]
"""Kind and name by day; None where the entry is taken away."""


def _kinds(planned: _Planned) -> Mapping[date, str | None]:
    return {day: told[0] if told else None for day, told in planned.items()}


def _planned(session: Session, change: DayChange) -> _Planned:
    """Only what differs from what is entered; a change that changes nothing is refused."""
    _refuse_misshapen(session, change)
    entered = _entered(session, change)
    if change.kind is DayKind.DECREED:
        days = _days_of([change.first_on.year])
        wanted: dict[date, tuple[str, str] | None] = {
            day: (kind, name) for kind, named in days.items() for day, name in named.items() if day not in entered
        }
    else:
        kind, name = _KIND[change.kind], clean_text(change.name, LONGEST_NAME)
        wanted = dict.fromkeys(change.days, (kind, name) if kind else None)
    planned = {day: told for day, told in wanted.items() if (told[0] if told else None) != entered.get(day)}
    if not planned:
        raise Refusal(cause=Cause.NOTHING_CHANGES, fields={"first_on": Cause.NOTHING_CHANGES})
    return planned


def _entered(session: Session, change: DayChange) -> Mapping[date, str]:
    if change.office_id is None:
        asked = select(col(CalendarDay.day), col(CalendarDay.kind))
        return dict(session.execute(asked).all())
    own = select(col(OfficeDay.day), col(OfficeDay.kind)).where(col(OfficeDay.office_id) == change.office_id)
    return dict(session.execute(own).all())


def _refuse_misshapen(session: Session, change: DayChange) -> None:
    faults: dict[str, Cause] = {}
    span = (change.last_on - change.first_on).days
    if not 0 <= span <= LONGEST_SPAN_DAYS:
        faults["last_on"] = Cause.OUT_OF_RANGE
    if change.kind not in {DayKind.USUAL, DayKind.DECREED} and not clean_text(change.name, len(change.name)):
        faults["name"] = Cause.FIELD_REQUIRED
    if len(change.name) > LONGEST_NAME:
        faults["name"] = Cause.FIELD_TOO_LONG
    if change.office_id is not None and session.get(Office, change.office_id) is None:
        faults["office"] = Cause.UNKNOWN_OFFICE
    if faults:
        raise Refusal(cause=next(iter(faults.values())), fields=faults)


def _enter(session: Session, office_id: int | None, planned: _Planned) -> None:
    rows = [{"day": day, "kind": told[0], "name": told[1]} for day, told in planned.items() if told]
    if office_id is None:
        session.execute(delete(CalendarDay).where(col(CalendarDay.day).in_(planned)))
        if rows:
            session.execute(insert(CalendarDay), rows)
        return
    mine = col(OfficeDay.office_id) == office_id
    session.execute(delete(OfficeDay).where(mine, col(OfficeDay.day).in_(planned)))
    if rows:
        session.execute(insert(OfficeDay), [{**row, "office_id": office_id} for row in rows])


def _span(change: DayChange, days: list[date]) -> Span:
    return Span(min(days), max(days), change.office_id)
