"""Due dates follow the calendar: after a change those that move, part by part, each with its audit row."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audits
from tracker.config import Config
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState, due_of
from tracker.store.models import CalendarChange, Discrepancy
from tracker.store.queries.calendar import Calendars
from tracker.store.queries.due_dates import DueDate, Span, due_dates
from tracker.store.tables import DISCREPANCY, ITEM

AT_ONCE = 500
# Who was being registered while the change was entered was given a date of the calendar before: a second look finds it.
IN_FLIGHT = timedelta(seconds=60)

_SET_TERM = (
    update(DISCREPANCY)
    .where(DISCREPANCY.c.id == bindparam("row_id"), DISCREPANCY.c.opened_at == bindparam("opened"))
    .where(DISCREPANCY.c.state == DiscrepancyState.OPEN)
    .values(due_at=bindparam("due"))
)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one part did; `is_over` when this run has nothing more to do for the change."""

    looked_at: int
    moved: int
    is_over: bool


def unfinished_changes(session: Session) -> list[int]:
    asked = select(col(CalendarChange.id)).where(col(CalendarChange.done_at).is_(None)).order_by(col(CalendarChange.id))
    return [change_id for change_id in session.scalars(asked) if change_id is not None]


def sweep_part(session: Session, change_id: int, config: Config, *, at: datetime, limit: int = AT_ONCE) -> Swept:
    """The next items of a change. What was committed before a kill is not looked at again."""
    change = session.scalar(select(CalendarChange).where(col(CalendarChange.id) == change_id).with_for_update())
    if change is None or change.done_at is not None:
        return Swept(0, 0, is_over=True)
    if change.swept_from is None:
        change.swept_from = at
        _forget_terms(session, change, config)
    span = Span(change.first_on, change.last_on, change.office_id)
    calendars = Calendars(session, config.office)
    found = due_dates(session, span, calendars, after=change.after_item, limit=limit)
    moved = _move(session, [one for one in found if one.due_on != one.by_calendar], change, at)
    change.moved += moved
    if found:
        change.after_item = found[-1].item_id
    is_over = len(found) < limit
    if is_over:
        _end_sweep(change, at)
    return Swept(len(found), moved, is_over)


def _end_sweep(change: CalendarChange, at: datetime) -> None:
    if change.swept_from is not None and change.swept_from - change.at >= IN_FLIGHT:
        change.done_at = at
        return
    change.swept_from, change.after_item = None, 0


def _move(session: Session, due: list[DueDate], change: CalendarChange, at: datetime) -> int:
    """One row of the audit for each date that moved, never for one that somebody else moved first."""
    deeds = []
    for one in due:
        is_still = session.execute(
            update(ITEM)
            .where(ITEM.c.id == one.item_id, ITEM.c.due_on == one.due_on, ITEM.c.is_final.is_(False))
            .values(due_on=one.by_calendar)
            .returning(ITEM.c.id)
        ).first()
        if is_still is not None:
            moved = f"{one.due_on.isoformat()} -> {one.by_calendar.isoformat()}"
            why = f"calendar_change:{change.id} {change.kind} {change.first_on.isoformat()}"
            deeds.append(Deed("due date moved", f"item:{one.number}", f"{moved}, {why}"))
    if deeds:
        note_audits(session, deeds, at=at, actor=SYSTEM_NAME)
    return len(deeds)


def _forget_terms(session: Session, change: CalendarChange, config: Config) -> None:
    """By when contradictions must be settled is counted in the same working time."""
    morning = datetime.combine(change.first_on, time(), ZoneInfo(config.office.zone))
    reached = [col(Discrepancy.state) == DiscrepancyState.OPEN, col(Discrepancy.due_at) >= morning]
    if change.office_id is not None:
        reached.append(col(Discrepancy.office_id) == change.office_id)
    session.execute(update(Discrepancy).where(*reached).values(due_at=None))


def set_terms(session: Session, config: Config) -> int:
    """Gives open contradictions without a term the one their kind has; answers how many, AT_ONCE at the most."""
    rows = session.execute(
        select(col(Discrepancy.id), col(Discrepancy.code), col(Discrepancy.office_id), col(Discrepancy.opened_at))
        .where(col(Discrepancy.state) == DiscrepancyState.OPEN, col(Discrepancy.due_at).is_(None))
        .order_by(col(Discrepancy.id))
        .limit(AT_ONCE)
    ).all()
    calendars = Calendars(session, config.office)
    terms = [
        {
            "row_id": row.id,
            "opened": row.opened_at,
            "due": due_of(DiscrepancyCode(row.code), row.opened_at, calendars.of(row.office_id)),
        }
        for row in rows
    ]
    if terms:
        session.connection().execute(_SET_TERM, terms)
        session.expire_all()
    return len(rows)
