"""What changed since reconciliation last looked, and whose grace has ended meanwhile."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false, select
from sqlmodel import Session

from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.models import Reconciled
from tracker.store.tables import CHANGED_DOSSIER, DISCREPANCY, GRACE_END, ITEM, ITEM_DOSSIER

ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows of `changed_dossier` as read, and the dossiers they name."""

    ids: Sequence[int]
    dossier_ids: frozenset[int]


def marks(session: Session) -> Marks:
    rows = session.execute(select(CHANGED_DOSSIER.c.id, CHANGED_DOSSIER.c.dossier_id).order_by(CHANGED_DOSSIER.c.id))
    ids, dossier_ids = [], set()
    for row_id, dossier_id in rows:
        ids.append(row_id)
        dossier_ids.add(dossier_id)
    return Marks(ids, frozenset(dossier_ids))


def last_reconciled(session: Session) -> Reconciled | None:
    return session.get(Reconciled, 1)


def graces_ended(session: Session, now: datetime) -> set[int]:
    return set(session.scalars(select(GRACE_END.c.dossier_id).where(GRACE_END.c.ends_at <= now)))


def with_neighbours(session: Session, dossier_ids: Collection[int]) -> set[int]:
    """With those that share an item, and so a contradiction, with one of them; and so on."""
    known: set[int] = set(dossier_ids)
    new = known
    while new:
        found: set[int] = set()
        for part in parts(sorted(new)):
            found.update(session.scalars(_sharing(part)))
        new = found - known
        known = known | new
    return known


def _sharing(dossier_ids: Sequence[int]) -> Select[tuple[int]]:
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
    DISCREPANCY.c.state == DiscrepancyState.OPEN,
    DISCREPANCY.c.code == DiscrepancyCode.OPEN_HANDOVER,
    DISCREPANCY.c.dossier_id.is_not(None),
)


def graces_kept(session: Session, dossier_ids: Collection[int]) -> set[int]:
    """Those of the given of which an end is kept."""
    kept: set[int] = set()
    for part in parts(sorted(dossier_ids)):
        kept.update(session.scalars(select(GRACE_END.c.dossier_id).where(GRACE_END.c.dossier_id.in_(part))))
    return kept


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), ASKED_AT_ONCE):
        yield ids[start : start + ASKED_AT_ONCE]
