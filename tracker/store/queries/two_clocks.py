"""What the two clocks of a dossier are read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from tracker.config import Office
from tracker.domain.actor import Actor
from tracker.domain.two_clocks import Processing, Reading, Word, postal_reading, processing_reading
from tracker.domain.vocabulary import Leg
from tracker.store.queries.calendar import Calendars
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import CLAIM, DOSSIER, ITEM, ITEM_DOSSIER, PROCEDURE

ONE_STOP = "one_stop"


@dataclass(frozen=True, slots=True)
class PostClock:
    number: str
    leg: Leg
    reading: Reading


@dataclass(frozen=True, slots=True)
class TwoClocks:
    """`agency` None before it received the dossier; `told_due_on` is what its own system says."""

    post: tuple[PostClock, ...]
    agency: Processing | None
    told_due_on: date | None


def two_clocks(session: Session, reader: Actor, dossier_id: int, office: Office, today: date) -> TwoClocks:
    """Each on the calendar of its own office: where the item is bound, and who decides."""
    calendars = Calendars(session, office)
    dossier = session.execute(
        select(
            DOSSIER.c.deciding_agency_id, DOSSIER.c.receiving_office_id, DOSSIER.c.processing_due_on, PROCEDURE.c.days
        )
        .join(PROCEDURE, PROCEDURE.c.id == DOSSIER.c.procedure_id)
        .where(DOSSIER.c.id == dossier_id)
    ).one()
    calendar = calendars.of(dossier.deciding_agency_id or dossier.receiving_office_id)
    agency = processing_reading(_words(session, dossier_id), dossier.days, today, calendar)
    return TwoClocks(_of_items(session, reader, dossier_id, calendars, today), agency, dossier.processing_due_on)


def _words(session: Session, dossier_id: int) -> Sequence[Word]:
    rows = session.execute(
        select(CLAIM.c.status, CLAIM.c.said_at)
        .where(CLAIM.c.dossier_id == dossier_id, CLAIM.c.source == ONE_STOP, CLAIM.c.status.is_not(None))
        .order_by(CLAIM.c.said_at, CLAIM.c.id)
    )
    return [Word(row.status, row.said_at) for row in rows]


def _of_items(
    session: Session, reader: Actor, dossier_id: int, calendars: Calendars, today: date
) -> tuple[PostClock, ...]:
    rows = session.execute(
        select(ITEM.c.number, ITEM.c.leg, ITEM.c.registered_at, ITEM.c.due_on, ITEM.c.final_at, ITEM.c.to_office_id)
        .join(ITEM_DOSSIER, ITEM_DOSSIER.c.item_id == ITEM.c.id)
        .where(ITEM_DOSSIER.c.dossier_id == dossier_id, may_see_items(session, reader))
        .order_by(ITEM.c.id.desc())
    )
    found = []
    for row in rows:
        calendar = calendars.of(row.to_office_id)
        ended_on = calendar.local_date(row.final_at) if row.final_at else None
        posted_on = calendar.local_date(row.registered_at)
        reading = postal_reading(posted_on, row.due_on, ended_on, today, calendar)
        found.append(PostClock(row.number, Leg(row.leg), reading))
    return tuple(found)
