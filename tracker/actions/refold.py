"""What an item's events add up to now, written where lists and schedules can index it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session, col

from tracker.actions.addressees import settle_addressee
from tracker.actions.custody_findings import Turn, settle_findings
from tracker.actions.late_evidence import note_late
from tracker.domain.citizen import citizen_state
from tracker.domain.events import Standing
from tracker.store.insert import insert_if_absent
from tracker.store.models import ItemDossier
from tracker.store.queries.stories import ItemStory, read_story
from tracker.store.standing_json import standing_from_json, standing_to_json
from tracker.store.tables import ITEM, ITEM_DOSSIER, OPEN_LEG

# Built once: every scan runs them.
_STANDING_OF = select(ITEM.c.leg, ITEM.c.standing).where(ITEM.c.id == bindparam("item_id"))
_WRITE_STANDING = update(ITEM).where(ITEM.c.id == bindparam("item_id"))


@dataclass(frozen=True, slots=True)
class _Before:
    leg: str
    standing: Standing


def refold(session: Session, item_id: int, *, at: datetime, because: Sequence[UUID] = ()) -> ItemStory:
    """Writes the standing, the place of the dossier's open leg, and what a person must look at.

    `because` are the events that make it necessary: where they came late and changed the story, that is kept.
    """
    row = session.execute(_STANDING_OF, {"item_id": item_id}).one()
    before = _Before(row.leg, standing_from_json(row.standing))
    story = read_story(session, item_id)
    _write_standing(session, item_id, story.standing)
    settle_addressee(session, item_id, story)
    taken_by = _settle_open_leg(session, item_id, before, story.standing)
    turn = Turn(before.standing, story, tuple(taken_by))
    settle_findings(session, item_id, turn, at=at)
    note_late(session, item_id, turn, because, at)
    return story


def _write_standing(session: Session, item_id: int, standing: Standing) -> None:
    session.execute(
        _WRITE_STANDING,
        {
            "item_id": item_id,
            "status": standing.status,
            "direction": standing.direction,
            "custodian_kind": standing.custodian.kind,
            "custodian_ref": standing.custodian.ref,
            "office_code": standing.office,
            "attempts": standing.attempts,
            "invitations": standing.invitations,
            "pending_since": standing.pending.since if standing.pending else None,
            "pending_to": standing.pending.to if standing.pending else None,
            "pending_to_ref": standing.pending.to_ref if standing.pending else None,
            "last_event_at": standing.last_event_at,
            "final_at": standing.final_at,
            "legal_submission_at": standing.legal_submission_at,
            "citizen_state": citizen_state(standing),
            "is_final": standing.status.is_final,
            "standing": standing_to_json(standing),
        },
    )


def _settle_open_leg(session: Session, item_id: int, before: _Before, now: Standing) -> list[int]:
    """Frees the place when the item came to its end; takes it back when a late fact re-opened it.

    Returns the dossiers whose place another item holds by then.
    """
    if now.status.is_final:
        freed = session.execute(
            delete(OPEN_LEG).where(OPEN_LEG.c.item_id == item_id).returning(OPEN_LEG.c.dossier_id)
        ).scalars()
        _hand_on(session, list(freed), before.leg)
        return []
    if not before.standing.status.is_final:
        return []
    dossiers = session.scalars(select(col(ItemDossier.dossier_id)).where(col(ItemDossier.item_id) == item_id)).all()
    return [dossier_id for dossier_id in sorted(dossiers) if not _take_place(session, dossier_id, before.leg, item_id)]


def _take_place(session: Session, dossier_id: int, leg: str, item_id: int) -> bool:
    """False when another item holds it."""
    return insert_if_absent(session, OPEN_LEG, {"dossier_id": dossier_id, "leg": leg, "item_id": item_id})


def _hand_on(session: Session, dossier_ids: list[int], leg: str) -> None:
    """To an item that was re-opened while the place was taken: a third must not slip in beside it."""
    if not dossier_ids:
        return
    waiting = session.execute(
        select(ITEM_DOSSIER.c.dossier_id, ITEM.c.id)
        .join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
        .where(ITEM_DOSSIER.c.dossier_id.in_(dossier_ids), ITEM.c.leg == leg, ITEM.c.is_final.is_(False))
        .order_by(ITEM_DOSSIER.c.dossier_id, ITEM.c.id)
    )
    for row in waiting:
        _take_place(session, row.dossier_id, leg, row.id)
