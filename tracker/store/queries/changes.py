"""What changed since reconciliation last looked, and whose grace has ended meanwhile."""

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, false, func, select
from sqlmodel import Session

from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.models import Reconciled
from tracker.store.queries.given import given_ids
from tracker.store.tables import CHANGED_DOSSIER, DISCREPANCY, GRACE_END, ITEM, ITEM_DOSSIER

Stretch = tuple[int, int]


def marks(session: Session) -> list[Stretch]:
    """Rows of `changed_dossier`: stretches of ids without a gap, first and last."""
    mark = CHANGED_DOSSIER.c.id
    # Within a stretch the ids grow as the places in the row do.
    placed = select(mark, (mark - func.row_number().over(order_by=mark)).label("stretch")).subquery()
    ends = select(func.min(placed.c.id), func.max(placed.c.id)).group_by(placed.c.stretch).order_by(placed.c.stretch)
    return [(first, last) for first, last in session.execute(ends)]


def changed(session: Session) -> set[int]:
    return set(session.scalars(select(CHANGED_DOSSIER.c.dossier_id).distinct()))


def changed_among(session: Session, dossier_ids: Collection[int]) -> set[int]:
    some = CHANGED_DOSSIER.c.dossier_id.in_(given_ids(session, dossier_ids))
    return set(session.scalars(select(CHANGED_DOSSIER.c.dossier_id).where(some)))


def last_reconciled(session: Session) -> Reconciled | None:
    return session.get(Reconciled, 1)


def graces_ended(session: Session, now: datetime) -> set[int]:
    return set(session.scalars(select(GRACE_END.c.dossier_id).where(GRACE_END.c.ends_at <= now)))


def with_neighbours(session: Session, dossier_ids: Collection[int]) -> set[int]:
    """With those that share an item, and so a contradiction, with one of them; and so on."""
    known = set(dossier_ids)
    new: set[int] = known
    while new:
        found = set(session.execute(_sharing(given_ids(session, new))).scalars())
        new = found - known
        known |= new
    return known


def _sharing(dossier_ids: Select[tuple[int]]) -> Select[tuple[int]]:
    other = ITEM_DOSSIER.alias()
    return (
        select(other.c.dossier_id)
        .join(ITEM_DOSSIER, ITEM_DOSSIER.c.item_id == other.c.item_id)
        .where(ITEM_DOSSIER.c.dossier_id.in_(dossier_ids), other.c.dossier_id != ITEM_DOSSIER.c.dossier_id)
    )


def handover_mates(session: Session, dossier_ids: Collection[int], handed_since: datetime) -> set[int]:
    """Dossiers whose items wait in one handover with an item of theirs: it has one row, whichever item it names.

    With the dossiers that rows name of whose handover nothing waits any more: whose item came last is not told.
    """
    waiting: dict[str, set[int]] = {}
    for dossier_id, standing in session.execute(_waiting_since(handed_since)):
        waiting.setdefault(_handover_of(standing), set()).add(dossier_id)
    mates: set[int] = set()
    for subject, dossier_id in session.execute(_OPEN_HANDOVERS):
        others = waiting.get(subject)
        if others is None:
            mates.add(dossier_id)
        else:
            others.add(dossier_id)
    return mates.union(*(together for together in waiting.values() if not together.isdisjoint(dossier_ids)))


def _waiting_since(handed_since: datetime) -> Select[tuple[int, str]]:
    linked = select(ITEM_DOSSIER.c.dossier_id, ITEM.c.standing).join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
    return linked.where(ITEM.c.is_final == false(), ITEM.c.pending_since <= handed_since)


def _handover_of(standing: str) -> str:
    """As the rule names it."""
    told = json.loads(standing)["pending"]
    return f"handover:{told['handover'] or told['event']}"


_OPEN_HANDOVERS = select(DISCREPANCY.c.subject, DISCREPANCY.c.dossier_id).where(
    DISCREPANCY.c.state + "" == DiscrepancyState.OPEN,  # asked of what the index of codes finds: far fewer
    DISCREPANCY.c.code == DiscrepancyCode.OPEN_HANDOVER,
    DISCREPANCY.c.dossier_id.is_not(None),
)


def graces_kept(session: Session, dossier_ids: Collection[int]) -> set[int]:
    """Those of the given of which an end is kept."""
    kept = select(GRACE_END.c.dossier_id).where(GRACE_END.c.dossier_id.in_(given_ids(session, dossier_ids)))
    return set(session.scalars(kept))
