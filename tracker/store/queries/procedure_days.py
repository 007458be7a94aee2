"""Dossiers that the one-stop system finished in a quarter, and the working days their agency used."""

from collections.abc import Iterator
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session

from tracker.config import Office
from tracker.domain.actor import Actor
from tracker.domain.procedure_days import Finished
from tracker.domain.quarterly import Quarter
from tracker.domain.two_clocks import FINISHED, Word, processing_reading
from tracker.store.queries.calendar import Calendars
from tracker.store.queries.two_clocks import ONE_STOP
from tracker.store.queries.visibility import may_see_dossiers
from tracker.store.tables import CLAIM, DOSSIER, PROCEDURE


def finished_dossiers(session: Session, reader: Actor, quarter: Quarter, office: Office) -> Iterator[Finished]:
    """Each once, by the first word that finished it, on the calendar of the office that decides."""
    start_at, end_at = quarter.span(ZoneInfo(office.zone))
    calendars = Calendars(session, office)
    said = CLAIM.c.source == ONE_STOP
    finished = select(CLAIM.c.dossier_id).where(
        said, CLAIM.c.status.in_(FINISHED), CLAIM.c.said_at >= start_at, CLAIM.c.said_at < end_at
    )
    rows = session.execute(
        select(
            CLAIM.c.dossier_id, CLAIM.c.status, CLAIM.c.said_at, DOSSIER.c.deciding_agency_id,
            DOSSIER.c.receiving_office_id, PROCEDURE.c.code, PROCEDURE.c.name, PROCEDURE.c.days,
        )
        .join(DOSSIER, DOSSIER.c.id == CLAIM.c.dossier_id)
        .join(PROCEDURE, PROCEDURE.c.id == DOSSIER.c.procedure_id)
        .where(said, CLAIM.c.status.is_not(None), DOSSIER.c.id.in_(finished), may_see_dossiers(session, reader))
        .order_by(CLAIM.c.dossier_id, CLAIM.c.said_at, CLAIM.c.id)
    )  # fmt: skip
    for _, group in groupby(rows, key=lambda row: row.dossier_id):
        told = list(group)
        calendar = calendars.of(told[0].deciding_agency_id or told[0].receiving_office_id)
        words = [Word(row.status, row.said_at) for row in told]
        clock = processing_reading(words, told[0].days, quarter.following.first_on, calendar)
        ended_on = clock.reading.ended_on if clock else None
        if clock and ended_on and quarter.first_on <= ended_on < quarter.following.first_on:
            yield Finished(told[0].code, told[0].name, told[0].days, clock.reading.used)
