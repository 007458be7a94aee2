"""What the prefilters of reconciliation are made of: what they are asked for, and the pieces of their queries."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from tracker.domain.discrepancies import DiscrepancyState
from tracker.domain.one_stop import NationalStatus
from tracker.domain.vocabulary import Leg, Status
from tracker.store.queries.claims import ENDED_STATUSES
from tracker.store.tables import DISCREPANCY, DOSSIER, ITEM, ITEM_DOSSIER

Dossiers: TypeAlias = Select[tuple[int]]
Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlived:
    """What is no younger than this has outlived its grace: silent by status, handed over, due before a day."""

    silent_since: Mapping[Status, datetime]
    handed_since: datetime
    due_before: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What ended before `looked_back` and has nothing open is not looked at. `since`: only what outlived after that.

    `post_since`: since when the post's own feed tells of orders; None while there is none to trust. `has_orders`: it
    told of some. `of_few`: few dossiers are asked about, so nothing is gathered over all of them.
    """

    looked_back: datetime
    outlived: Outlived
    since: Outlived | None = None
    post_since: datetime | None = None
    has_orders: bool = True
    of_few: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A prefilter's query in pieces, so that several can be asked of few dossiers in one pass.

    With `of_items` the items lead, and `said` is asked of the dossier of each.
    """

    conditions: tuple[Condition, ...]
    of_items: bool = False
    said: Condition | None = None

    @property
    def query(self) -> Dossiers:
        if not self.of_items:
            return select(ID).where(*self.conditions)
        linked = select(LINK.dossier_id).join(ITEM, ITEM.c.id == LINK.item_id).where(*self.conditions)
        return linked if self.said is None else linked.join(DOSSIER, LINK.dossier_id == ID).where(self.said)

    @property
    def condition(self) -> Condition:
        return and_(*self.conditions) if self.said is None else and_(*self.conditions, self.said)


Prefilter: TypeAlias = Callable[[Bounds], Iterable[Asked | Dossiers]]

ID, SAYS, LINK = DOSSIER.c.id, DOSSIER.c.one_stop_status, ITEM_DOSSIER.c
# The same word where no index is to be used for it: whatever else is asked for then leads.
SAYS_THEN = SAYS + 0
# Spelt as the partial indexes spell it, or SQLite would not use them.
IS_OPEN = ITEM.c.is_final == false()
# The same of an item that its dossier leads to: no index of open items is to offer all of them for each dossier.
IS_OPEN_THEN = ITEM.c.is_final != true()
IS_DELIVERED = ITEM.c.status == Status.DELIVERED
COUNTS = ITEM.c.status != Status.CANCELLED
ON_SUBMISSION, ON_RESULT = ITEM.c.leg == Leg.SUBMISSION, ITEM.c.leg == Leg.RESULT


def dossiers(*conditions: Condition) -> Asked:
    return Asked(conditions)


def with_item(*conditions: Condition) -> Condition:
    of_dossier = exists().where(LINK.dossier_id == ID, ITEM.c.id == LINK.item_id, *conditions)
    return of_dossier.correlate(DOSSIER)


def of_items(*conditions: Condition) -> Asked:
    return Asked(conditions, of_items=True)


def of_items_while(said: Condition, *conditions: Condition) -> Asked:
    """The items lead: `said` is asked of `SAYS_THEN`, which no index offers, so that no plan begins with it."""
    return Asked(conditions, of_items=True, said=said)


def whole(asked: Iterable[Asked | Dossiers]) -> Iterator[Dossiers]:
    """Each by the index that it was made for."""
    for one in asked:
        yield one.query if isinstance(one, Asked) else one


def among(asked: Sequence[Asked | Dossiers], ids: Select[tuple[int]]) -> Iterator[Dossiers]:
    """All of them of these dossiers alone: two passes, over dossiers and over their items, and what fits in neither."""
    pieces = [one for one in asked if isinstance(one, Asked)]
    of_dossiers = [one.condition for one in pieces if not one.of_items]
    of_their_items = [one.condition for one in pieces if one.of_items]
    if of_dossiers:
        yield select(ID).where(ID.in_(ids), or_(*of_dossiers))
    if of_their_items:
        linked = select(LINK.dossier_id).join(ITEM, ITEM.c.id == LINK.item_id).join(DOSSIER, LINK.dossier_id == ID)
        yield linked.where(LINK.dossier_id.in_(ids), or_(*of_their_items))
    for one in asked:
        if not isinstance(one, Asked):
            yield one.where(one.selected_columns[0].in_(ids))


def is_under_way(looked_back: datetime) -> Condition:
    """On the agency's side, or ended there only lately."""
    return or_(SAYS.is_(None), SAYS.not_in(ENDED_STATUSES), DOSSIER.c.one_stop_said_at >= looked_back)


def is_looked_at(bounds: Bounds) -> Condition:
    """Under way on either side, touched since, or with something open. Of few it was asked before all else."""
    if bounds.of_few:
        return true()
    looked_back = bounds.looked_back
    has_item = with_item(or_(ITEM.c.is_final.is_(False), ITEM.c.final_at >= looked_back))
    has_open_row = exists().where(DISCREPANCY.c.dossier_id == ID, DISCREPANCY.c.state == DiscrepancyState.OPEN)
    return or_(is_under_way(looked_back), has_item, has_open_row.correlate(DOSSIER))


def looked_at(bounds: Bounds, condition: Condition) -> Iterator[Asked]:
    """Those that `is_looked_at` and meet the condition, found by one index after the other."""
    if bounds.of_few:
        yield dossiers(condition)
        return
    looked_back = bounds.looked_back
    yield dossiers(SAYS.is_(None), condition)
    yield dossiers(SAYS.in_([int(status) for status in NationalStatus if status not in ENDED_STATUSES]), condition)
    yield dossiers(DOSSIER.c.one_stop_said_at >= looked_back, condition)
    said_long_ago = or_(DOSSIER.c.one_stop_said_at < looked_back, DOSSIER.c.one_stop_said_at.is_(None))
    has_ended = and_(SAYS_THEN.in_(ENDED_STATUSES), said_long_ago, condition)
    yield of_items_while(has_ended, ITEM.c.final_at >= looked_back)
    yield of_items_while(has_ended, IS_OPEN)
    open_rows = select(DISCREPANCY.c.dossier_id).where(DISCREPANCY.c.state == DiscrepancyState.OPEN)
    yield dossiers(ID.in_(open_rows), has_ended)
