"""Dossiers received in some months, counted by how they came in: ours, and those only the one-stop system told of."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, true
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.shares import Alike, Month, Months, is_at_or_below
from tracker.domain.vocabulary import Leg, Role, Status
from tracker.store.models import Office, Setting
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.queries.visibility import SEE_ALL_MASKED, may_see_dossiers
from tracker.store.tables import DOSSIER, ITEM, ITEM_DOSSIER, PROCEDURE, TOLD_DOSSIER as TOLD

TOLD_SINCE = "told_dossiers.since"
SEE_ALL = SEE_ALL_MASKED | {Role.SYSTEM}


def strangers_since(session: Session) -> datetime | None:
    """None: the one-stop system was never heard."""
    value = session.scalar(select(col(Setting.value)).where(col(Setting.key) == TOLD_SINCE))
    return None if value is None else datetime.fromisoformat(value)


def procedure_names(session: Session) -> dict[str, str]:
    """By code, of the newest version."""
    rows = session.execute(select(PROCEDURE.c.code, PROCEDURE.c.name).order_by(PROCEDURE.c.valid_from))
    return {row.code: row.name for row in rows}


def counted_dossiers(session: Session, reader: Actor, months: Months, zone: ZoneInfo) -> Iterator[Alike]:
    yield from _ours(session, reader, months, zone)
    is_seen = _Seen(session, reader)
    rows = session.execute(
        select(TOLD.c.agency, TOLD.c.procedure, TOLD.c.month, TOLD.c.by_post, TOLD.c.online, func.count())
        .where(TOLD.c.dossier_id.is_(None), _within(months))
        .group_by(TOLD.c.agency, TOLD.c.procedure, TOLD.c.month, TOLD.c.by_post, TOLD.c.online)
    )
    for agency, procedure, month, by_post, online, count in rows:
        if is_seen(agency):
            yield Alike(procedure, month, True, by_post, online, count)


def undated_strangers(session: Session, reader: Actor) -> int:
    """Told of without a day of receipt: not received yet, or the source does not say."""
    is_seen = _Seen(session, reader)
    rows = session.execute(
        select(TOLD.c.agency, func.count())
        .where(TOLD.c.dossier_id.is_(None), TOLD.c.month.is_(None))
        .group_by(TOLD.c.agency)
    )
    return sum(count for agency, count in rows if is_seen(agency))


class _Seen:
    """Is that agency one of the reader's, by its code? One that sees all sees those of no known agency too."""

    def __init__(self, session: Session, reader: Actor) -> None:
        self.sees_all = reader.role in SEE_ALL
        ids = office_ids_below(session, reader.office_id) if reader.role is Role.SUPERVISOR else frozenset()
        self.codes = tuple(session.scalars(select(col(Office.code)).where(col(Office.id).in_(ids))))
        self._known: dict[str, bool] = {}

    def __call__(self, agency: str) -> bool:
        if agency not in self._known:
            self._known[agency] = self.sees_all or any(is_at_or_below(agency, code) for code in self.codes)
        return self._known[agency]


def _within(months: Months) -> ColumnElement[bool]:
    return TOLD.c.month.between(int(months.first), int(months.last))


def _ours(session: Session, reader: Actor, months: Months, zone: ZoneInfo) -> Iterator[Alike]:
    """In the month of receipt, or, where that was never told, the one in which we registered it."""
    registered = and_(
        TOLD.c.month.is_(None),
        DOSSIER.c.created_at >= months.first.start_at(zone),
        DOSSIER.c.created_at < months.last.following.start_at(zone),
    )
    found = (
        select(
            PROCEDURE.c.code.label("procedure"),
            func.coalesce(TOLD.c.month, _registered_in(months, zone)).label("month"),
            or_(TOLD.c.mark.is_not(None), DOSSIER.c.one_stop_said_at.is_not(None)).label("is_told"),
            case((_was_posted(), true()), else_=TOLD.c.by_post).label("by_post"),
            TOLD.c.online.label("online"),
        )
        .select_from(DOSSIER)
        .join(PROCEDURE, PROCEDURE.c.id == DOSSIER.c.procedure_id)
        .outerjoin(TOLD, TOLD.c.dossier_id == DOSSIER.c.id)
        .where(or_(_within(months), registered), may_see_dossiers(session, reader))
        .subquery("ours")
    )
    for row in session.execute(select(*found.c, func.count()).group_by(*found.c)):
        procedure, month, is_told, by_post, online, count = row
        yield Alike(procedure, month, bool(is_told), by_post, online, count)


def _registered_in(months: Months, zone: ZoneInfo) -> ColumnElement[int]:
    """Months as the office counts days, which no two databases cut alike."""
    ends = [(month.following.start_at(zone), month) for month in months]
    return case(
        *[(DOSSIER.c.created_at < end_at, _number(month)) for end_at, month in ends], else_=_number(months.last)
    )


def _number(month: Month) -> ColumnElement[int]:
    return literal(int(month))


def _was_posted() -> ColumnElement[bool]:
    """Our own books hold the envelope it came in."""
    return (
        exists()
        .where(ITEM_DOSSIER.c.dossier_id == DOSSIER.c.id, ITEM_DOSSIER.c.item_id == ITEM.c.id)
        .where(ITEM.c.leg == Leg.SUBMISSION, ITEM.c.status != Status.CANCELLED)
        .correlate(DOSSIER)
    )
