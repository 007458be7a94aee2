"""Discrepancies of a kind and an age, one page after the other."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.ages import Age
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.queries.ages import has_age
from tracker.store.queries.discrepancies import VIEWED, DiscrepancyView, may_see_discrepancy, views
from tracker.store.queries.period_events import Stretch
from tracker.store.tables import DISCREPANCY


@dataclass(frozen=True, slots=True)
class AgedAsked:
    """`after` is the last id seen; None means: whatever. `within`: that began then."""

    now: datetime
    after: int
    limit: int
    code: DiscrepancyCode | None = None
    age: Age | None = None
    state: DiscrepancyState | None = None
    within: Stretch | None = None


def aged_discrepancies(session: Session, reader: Actor, asked: AgedAsked) -> list[DiscrepancyView]:
    """By id."""
    lines = VIEWED.where(DISCREPANCY.c.id > asked.after, may_see_discrepancy(session, reader))
    if asked.code:
        lines = lines.where(DISCREPANCY.c.code == asked.code)
    if asked.state:
        lines = lines.where(DISCREPANCY.c.state == asked.state)
    if asked.age:
        lines = lines.where(has_age(DISCREPANCY.c.since_at, asked.age, asked.now))
    if asked.within:
        began = DISCREPANCY.c.since_at
        lines = lines.where(began >= asked.within.since, began < asked.within.until)
    return views(session, lines.order_by(DISCREPANCY.c.id).limit(asked.limit))
