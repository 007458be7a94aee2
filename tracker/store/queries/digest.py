"""What the day's digest tells of one office, as its supervisor's board counts it, and which mails are still to go."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from tracker.domain.actor import SYSTEM_NAME, Actor
from tracker.domain.digest import DigestState
from tracker.domain.vocabulary import Party, Role
from tracker.store.models import DigestMail, Office
from tracker.store.queries.board import SILENT_AFTER
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM, OFFICE

MOST_OFFICES = 10


@dataclass(frozen=True, slots=True)
class SilentAt:
    """How many envelopes an office holds of which nothing was heard."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class WaitingMail:
    office_id: int
    office: str
    recipient: str


def overseer_of(office: Office) -> Actor:
    """Who sees what that office's supervisor sees; nobody signs in as this."""
    name = SYSTEM_NAME
    return Actor(0, name, name, name, Role.SUPERVISOR, office.id or 0, office.code, office.name, name)


def silent_by_office(session: Session, reader: Actor, at: datetime) -> list[SilentAt]:
    """The offices that hold most, at most ten."""
    count = func.count().label("held")
    holds = (ITEM.c.custodian_kind == Party.OFFICE) & (OFFICE.c.code == ITEM.c.custodian_ref)
    rows = session.execute(
        select(OFFICE.c.code, OFFICE.c.name, count)
        .select_from(ITEM.join(OFFICE, holds))
        .where(ITEM.c.is_final.is_(False), may_see_items(session, reader))
        .where(func.coalesce(ITEM.c.last_event_at, ITEM.c.registered_at) < at - SILENT_AFTER)
        .group_by(OFFICE.c.code, OFFICE.c.name)
        .order_by(count.desc(), OFFICE.c.name)
        .limit(MOST_OFFICES)
    )
    return [SilentAt(row.code, row.name, row.held) for row in rows]


def waiting_mails(session: Session, day: date) -> list[WaitingMail]:
    """Those of that day; what was tried least comes first, so that none stands in the way of the others."""
    rows = session.execute(
        select(col(DigestMail.office_id), col(Office.code), col(DigestMail.recipient))
        .join(Office, col(Office.id) == col(DigestMail.office_id))
        .where(col(DigestMail.day) == day, col(DigestMail.state) == DigestState.WAITING)
        .order_by(col(DigestMail.attempts), col(DigestMail.office_id), col(DigestMail.recipient))
    )
    return [WaitingMail(*row) for row in rows]
