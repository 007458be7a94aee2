"""Dossiers received in some months, counted by how they came in: ours, and those only the one-stop system told of."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, select, true
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
    alike = TOLD.c.procedure, TOLD.c.month, TOLD.c.by_post, TOLD.c.online
    rows = session.execute(
        select(*alike, func.count()).where(_within(months), _may_see_strangers(session, reader)).group_by(*alike)
    )
    for procedure, month, by_post, online, count in rows:
        yield Alike(procedure, month, True, by_post, online, count)


def undated_strangers(session: Session, reader: Actor) -> int:
    """Told of without a day of receipt: not received yet, or the source does not say."""
    undated = TOLD.c.month.is_(None), _may_see_strangers(session, reader)
    return session.scalar(select(func.count()).select_from(TOLD).where(*undated)) or 0


def _may_see_strangers(session: Session, reader: Actor) -> ColumnElement[bool]:
    """Those of the reader's agencies, by their codes; one that sees all sees those of no known agency too."""
    are_strangers = TOLD.c.dossier_id.is_(None)
    if reader.role in SEE_ALL:
        return are_strangers
    if reader.role is not Role.SUPERVISOR:
        return false()
    ids = office_ids_below(session, reader.office_id)
    codes = tuple(session.scalars(select(col(Office.code)).where(col(Office.id).in_(ids))))
    told = session.scalars(select(TOLD.c.agency).distinct())
    below = [agency for agency in told if any(is_at_or_below(agency, code) for code in codes)]
    return and_(are_strangers, TOLD.c.agency.in_(below))


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
