"""Labels that were printed before their envelope: found by either of their codes, or by what they wait for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, exists, or_, select
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.vocabulary import LabelState, Leg
from tracker.store.queries.visibility import may_see_dossiers
from tracker.store.tables import (
    DOSSIER,
    DOSSIER_NUMBER,
    EARLY_LABEL,
    ITEM,
    ITEM_DOSSIER,
    LABEL,
    OPEN_LEG,
    PROCEDURE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyCopy:
    """Without an item. `is_void`: nobody may use it any more, nor its number."""

    label_id: int
    dossier_id: int
    leg: Leg
    number: str
    token: str
    printed_at: datetime
    is_void: bool


_EARLY = (
    select(EARLY_LABEL, LABEL.c.token, LABEL.c.printed_at, LABEL.c.state)
    .join(LABEL, LABEL.c.id == EARLY_LABEL.c.label_id)
    .order_by(EARLY_LABEL.c.label_id)
)
_WITHOUT_ITEM = LABEL.c.item_id.is_(None)


def early_label_of_code(session: Session, code: str) -> EarlyCopy | None:
    """By token or number, as long as no envelope bears it."""
    return _first(session, or_(EARLY_LABEL.c.number == code, LABEL.c.token == code), _WITHOUT_ITEM)


def waits_for_item(session: Session, code: str) -> bool:
    early = early_label_of_code(session, code)
    return early is not None and not early.is_void


def waiting_labels(session: Session, dossier_ids: Sequence[int], leg: Leg) -> list[EarlyCopy]:
    waits = (_WITHOUT_ITEM, LABEL.c.state == LabelState.CURRENT)
    asked = _EARLY.where(EARLY_LABEL.c.dossier_id.in_(dossier_ids), EARLY_LABEL.c.leg == leg, *waits)
    return [_early(row) for row in session.execute(asked)]


def dossiers_awaiting_label(session: Session, number: str) -> list[int]:
    """Of an open item: those whose result will come by post and has neither an envelope nor a label yet."""
    has_item = exists().where(OPEN_LEG.c.dossier_id == DOSSIER.c.id, OPEN_LEG.c.leg == Leg.RESULT)
    asked = (
        select(DOSSIER.c.id)
        .join(ITEM_DOSSIER, ITEM_DOSSIER.c.dossier_id == DOSSIER.c.id)
        .join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
        .join(PROCEDURE, PROCEDURE.c.id == DOSSIER.c.procedure_id)
        .where(ITEM.c.number == number, ITEM.c.is_final.is_(False), ITEM.c.leg == Leg.SUBMISSION)
        .where(DOSSIER.c.result_by_post, PROCEDURE.c.may_result, ~has_item)
        .order_by(DOSSIER.c.id)
    )
    found = list(session.scalars(asked))
    labelled = {one.dossier_id for one in waiting_labels(session, found, Leg.RESULT)}
    return [dossier_id for dossier_id in found if dossier_id not in labelled]


def dossier_of_early(session: Session, reader: Actor, early: EarlyCopy) -> str | None:
    """The local number of the dossier, where the reader may see it."""
    found: str | None = session.scalar(
        select(DOSSIER_NUMBER.c.text)
        .join(DOSSIER, DOSSIER.c.id == DOSSIER_NUMBER.c.dossier_id)
        .where(DOSSIER.c.id == early.dossier_id, DOSSIER_NUMBER.c.kind == "local", may_see_dossiers(session, reader))
    )
    return found


def _first(session: Session, *conditions: ColumnElement[bool]) -> EarlyCopy | None:
    row = session.execute(_EARLY.where(*conditions)).first()
    return _early(row) if row else None


def _early(row: Row[tuple[object, ...]]) -> EarlyCopy:
    return EarlyCopy(
        label_id=row.label_id,
        dossier_id=row.dossier_id,
        leg=Leg(row.leg),
        number=row.number,
        token=row.token,
        printed_at=row.printed_at,
        is_void=row.state == LabelState.VOID,
    )
