"""Prefilters of the rows that hold the word of the post's own system against custody."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, or_, select, union_all

from tracker.domain.vocabulary import EventType, Status
from tracker.store.queries.suspicion import (
    COUNTS,
    ID,
    IS_OPEN_THEN,
    LINK,
    Asked,
    Bounds,
    Dossiers,
    dossiers,
    is_looked_at,
    of_items_while,
    with_item,
)
from tracker.store.tables import DOSSIER, DOSSIER_NUMBER, EVENT, ITEM, POSTAL_CLAIM

_CLAIM = POSTAL_CLAIM.c
_ACCEPTING = (EventType.ACCEPTED, EventType.COLLECTED)


def ordered_twice(bounds: Bounds) -> Iterator[Asked | Dossiers]:
    """Of more than one order; which leg each takes is the rule's to say."""
    if not bounds.has_orders:
        return
    if bounds.of_few:
        yield _of_any_order(bounds)
        return
    told = _told(*_named(), *_of_their_items())
    orders = func.count(func.distinct(told.c.order_number + "/" + told.c.item_code))
    yield _looked_at(bounds, told).group_by(told.c.dossier_id).having(orders > 1)


def order_mismatch(bounds: Bounds) -> Iterator[Asked | Dossiers]:
    if bounds.post_since is None:
        return
    yield _untold(bounds)
    if bounds.of_few:
        yield _of_any_order(bounds)
        return
    is_its_own = exists().where(LINK.dossier_id == _CLAIM.dossier_id, LINK.item_id == _CLAIM.item_id)
    is_elsewhere = or_(_CLAIM.item_id.is_(None), ~is_its_own.correlate(POSTAL_CLAIM))
    yield _looked_at(bounds, _told(*(one.where(is_elsewhere) for one in _named())))
    delivered = _told(*(one.where(_CLAIM.status == Status.DELIVERED) for one in (*_named(), *_of_their_items())))
    yield _looked_at(bounds, delivered).where(with_item(or_(IS_OPEN_THEN, ~COUNTS)))


def _of_any_order(bounds: Bounds) -> Asked:
    """By a probe for each dossier, its numbers and its items."""
    numbered = exists().where(DOSSIER_NUMBER.c.dossier_id == ID, _CLAIM.order_number == DOSSIER_NUMBER.c.text)
    by_item = [_CLAIM.item_id == ITEM.c.id, _CLAIM.item_code == ITEM.c.number, _CLAIM.order_number == ITEM.c.number]
    told = or_(
        exists().where(_CLAIM.dossier_id == ID).correlate(DOSSIER),
        numbered.correlate(DOSSIER),
        *(with_item(condition) for condition in by_item),
    )
    return dossiers(is_looked_at(bounds), told)


def _untold(bounds: Bounds) -> Asked:
    """Of what was posted since the feed tells, and of which it told nothing."""
    posted = exists().where(
        EVENT.c.item_id == ITEM.c.id, EVENT.c.type.in_(_ACCEPTING), EVENT.c.effective_at >= bounds.post_since
    )
    told = exists().where(_CLAIM.item_id == ITEM.c.id)
    return of_items_while(is_looked_at(bounds), COUNTS, posted.correlate(ITEM), ~told.correlate(ITEM))


def _told(*claims: Select[tuple[int, str, str]]) -> Subquery:
    """Claims with the dossiers they concern, as `outside_facts.postal_words` finds them."""
    return union_all(*claims).subquery("told")


def _concerning(dossier_id: ColumnElement[int]) -> Select[tuple[int, str, str]]:
    return select(dossier_id.label("dossier_id"), _CLAIM.order_number, _CLAIM.item_code)


# The claims lead: as texts put together no index offers them, so that no plan begins with the dossiers or items.
_ORDER, _CODE = (column + "" for column in (_CLAIM.order_number, _CLAIM.item_code))


def _named() -> Iterator[Select[tuple[int, str, str]]]:
    yield _concerning(_CLAIM.dossier_id).where(_CLAIM.dossier_id.is_not(None))
    yield _concerning(DOSSIER_NUMBER.c.dossier_id).join(POSTAL_CLAIM, DOSSIER_NUMBER.c.text == _ORDER)


def _of_their_items() -> Iterator[Select[tuple[int, str, str]]]:
    yield _concerning(LINK.dossier_id).join(POSTAL_CLAIM, _CLAIM.item_id == LINK.item_id)
    for number in (_CODE, _ORDER):
        of_item = _concerning(LINK.dossier_id).join(ITEM, ITEM.c.id == LINK.item_id)
        yield of_item.join(POSTAL_CLAIM, number == ITEM.c.number)


def _looked_at(bounds: Bounds, told: Subquery) -> Dossiers:
    found = select(told.c.dossier_id).join(DOSSIER, told.c.dossier_id == ID)
    return found.where(is_looked_at(bounds))
