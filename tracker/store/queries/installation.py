"""What an installation consists of, for those who keep it running."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from tracker.domain.identifiers import SerialRange
from tracker.domain.vocabulary import OfficeKind, Role
from tracker.store.models import Account, AuditRow, Office, SerialPool, WebSession
from tracker.store.queries.catalogue import office_ids_below

LAST_AUDITS = 20


@dataclass(frozen=True, slots=True)
class RangeLeft:
    """A range of item numbers and how many of it are left."""

    office_id: int
    office: str
    prefix: str
    left: int
    is_low: bool


@dataclass(frozen=True, slots=True)
class AuditLine:
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class Installation:
    offices: Mapping[OfficeKind, int]
    accounts: Mapping[Role, int]
    open_sessions: int
    ranges: tuple[RangeLeft, ...]


def installation(session: Session, sessions_seen_since: datetime, low_water_percent: int) -> Installation:
    offices = session.execute(select(col(Office.kind), func.count(col(Office.id))).group_by(col(Office.kind)))
    accounts = session.execute(
        select(col(Account.role), func.count(col(Account.id)))
        .where(col(Account.is_active).is_(True), col(Account.password_hash).is_not(None))
        .group_by(col(Account.role))
    )
    seen = select(func.count(col(WebSession.hash))).where(col(WebSession.last_seen_at) >= sessions_seen_since)
    return Installation(
        offices={OfficeKind(kind): count for kind, count in offices},
        accounts={Role(role): count for role, count in accounts},
        open_sessions=session.scalar(seen) or 0,
        ranges=ranges_left(session, low_water_percent),
    )


def ranges_left(session: Session, low_water_percent: int) -> tuple[RangeLeft, ...]:
    rows = session.execute(
        select(SerialPool, col(Office.name))
        .join(Office, col(Office.id) == col(SerialPool.office_id))
        .order_by(col(Office.name), col(SerialPool.id))
    )
    return tuple(_left(pool, office, low_water_percent) for pool, office in rows)


def low_ranges(session: Session, office_id: int, low_water_percent: int) -> list[RangeLeft]:
    """Of that office and those below it."""
    offices = office_ids_below(session, office_id)
    return [one for one in ranges_left(session, low_water_percent) if one.is_low and one.office_id in offices]


def _left(pool: SerialPool, office: str, low_water_percent: int) -> RangeLeft:
    serials = SerialRange(pool.prefix, pool.first_serial, pool.last_serial, pool.country)
    left = pool.last_serial - pool.next_serial + 1
    return RangeLeft(pool.office_id, office, pool.prefix, left, serials.is_low(pool.next_serial, low_water_percent))


def last_audits(session: Session) -> list[AuditLine]:
    """Newest first."""
    rows = session.scalars(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(LAST_AUDITS))
    return [AuditLine(row.at, row.actor, row.action, row.subject, row.reason) for row in rows]
