"""What lies at a counter until somebody comes for it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from tracker.domain.vocabulary import Status
from tracker.store.tables import ITEM


@dataclass(frozen=True, slots=True)
class HeldItem:
    id: int
    number: str


def held_items(session: Session) -> list[HeldItem]:
    rows = session.execute(
        select(ITEM.c.id, ITEM.c.number)
        .where(ITEM.c.is_final.is_(False), ITEM.c.status == Status.HELD)
        .order_by(ITEM.c.id)
    )
    return [HeldItem(row.id, row.number) for row in rows]
