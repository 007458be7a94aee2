"""One order for a set of events, whatever the order they arrived in and however far their clocks are off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from tracker.domain.events import Event
from tracker.domain.vocabulary import EventType

CLOCK_TOLERANCE = timedelta(minutes=5)
_NO_COUNTER = -1

SortKey = tuple[datetime, str, int, int]


@dataclass(frozen=True, slots=True)
class Ordered:
    """`clock_faults` are ids (as integers) of events that broke a cycle or run against their causes."""

    events: tuple[Event, ...]
    clock_faults: frozenset[int]


def sort_key(event: Event) -> SortKey:
    counter = event.counter
    return event.effective_at, event.device, _NO_COUNTER if counter is None else counter, event.id.int


def order_events(events: Iterable[Event]) -> Ordered:
    """Causes first, else by effective time; each id once. `registered` leads and has no causes.

    A counter ties only events of one set: of one item with its bags, or of one bag.
    """
    line = _by_clock({event.id.int: event for event in events}.values())
    rank = {event.id.int: position for position, event in enumerate(line)}
    causes = _causes(line, rank)
    edges = [(later, earlier) for later, its_causes in enumerate(causes) for earlier in its_causes]
    clock_faults = {line[later].id.int for later, earlier in edges if _runs_back(line[earlier], line[later])}
    if all(earlier < later for later, earlier in edges):
        return Ordered(tuple(line), frozenset(clock_faults))
    positions, forced = _earliest_free(causes, edges)
    clock_faults.update(line[position].id.int for position in forced)
    return Ordered(tuple(line[position] for position in positions), frozenset(clock_faults))


def _by_clock(events: Iterable[Event]) -> list[Event]:
    line = sorted(events, key=sort_key)
    line.sort(key=_is_not_registration)
    return line


def _is_not_registration(event: Event) -> bool:
    return event.type is not EventType.REGISTERED


def _runs_back(earlier: Event, later: Event) -> bool:
    return earlier.effective_at - later.effective_at > CLOCK_TOLERANCE


def _causes(line: list[Event], rank: Mapping[int, int]) -> list[set[int]]:
    """Per position the positions of its causes; what is not in the set, and itself, is ignored."""
    causes: list[set[int]] = [set() for _ in line]
    for position, event in enumerate(line):
        if event.type is EventType.REGISTERED:
            continue
        if event.prev is not None:
            _add(causes[position], rank.get(event.prev.int), position)
        if event.type is EventType.CORRECTED and event.details.event is not None:
            _add(causes[position], rank.get(event.details.event.int), position)
    for later, earlier in _counter_edges(line):
        causes[later].add(earlier)
    return causes


def _add(causes: set[int], earlier: int | None, later: int) -> None:
    if earlier is not None and earlier != later:
        causes.add(earlier)


def _counter_edges(line: list[Event]) -> Iterable[tuple[int, int]]:
    """(later, earlier): of one device the next strictly lower counter; of equals the least id."""
    by_device: dict[str, list[tuple[int, int, int]]] = {}
    for position, event in enumerate(line):
        if event.counter is not None:
            by_device.setdefault(event.device, []).append((event.counter, event.id.int, position))
    for counted in by_device.values():
        if len(counted) > 1:
            yield from _edges_of_device(sorted(counted), line)


def _edges_of_device(counted: list[tuple[int, int, int]], line: list[Event]) -> Iterable[tuple[int, int]]:
    below: int | None = None
    counter, _, first_of_equals = counted[0]
    for next_counter, _, position in counted[1:]:
        if next_counter != counter:
            counter, below, first_of_equals = next_counter, first_of_equals, position
        if below is not None and line[position].type is not EventType.REGISTERED:
            yield position, below


def _earliest_free(causes: list[set[int]], edges: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Positions in the order taken, and those taken out of a cycle because nothing else was free."""
    waiting_for = [len(its_causes) for its_causes in causes]
    followers: list[list[int]] = [[] for _ in causes]
    for later, earlier in edges:
        followers[earlier].append(later)
    free = [position for position, count in enumerate(waiting_for) if count == 0]
    heapify(free)
    taken = [False] * len(causes)
    positions: list[int] = []
    forced: list[int] = []
    least_left = 0
    while len(positions) < len(causes):
        if not free:
            while taken[least_left]:
                least_left += 1
            forced.append(least_left)
            heappush(free, least_left)
        position = heappop(free)
        taken[position] = True
        positions.append(position)
        _release(followers[position], waiting_for, taken, free)
    return positions, forced


def _release(followers: list[int], waiting_for: list[int], taken: list[bool], free: list[int]) -> None:
    for later in followers:
        waiting_for[later] -= 1
        if waiting_for[later] == 0 and not taken[later]:
            heappush(free, later)
