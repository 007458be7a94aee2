"""What a single scan shows: a code nobody knows, or one id with two stories."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.append import Draft
from tracker.actions.codes import is_waiting
from tracker.actions.desk import Desk
from tracker.actions.discrepancies import Finding, converge, open_finding
from tracker.actions.door import Door
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.models import Adoption, Discrepancy
from tracker.store.queries.events import StoredEvent


def orphan_found(session: Session, code: str, draft: Draft, *, at: datetime) -> None:
    """A well-shaped code that stands for nothing yet; its events wait in a chain of their own."""
    finding = Finding(
        code=DiscrepancyCode.ORPHAN_SCAN,
        subject=f"code:{code}",
        since_at=draft.effective_at,
        office_id=draft.actor.office_id,
        evidence={"post": {"code": code, "first_event": str(draft.event_id)}},
    )
    if _open_id(session, finding.subject) is None:
        open_finding(session, finding, at=at)


def end_orphan(session: Session, code: str, *, at: datetime) -> None:
    """The code became known."""
    known = _open_id(session, f"code:{code}")
    if known is not None:
        converge(session, [known], at=at)


def adopt_waiting(session: Session, code: str, item_id: int, by: Desk) -> None:
    """Scans that came before the code was known now count for this item, in their own chain.

    A count by people who may make no such scan left the code alone to wait.
    """
    chain = f"code:{code}"
    if is_waiting(session, code) and session.get(Adoption, chain) is None:
        session.add(Adoption(chain=chain, item_id=item_id, adopted_at=by.at, actor=by.actor.name))
        session.flush()
    end_orphan(session, code, at=by.at)


def _open_id(session: Session, subject: str) -> int | None:
    return session.scalar(
        select(col(Discrepancy.id)).where(
            col(Discrepancy.code) == DiscrepancyCode.ORPHAN_SCAN,
            col(Discrepancy.subject) == subject,
            col(Discrepancy.state) == DiscrepancyState.OPEN,
        )
    )


def conflict_found(session: Session, known: StoredEvent, door: Door) -> None:
    told = {"event": str(known.event.id), "hash": known.hash, "other_device": door.actor.device}
    finding = Finding(
        code=DiscrepancyCode.ID_CONFLICT,
        subject=f"event:{known.event.id}",
        since_at=door.at,
        item_id=known.item_id,
        office_id=door.actor.office_id,
        evidence={"post": told},
    )
    open_finding(session, finding, at=door.at)
