"""What must be known of many items before each gets another copy of its label."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, case, func, select
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.stock import DIFFERENCES
from tracker.domain.vocabulary import EventType
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ADOPTION, EVENT, ITEM, LABEL, STOCK_LINE

PAPER_WORK = (EventType.REGISTERED, EventType.LABEL_PRINTED)
_IDS: BindParameter[int] = bindparam("item_ids", expanding=True)
# Built once: a single label asks them too.
_LAST_COPIES = (
    select(LABEL.c.item_id, func.max(LABEL.c.copy_number).label("last"))
    .where(LABEL.c.item_id.in_(_IDS))
    .group_by(LABEL.c.item_id)
)
_OWN = (
    select(
        EVENT.c.chain,
        func.max(EVENT.c.seq).label("seq"),
        func.max(EVENT.c.effective_at).label("last_known_at"),
        func.sum(case((EVENT.c.type.in_(PAPER_WORK), 0), else_=1)).label("scans"),
    )
    .where(EVENT.c.item_id.in_(_IDS))
    .group_by(EVENT.c.chain)
    .subquery()
)
_ENDS = select(EVENT.c.item_id, EVENT.c.seq, EVENT.c.hash, _OWN.c.last_known_at, _OWN.c.scans).join(
    _OWN, and_(EVENT.c.chain == _OWN.c.chain, EVENT.c.seq == _OWN.c.seq)
)
_ADOPTING = select(ADOPTION.c.item_id).where(ADOPTION.c.item_id.in_(_IDS))
_MISCOUNTED = select(STOCK_LINE.c.item_id).where(
    STOCK_LINE.c.item_id.in_(_IDS), STOCK_LINE.c.outcome.in_(sorted(DIFFERENCES))
)


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """`last_known_at` is the latest effective time of the item's own events.

    `is_plain`: they are its registration and labels alone, no adopted scan counts for it, and no count ever differed.
    """

    seq: int
    hash: str
    last_known_at: datetime
    is_plain: bool


def items_named(session: Session, numbers: Collection[str], actor: Actor) -> dict[str, int]:
    """By number what the actor may see: its open item, else the one registered last."""
    rows = session.execute(
        select(ITEM.c.number, ITEM.c.id)
        .where(ITEM.c.number.in_(numbers), may_see_items(session, actor))
        .order_by(ITEM.c.is_final.desc(), ITEM.c.id)
    )
    return {row.number: row.id for row in rows}


def rows_of_items(session: Session, columns: Sequence[Any], item_ids: Collection[int]) -> dict[int, Row[Any]]:
    """By id."""
    return {row.id: row for row in session.execute(select(*columns).where(ITEM.c.id.in_(item_ids)))}


def last_copies_of(session: Session, item_ids: Sequence[int]) -> dict[int, int]:
    return {row.item_id: row.last for row in session.execute(_LAST_COPIES, {"item_ids": item_ids})}


def chain_ends(session: Session, item_ids: Sequence[int]) -> dict[int, ChainEnd]:
    """Of the items' own chains; the caller holds their locks."""
    given = {"item_ids": item_ids}
    special = {*session.scalars(_ADOPTING, given), *session.scalars(_MISCOUNTED, given)}
    return {
        row.item_id: ChainEnd(row.seq, row.hash, row.last_known_at, not row.scans and row.item_id not in special)
        for row in session.execute(_ENDS, given)
    }
