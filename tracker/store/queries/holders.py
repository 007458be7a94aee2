"""Whom a supervisor asks first: who holds how much of what nothing was heard of."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Party
from tracker.store.queries.board import Moment, is_silent, open_items
from tracker.store.queries.parties import names_of_parties
from tracker.store.tables import ACCOUNT, ITEM

MOST_HOLDERS = 8


@dataclass(frozen=True, slots=True)
class Holder:
    """`key` names the holder in an address: `office:<code>`, `courier:<staff code>`, or the kind alone."""

    key: str
    name: str
    count: int


def silent_by_holder(session: Session, reader: Actor, now: Moment) -> list[Holder]:
    """The fullest hands first."""
    count = func.count().label("held")
    rows = session.execute(
        select(ITEM.c.custodian_kind, ITEM.c.custodian_ref, count)
        .where(open_items(session, reader), is_silent(now))
        .group_by(ITEM.c.custodian_kind, ITEM.c.custodian_ref)
        .order_by(count.desc(), ITEM.c.custodian_kind, ITEM.c.custodian_ref)
        .limit(MOST_HOLDERS)
    ).all()
    parties = [(Party(row.custodian_kind), row.custodian_ref) for row in rows]
    names = names_of_parties(session, set(parties))
    codes = _staff_codes(session, [ref for kind, ref in parties if ref and kind is not Party.OFFICE])
    return [
        Holder(f"{kind}:{codes.get(ref, ref) if ref else ''}", names[kind, ref], row.held)
        for (kind, ref), row in zip(parties, rows, strict=True)
    ]


def _staff_codes(session: Session, names: list[str]) -> dict[str, str]:
    """A person's sign-in name stands in no address."""
    if not names:
        return {}
    rows = session.execute(select(ACCOUNT.c.name, ACCOUNT.c.staff_code).where(ACCOUNT.c.name.in_(names)))
    return {row.name: row.staff_code for row in rows}


def is_held_by(key: str) -> ColumnElement[bool]:
    """What a holder's key stands for; nobody's for a key that names none."""
    kind, _, code = key.partition(":")
    of_kind = ITEM.c.custodian_kind == kind
    if not code:
        return and_(of_kind, ITEM.c.custodian_ref.is_(None))
    if kind == Party.OFFICE:
        return and_(of_kind, ITEM.c.custodian_ref == code)
    return and_(of_kind, ITEM.c.custodian_ref.in_(select(ACCOUNT.c.name).where(ACCOUNT.c.staff_code == code)))
