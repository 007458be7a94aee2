"""Dossiers as other programs see them: what the caller may see, page by page, in a fixed number of reads."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.vocabulary import Leg
from tracker.store.models import Claim, DossierNumberRow, Procedure
from tracker.store.queries.items import LOCAL
from tracker.store.queries.visibility import may_see_dossiers, may_see_items
from tracker.store.tables import DOSSIER, ITEM, ITEM_DOSSIER


@dataclass(frozen=True, slots=True)
class ClaimHeard:
    """`status` is the national code 1 to 10; None when the source's word is unknown."""

    source: str
    status: int | None
    word: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Clocks:
    """By when the post must deliver what travels now or travelled last; by when the agency must decide."""

    postal_due_on: date | None
    processing_due_on: date | None
    legal_submission_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierSeen:
    id: int
    number: str
    aliases: tuple[str, ...]
    procedure: str
    items: tuple[str, ...]
    claims: tuple[ClaimHeard, ...]
    clocks: Clocks
    applicant_id: int


@dataclass(frozen=True, slots=True)
class _Travel:
    """One item of a dossier, as far as its clocks need it."""

    number: str
    leg: Leg
    due_on: date
    is_final: bool
    legal_submission_at: datetime | None


def dossiers_seen(session: Session, reader: Actor, *, after: int, limit: int) -> list[DossierSeen]:
    """In the order of registration; `after` is the id of the last one seen."""
    asked = _rows().where(DOSSIER.c.id > after, may_see_dossiers(session, reader)).order_by(DOSSIER.c.id).limit(limit)
    return _seen(session, reader, session.execute(asked).all())


def dossier_seen(session: Session, reader: Actor, number: str) -> DossierSeen | None:
    """By any number it answers to; None for an unknown number and another office's dossier alike."""
    asked = (
        _rows()
        .join(DossierNumberRow, col(DossierNumberRow.dossier_id) == DOSSIER.c.id)
        .where(col(DossierNumberRow.compared) == compare_key(number), may_see_dossiers(session, reader))
    )
    return next(iter(_seen(session, reader, session.execute(asked).all())), None)


def _rows() -> Select[tuple[object, ...]]:
    return select(
        DOSSIER.c.id, DOSSIER.c.applicant_id, DOSSIER.c.processing_due_on, col(Procedure.code).label("procedure")
    ).join(Procedure, col(Procedure.id) == DOSSIER.c.procedure_id)


def _seen(session: Session, reader: Actor, rows: Iterable[Row[tuple[object, ...]]]) -> list[DossierSeen]:
    found = list(rows)
    ids = [row.id for row in found]
    if not ids:
        return []
    numbers, claims, travels = numbers_of(session, ids), _claims_of(session, ids), _travels_of(session, reader, ids)
    return [
        DossierSeen(
            id=row.id,
            number=numbers[row.id][0],
            aliases=tuple(numbers[row.id][1:]),
            procedure=row.procedure,
            items=tuple(travel.number for travel in travels[row.id]),
            claims=tuple(claims[row.id]),
            clocks=_clocks(travels[row.id], row.processing_due_on),
            applicant_id=row.applicant_id,
        )
        for row in found
    ]


def numbers_of(session: Session, dossier_ids: Collection[int]) -> dict[int, list[str]]:
    """The local number first."""
    rows = session.execute(
        select(col(DossierNumberRow.dossier_id), col(DossierNumberRow.text), col(DossierNumberRow.kind)).where(
            col(DossierNumberRow.dossier_id).in_(dossier_ids)
        )
    )
    found: dict[int, list[str]] = {dossier_id: [] for dossier_id in dossier_ids}
    for dossier_id, number, _ in sorted(rows, key=lambda row: (row.kind != LOCAL, row.kind, row.text)):
        found[dossier_id].append(number)
    return found


def _claims_of(session: Session, dossier_ids: Collection[int]) -> dict[int, list[ClaimHeard]]:
    """In the order they were heard."""
    rows = session.scalars(select(Claim).where(col(Claim.dossier_id).in_(dossier_ids)).order_by(col(Claim.id)))
    found: dict[int, list[ClaimHeard]] = {dossier_id: [] for dossier_id in dossier_ids}
    for row in rows:
        if row.dossier_id is not None:
            found[row.dossier_id].append(ClaimHeard(row.source, row.status, row.word, row.said_at))
    return found


def _travels_of(session: Session, reader: Actor, dossier_ids: Collection[int]) -> dict[int, list[_Travel]]:
    """Only items the caller may see, oldest first."""
    rows = session.execute(
        select(
            ITEM_DOSSIER.c.dossier_id, ITEM.c.number, ITEM.c.leg, ITEM.c.due_on, ITEM.c.is_final,
            ITEM.c.legal_submission_at,
        )
        .join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
        .where(ITEM_DOSSIER.c.dossier_id.in_(dossier_ids), may_see_items(session, reader))
        .order_by(ITEM.c.id)
    )  # fmt: skip
    found: dict[int, list[_Travel]] = {dossier_id: [] for dossier_id in dossier_ids}
    for row in rows:
        travel = _Travel(row.number, Leg(row.leg), row.due_on, row.is_final, row.legal_submission_at)
        found[row.dossier_id].append(travel)
    return found


def _clocks(travels: list[_Travel], processing_due_on: date | None) -> Clocks:
    moving = [travel for travel in travels if not travel.is_final] or travels
    submitted = [
        travel.legal_submission_at
        for travel in travels
        if travel.leg is Leg.SUBMISSION and travel.legal_submission_at is not None
    ]
    return Clocks(
        postal_due_on=moving[-1].due_on if moving else None,
        processing_due_on=processing_due_on,
        legal_submission_at=min(submitted, default=None),
    )
