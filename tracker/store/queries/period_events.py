"""What happened in a stretch of time, told by events: attempts with their reasons, scans at offices, days.

What a supervisor has corrected away is not counted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import AttemptReason, EventType, Leg
from tracker.store.models import Discrepancy
from tracker.store.queries.discrepancies import may_see_discrepancy
from tracker.store.queries.json_text import json_text
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ACCOUNT, EVENT, ITEM, OFFICE

# By each of these an office writes down what it has received.
OFFICE_SCANS = (
    EventType.ACCEPTED, EventType.ARRIVED, EventType.UNBAGGED, EventType.BACK_AT_OFFICE, EventType.DELIVERED,
)  # fmt: skip
ACCEPTANCES = (EventType.ACCEPTED, EventType.COLLECTED)
DELIVERIES = (EventType.DELIVERED, EventType.HANDED_OUT)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since`, until before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ScanRate:
    """`scanned`: an item at an office, once; `missed`: items whose story lacks a scan."""

    scanned: int
    missed: int

    @property
    def percent(self) -> int | None:
        """Rounded down: not all is never told as all. None when nothing was there."""
        whole = self.scanned + self.missed
        return 100 * self.scanned // whole if whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLine:
    """`reason` is None where the event tells none, as each delivery does; `carrier` is a staff code."""

    id: int
    number: str
    leg: Leg
    at: datetime
    type: EventType
    reason: AttemptReason | None
    carrier: str
    office: str


def _corrected(session: Session, stretch: Stretch) -> list[UUID]:
    """What corrections since then name; a correction is never older than what it corrects."""
    named = json_text(session, EVENT.c.chained, "details", "event")
    rows = session.scalars(
        select(named).where(EVENT.c.type == EventType.CORRECTED, EVENT.c.effective_at >= stretch.since)
    )
    return [UUID(one) for one in rows if one]


def _happened(session: Session, types: Collection[EventType], stretch: Stretch) -> ColumnElement[bool]:
    within = and_(EVENT.c.type.in_(types), EVENT.c.effective_at >= stretch.since, EVENT.c.effective_at < stretch.until)
    corrected = _corrected(session, stretch)
    return and_(within, EVENT.c.event_id.not_in(corrected)) if corrected else within


def _of_items(asked: Select[*tuple[object, ...]], session: Session, reader: Actor) -> Select[*tuple[object, ...]]:
    return asked.join(ITEM, ITEM.c.id == EVENT.c.item_id).where(may_see_items(session, reader))


def count_events(session: Session, reader: Actor, types: Collection[EventType], stretch: Stretch) -> int:
    asked = select(func.count()).select_from(EVENT).where(_happened(session, types, stretch))
    return session.scalar(_of_items(asked, session, reader)) or 0


def count_by_day(
    session: Session, reader: Actor, types: Collection[EventType], midnights: Sequence[datetime]
) -> list[int]:
    """Of each day between two midnights."""
    day = case(*((EVENT.c.effective_at < end, place) for place, end in enumerate(midnights[1:])), else_=-1).label("day")
    stretch = Stretch(midnights[0], midnights[-1])
    asked = select(day, func.count()).select_from(EVENT).where(_happened(session, types, stretch)).group_by(day)
    found = {row[0]: row[1] for row in session.execute(_of_items(asked, session, reader))}
    return [found.get(place, 0) for place in range(len(midnights) - 1)]


def attempts_by_reason(session: Session, reader: Actor, stretch: Stretch) -> list[tuple[AttemptReason | None, int]]:
    """The most frequent first; None: the event tells no reason."""
    reason = json_text(session, EVENT.c.chained, "reason").label("reason")
    failed = _happened(session, [EventType.ATTEMPT_FAILED], stretch)
    asked = select(reason, func.count()).select_from(EVENT).where(failed).group_by(reason)
    rows = [(_reason(row[0]), row[1]) for row in session.execute(_of_items(asked, session, reader))]
    return sorted(rows, key=lambda row: (-row[1], row[0] or ""))


def _reason(text: str | None) -> AttemptReason | None:
    return AttemptReason(text) if text in set(AttemptReason) else None


@dataclass(frozen=True, slots=True)
class AttemptsAsked:
    """`before` is the id of the last line seen; `reason` None: any, empty: those that tell none."""

    stretch: Stretch
    reason: str | None
    before: int | None
    limit: int
    types: tuple[EventType, ...] = (EventType.ATTEMPT_FAILED,)


def attempts(session: Session, reader: Actor, asked: AttemptsAsked) -> list[AttemptLine]:
    """What was recorded last comes first."""
    reason = json_text(session, EVENT.c.chained, "reason")
    lines = (
        select(EVENT.c.id, ITEM.c.number, ITEM.c.leg, EVENT.c.effective_at, reason.label("reason"), EVENT.c.type)
        .add_columns(ACCOUNT.c.staff_code, OFFICE.c.name.label("office"))
        .select_from(EVENT)
        .join(ITEM, ITEM.c.id == EVENT.c.item_id)
        .outerjoin(ACCOUNT, ACCOUNT.c.name == EVENT.c.actor)
        .outerjoin(OFFICE, OFFICE.c.code == EVENT.c.office_code)
        .where(_happened(session, asked.types, asked.stretch), may_see_items(session, reader))
        .order_by(EVENT.c.id.desc())
        .limit(asked.limit)
    )
    if asked.reason is not None:
        lines = lines.where(reason == asked.reason if asked.reason else reason.is_(None))
    if asked.before:
        lines = lines.where(EVENT.c.id < asked.before)
    return [_attempt(row) for row in session.execute(lines)]


def _attempt(row: Row[*tuple[object, ...]]) -> AttemptLine:
    return AttemptLine(
        id=row.id,
        number=row.number,
        leg=Leg(row.leg),
        at=row.effective_at,
        type=EventType(row.type),
        reason=_reason(row.reason),
        carrier=row.staff_code or "",
        office=row.office or "",
    )


def _visits(session: Session, reader: Actor, stretch: Stretch) -> Select[*tuple[object, ...]]:
    """An item counts once at each office, however often it was scanned there."""
    return (
        select(func.min(EVENT.c.id).label("id"), func.max(EVENT.c.effective_at).label("at"))
        .add_columns(EVENT.c.item_id, EVENT.c.office_code)
        .join(ITEM, ITEM.c.id == EVENT.c.item_id)
        .where(_happened(session, OFFICE_SCANS, stretch), EVENT.c.office_code.is_not(None))
        .where(may_see_items(session, reader))
        .group_by(EVENT.c.item_id, EVENT.c.office_code)
    )


def scan_rate(session: Session, reader: Actor, stretch: Stretch) -> ScanRate:
    scanned = session.scalar(select(func.count()).select_from(_visits(session, reader, stretch).subquery())) or 0
    missed = select(func.count(col(Discrepancy.id))).where(
        col(Discrepancy.code) == DiscrepancyCode.MISSED_SCAN,
        col(Discrepancy.since_at) >= stretch.since,
        col(Discrepancy.since_at) < stretch.until,
        may_see_discrepancy(session, reader),
    )
    return ScanRate(scanned, session.scalar(missed) or 0)


@dataclass(frozen=True, slots=True)
class Visit:
    """`at` is the last scan of the item at that office."""

    id: int
    number: str
    leg: Leg
    office: str
    at: datetime


def scanned_visits(session: Session, reader: Actor, stretch: Stretch, after: int, limit: int) -> list[Visit]:
    """By the first scan of each; `after` is the last id seen."""
    visit = _visits(session, reader, stretch).having(func.min(EVENT.c.id) > after).subquery()
    rows = session.execute(
        select(visit.c.id, visit.c.at, ITEM.c.number, ITEM.c.leg, func.coalesce(OFFICE.c.name, visit.c.office_code))
        .join(ITEM, ITEM.c.id == visit.c.item_id)
        .outerjoin(OFFICE, OFFICE.c.code == visit.c.office_code)
        .order_by(visit.c.id)
        .limit(limit)
    )
    return [Visit(row[0], row.number, Leg(row.leg), row[4], row.at) for row in rows]
