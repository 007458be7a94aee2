"""Prefilters of the rows that hold the word of the post's own system against custody."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, or_, select, union_all

from tracker.domain.vocabulary import EventType, Status
from tracker.store.queries.suspicion import COUNTS, ID, IS_OPEN, Bounds, Dossiers, is_looked_at, of_items, with_item
from tracker.store.tables import DOSSIER, DOSSIER_NUMBER, EVENT, ITEM, ITEM_DOSSIER, POSTAL_CLAIM

_CLAIM, _LINK = POSTAL_CLAIM.c, ITEM_DOSSIER.c
_ACCEPTING = (EventType.ACCEPTED, EventType.COLLECTED)


def ordered_twice(bounds: Bounds) -> Dossiers:
    """Of more than one order; which leg each takes is the rule's to say."""
    told = _told(*_named(), *_of_their_items())
    orders = func.count(func.distinct(told.c.order_number + "/" + told.c.item_code))
    return _looked_at(bounds, told).group_by(told.c.dossier_id).having(orders > 1)


def order_mismatch(bounds: Bounds) -> Iterator[Dossiers]:
    if bounds.post_since is None:
        return
    is_elsewhere = ~exists().where(_LINK.dossier_id == _CLAIM.dossier_id, _LINK.item_id == _CLAIM.item_id).correlate(
        POSTAL_CLAIM
    )
    named = _told(*(one.where(or_(_CLAIM.item_id.is_(None), is_elsewhere)) for one in _named()))
    yield _looked_at(bounds, named)
    delivered = _told(*(one.where(_CLAIM.status == Status.DELIVERED) for one in (*_named(), *_of_their_items())))
    yield _looked_at(bounds, delivered).where(with_item(or_(IS_OPEN, ~COUNTS)))
    yield _untold(bounds)


def _untold(bounds: Bounds) -> Dossiers:
    """Of what was posted since the feed tells, and of which it told nothing."""
    posted = exists().where(
        EVENT.c.item_id == ITEM.c.id, EVENT.c.type.in_(_ACCEPTING), EVENT.c.effective_at >= bounds.post_since
    )
    told = exists().where(_CLAIM.item_id == ITEM.c.id)
    untold = of_items(COUNTS, posted.correlate(ITEM), ~told.correlate(ITEM))
    return untold.join(DOSSIER, _LINK.dossier_id == ID).where(is_looked_at(bounds.looked_back))


def _told(*claims: Select[tuple[int, str, str]]) -> Subquery:
    """Claims with the dossiers they concern, as `outside_facts.postal_words` finds them."""
    return union_all(*claims).subquery("told")


def _concerning(dossier_id: ColumnElement[int]) -> Select[tuple[int, str, str]]:
    return select(dossier_id.label("dossier_id"), _CLAIM.order_number, _CLAIM.item_code)


def _named() -> Iterator[Select[tuple[int, str, str]]]:
    yield _concerning(_CLAIM.dossier_id).where(_CLAIM.dossier_id.is_not(None))
    yield _concerning(DOSSIER_NUMBER.c.dossier_id).join(POSTAL_CLAIM, _CLAIM.order_number == DOSSIER_NUMBER.c.text)


def _of_their_items() -> Iterator[Select[tuple[int, str, str]]]:
    yield _concerning(_LINK.dossier_id).join(POSTAL_CLAIM, _CLAIM.item_id == _LINK.item_id)
    linked = _concerning(_LINK.dossier_id).join(ITEM, ITEM.c.id == _LINK.item_id)
    yield linked.join(POSTAL_CLAIM, _CLAIM.item_code == ITEM.c.number)
    yield linked.join(POSTAL_CLAIM, _CLAIM.order_number == ITEM.c.number)


def _looked_at(bounds: Bounds, told: Subquery) -> Dossiers:
    found = select(told.c.dossier_id).join(DOSSIER, told.c.dossier_id == ID)
    return found.where(is_looked_at(bounds.looked_back))
