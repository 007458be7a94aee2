"""An item's whole story: its events and what they add up to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session

from tracker.domain.events import Folded, Standing
from tracker.domain.standing import fold
from tracker.store.queries.events import StoredEvent, bag_events, events_of_items, item_events
from tracker.store.tables import ITEM


@dataclass(frozen=True, slots=True)
class ItemStory:
    """`events` in recorded order, those of its bags after its own."""

    events: tuple[StoredEvent, ...]
    folded: Folded

    @property
    def standing(self) -> Standing:
        return self.folded.standing


def read_story(session: Session, item_id: int) -> ItemStory:
    events = item_events(session, item_id)
    shared = bag_events(session, sorted(_bags_of(events)))
    if not shared:
        return ItemStory(tuple(events), fold(stored.event for stored in events))
    # A bag's lists name items by number, so only here does an event need to know its item's.
    number = session.scalar(select(ITEM.c.number).where(ITEM.c.id == item_id))
    return _tell(number, events, shared)


def read_stories(session: Session, numbers: Mapping[int, str]) -> dict[int, ItemStory]:
    """Of many items, `numbers` by id, in three reads."""
    events = events_of_items(session, numbers)
    in_bags: dict[str | None, list[StoredEvent]] = {}
    for stored in bag_events(session, sorted({bag for own in events.values() for bag in _bags_of(own)})):
        in_bags.setdefault(stored.event.bag_chain, []).append(stored)
    return {
        item_id: _tell(
            numbers[item_id], own, [shared for bag in sorted(_bags_of(own)) for shared in in_bags.get(bag, [])]
        )
        for item_id, own in events.items()
    }


def _bags_of(events: Iterable[StoredEvent]) -> set[str]:
    return {stored.event.details.bag for stored in events if stored.event.details.bag}


def _tell(number: str | None, own: Sequence[StoredEvent], shared: Sequence[StoredEvent]) -> ItemStory:
    named = [replace(stored.event, item=number) for stored in own]
    return ItemStory((*own, *shared), fold(named, [stored.event for stored in shared]))
