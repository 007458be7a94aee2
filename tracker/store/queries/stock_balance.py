"""What came and what left between two counts of one place, told by the events between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlmodel import Session

from tracker.domain.standing import fold
from tracker.domain.stock import Balance, Place, StockOutcome, moves
from tracker.domain.vocabulary import Party
from tracker.store.models import StockCount
from tracker.store.queries.events import items_of_bag
from tracker.store.queries.stock import stock_after
from tracker.store.queries.stories import ItemStory, read_stories
from tracker.store.tables import EVENT, ITEM, STOCK_LINE

# By the record before the signing itself recorded what was surplus.
_BY_RECORD = (StockOutcome.FOUND, StockOutcome.MISSING, StockOutcome.AWAY)


@dataclass(frozen=True, slots=True)
class _Between:
    """Rows of events after the one count and up to the other."""

    place: Place
    after: int
    until: int


def balance_of(session: Session, count_id: UUID) -> Balance | None:
    """None for an open count and for a place's first: there is no stock to begin from."""
    count = session.get_one(StockCount, count_id)
    if count.signed_at is None or count.events_before is None:
        return None
    place = (Party(count.place_kind), count.place_ref)
    last = stock_after(session, place, before=count.signed_at)
    if last is None or last.events_after is None:
        return None
    opening = _items(session, select(_OF_LINE).where(STOCK_LINE.c.count_id == last.id, STOCK_LINE.c.is_stock))
    by_record = and_(STOCK_LINE.c.outcome.in_(_BY_RECORD), STOCK_LINE.c.is_stock)
    closing = _items(session, select(_OF_LINE).where(STOCK_LINE.c.count_id == count_id, by_record))
    between = _Between(place, last.events_after, count.events_before)
    touched = _touched(session, between) | set(opening) | set(closing)
    came, left = _moves(session, between, touched, set(opening))
    return Balance(tuple(opening.values()), came, left, tuple(closing.values()))


_OF_LINE = STOCK_LINE.c.item_id


def _items(session: Session, asked: Select[tuple[int]]) -> dict[int, str]:
    """Numbers by id."""
    rows = session.execute(select(ITEM.c.id, ITEM.c.number).where(ITEM.c.id.in_(asked)).order_by(ITEM.c.id))
    return {row.id: row.number for row in rows}


def _touched(session: Session, between: _Between) -> set[int]:
    """Items with an event in between that this place or person had a hand in, in a bag or by themselves."""
    kind, ref = between.place
    window = and_(EVENT.c.id > between.after, EVENT.c.id <= between.until)
    hand = EVENT.c.office_code == ref
    if kind is not Party.OFFICE:
        hand = or_(EVENT.c.actor == ref, EVENT.c.second_person == ref, EVENT.c.stands_for == ref)
    rows = session.execute(select(EVENT.c.item_id, EVENT.c.chain).where(window, hand).distinct()).all()
    bags = {row.chain.removeprefix("bag:") for row in rows if row.chain.startswith("bag:")}
    in_bags = {item_id for bag in bags for item_id in items_of_bag(session, bag)}
    return {row.item_id for row in rows if row.item_id is not None} | in_bags


def _moves(
    session: Session, between: _Between, item_ids: set[int], opening: set[int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    asked = select(ITEM.c.id, ITEM.c.number).where(ITEM.c.id.in_(item_ids)).order_by(ITEM.c.id)
    numbers = {row.id: row.number for row in session.execute(asked)}
    came: list[str] = []
    left: list[str] = []
    for item_id, story in read_stories(session, numbers).items():
        times_in, times_out = moves(item_id in opening, _held_after_each(story, numbers[item_id], between))
        came += [numbers[item_id]] * times_in
        left += [numbers[item_id]] * times_out
    return tuple(came), tuple(left)


def _held_after_each(story: ItemStory, number: str, between: _Between) -> Iterator[bool]:
    """Whether the place answered for the item, each time something was recorded of it."""
    for row in sorted(stored.row for stored in story.events if between.after < stored.row <= between.until):
        known = [replace(stored.event, item=number) for stored in story.events if stored.row <= row]
        own = [event for event in known if event.bag_chain is None]
        standing = fold(own, [event for event in known if event.bag_chain is not None]).standing
        holder = (standing.custodian.kind, standing.custodian.ref)
        yield holder == between.place and not standing.status.is_final
