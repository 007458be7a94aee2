"""Which item a number names, and which serials are free."""

from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlmodel import Session, col

from tracker.store.models import SerialPool
from tracker.store.tables import ITEM

_OF_NUMBER = (
    select(ITEM.c.id).where(ITEM.c.number == bindparam("number")).order_by(ITEM.c.is_final, ITEM.c.id.desc()).limit(1)
)
_LOCKED = (
    select(ITEM.c.id).where(ITEM.c.id.in_(bindparam("item_ids", expanding=True))).order_by(ITEM.c.id).with_for_update()
)


def item_id_of_number(session: Session, number: str) -> int | None:
    """Its open item, else the one registered last."""
    found: int | None = session.scalar(_OF_NUMBER, {"number": number})
    return found


def last_use_of(session: Session, number: str) -> tuple[bool, datetime | None] | None:
    """Whether the newest item of this number is final, and since when; None when the number was never used."""
    row = session.execute(
        select(ITEM.c.is_final, ITEM.c.final_at)
        .where(ITEM.c.number == number)
        .order_by(ITEM.c.is_final, ITEM.c.id.desc())
        .limit(1)
    ).first()
    return (row.is_final, row.final_at) if row else None


def lock_items(session: Session, item_ids: list[int]) -> None:
    """Two desks queue at the item's row. SQLite has taken the one write lock already."""
    if session.get_bind().dialect.name == "postgresql" and item_ids:
        session.execute(_LOCKED, {"item_ids": item_ids})


def lock_chains(session: Session, chains: list[str]) -> None:
    """Bags and orphans have no row to queue at: their chain's name is the lock, taken in one order by all."""
    if session.get_bind().dialect.name == "postgresql":
        for chain in sorted(chains):
            session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:chain, 0))"), {"chain": chain})


def pool_of(session: Session, office_id: int) -> SerialPool | None:
    """The office's range that still has numbers, locked for the writer."""
    return session.scalar(
        select(SerialPool)
        .where(
            col(SerialPool.office_id) == office_id,
            col(SerialPool.next_serial) <= col(SerialPool.last_serial),
        )
        .order_by(col(SerialPool.id))
        .limit(1)
        .with_for_update()
    )


def first_with_pool(session: Session, office_ids: list[int]) -> int | None:
    owners = set(session.scalars(select(col(SerialPool.office_id)).where(col(SerialPool.office_id).in_(office_ids))))
    return next((office_id for office_id in office_ids if office_id in owners), None)


def pools_holding(session: Session, prefix: str, serial: int) -> list[SerialPool]:
    rows = session.scalars(
        select(SerialPool).where(
            col(SerialPool.prefix) == prefix,
            col(SerialPool.first_serial) <= serial,
            col(SerialPool.last_serial) >= serial,
        )
    )
    return list(rows)


def move_pool(session: Session, pool_id: int, next_serial: int) -> None:
    session.execute(update(SerialPool).where(col(SerialPool.id) == pool_id).values(next_serial=next_serial))
