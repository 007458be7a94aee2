"""Which events of bags count for an item that travelled in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tracker.domain.corrections import judge_corrections
from tracker.domain.events import Event
from tracker.domain.ordering import order_events
from tracker.domain.vocabulary import EventType

BAG_MOVES = frozenset({EventType.DEPARTED, EventType.LOADED, EventType.ARRIVED, EventType.UNBAGGED})


def moves_of_bags(bag_events: Iterable[Event], bags: frozenset[str]) -> tuple[list[Event], set[int]]:
    """The moves of these bags, and the ids of the void ones, each bag's corrections judged in its own chain."""
    chains: dict[str, list[Event]] = {}
    for event in bag_events:
        if event.bag_chain in bags:
            chains.setdefault(event.bag_chain, []).append(event)
    moves = [event for chain in chains.values() for event in chain if event.type in BAG_MOVES]
    return moves, {event for chain in chains.values() for event in _void(chain)}


def _void(chain: list[Event]) -> frozenset[int]:
    if not any(event.type is EventType.CORRECTED for event in chain):
        return frozenset()
    return judge_corrections(order_events(chain).events).void


def bags_named(events: Iterable[Event]) -> frozenset[str]:
    return frozenset(
        event.details.bag for event in events if event.type is EventType.BAGGED and event.details.bag is not None
    )


def lists_as_missing(unbagged: Event, item: str | None) -> bool:
    missing = unbagged.details.missing
    return item is not None and missing is not None and item in missing


def arrivals_without(ordered: Sequence[Event], void: frozenset[int], item: str | None) -> frozenset[int]:
    """A bag's arrivals directly before an opening at which the item was not in it."""
    latest: dict[str, Event] = {}
    without: set[int] = set()
    for event in ordered:
        if event.bag_chain is None or event.id.int in void:
            continue
        before = latest.get(event.bag_chain)
        latest[event.bag_chain] = event
        came_without = event.type is EventType.UNBAGGED and lists_as_missing(event, item)
        if came_without and before is not None and before.type is EventType.ARRIVED:
            without.add(before.id.int)
    return frozenset(without)


@dataclass(slots=True)
class Membership:
    """The bag the item is in; `left` those it left by being scanned elsewhere.

    An item is in one bag at a time: the newer bagging ends the older.
    """

    inside: str | None = None
    left: dict[UUID, str] = field(default_factory=dict)

    def leave_unseen(self, event: Event) -> None:
        """The item was scanned where the bag is not."""
        if self.inside is not None:
            self.left[event.id] = self.inside
        self.inside = None
