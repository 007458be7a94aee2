"""Open handovers and discrepancies by how long they wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select, true
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.ages import Age, since_of
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.models import Discrepancy
from tracker.store.queries.discrepancies import may_see_discrepancy
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import DISCREPANCY, ITEM


@dataclass(frozen=True, slots=True)
class KindByAge:
    """`ages` has every age; `count` is their sum."""

    code: DiscrepancyCode
    count: int
    ages: Mapping[Age, int]


def has_age(column: ColumnElement[datetime], age: Age, now: datetime) -> ColumnElement[bool]:
    after, until = since_of(age, now)
    return and_(column > after if after else true(), column <= until if until else true())


def _age_of(column: ColumnElement[datetime], now: datetime) -> ColumnElement[str]:
    younger = [(column > since_of(age, now).after, age.value) for age in list(Age)[:-1]]
    return case(*younger, else_=Age.OLDER.value)


def open_handovers_by_age(session: Session, reader: Actor, now: datetime) -> dict[Age, int]:
    """Every age, also those that nothing has."""
    age = _age_of(ITEM.c.pending_since, now).label("age")
    rows = session.execute(
        select(age, func.count())
        .where(ITEM.c.pending_since.is_not(None), ITEM.c.is_final.is_(False), may_see_items(session, reader))
        .group_by(age)
    )
    found = {Age(name): count for name, count in rows}
    return {one: found.get(one, 0) for one in Age}


def discrepancies_by_kind_and_age(session: Session, reader: Actor, now: datetime) -> list[KindByAge]:
    """What is open, the most frequent kind first."""
    age = _age_of(DISCREPANCY.c.since_at, now).label("age")
    rows = session.execute(
        select(col(Discrepancy.code), age, func.count())
        .where(col(Discrepancy.state) == DiscrepancyState.OPEN, may_see_discrepancy(session, reader))
        .group_by(col(Discrepancy.code), age)
    )
    kinds: dict[str, dict[Age, int]] = {}
    for code, name, count in rows:
        kinds.setdefault(code, dict.fromkeys(Age, 0))[Age(name)] = count
    found = [KindByAge(DiscrepancyCode(code), sum(ages.values()), ages) for code, ages in kinds.items()]
    return sorted(found, key=lambda kind: (-kind.count, kind.code))
