"""A batch of items held against their events: what is stored of each must be what they add up to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from tracker.domain.auditing import CHECK_OF_COLUMN, Fault, columns_of, story_faults, untold_anomalies
from tracker.domain.events import Event, Folded
from tracker.domain.standing import fold
from tracker.store.queries.auditing import adopted_events, discrepancies_of, items_by_id
from tracker.store.queries.events import bag_events, event_of
from tracker.store.standing_json import standing_to_json


@dataclass(slots=True)
class MetItem:
    """The events of an item's own chain, and the place of the last one."""

    events: list[Event]
    seq: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    item_id: int
    row: Row[Any]
    met: MetItem
    folded: Folded

    def fault(self, check: str, cause: str, event: Event | None = None) -> Fault:
        """Named by the event at fault, else by the item's last one."""
        named = event or self.met.events[-1]
        seq = None if event else self.met.seq
        return Fault(check, cause, f"item:{self.item_id}", seq, str(named.id), self.row.number)


def examine_items(session: Session, met: Mapping[int, MetItem]) -> Iterator[Fault]:
    rows, codes = items_by_id(session, met), discrepancies_of(session, met)
    whole = _with_adopted(session, met)
    in_bags = _bags(session, whole)
    for item_id, events in whole.items():
        row = rows.get(item_id)
        if row is None:
            yield Fault("I6", "item_gone", f"item:{item_id}", met[item_id].seq, str(met[item_id].events[-1].id))
            continue
        held = _Held(item_id, row, met[item_id], _fold(row.number, events, in_bags))
        yield from _faults(held, events, codes.get(item_id, frozenset()))


def _with_adopted(session: Session, met: Mapping[int, MetItem]) -> dict[int, list[Event]]:
    events = {item_id: list(one.events) for item_id, one in met.items()}
    for owner, row in adopted_events(session, met):
        events[owner].append(event_of(row, json.loads(row.chained)))
    return events


def _bags(session: Session, events: Mapping[int, list[Event]]) -> dict[str | None, list[Event]]:
    named = sorted({event.details.bag for own in events.values() for event in own if event.details.bag})
    in_bags: dict[str | None, list[Event]] = {}
    for stored in bag_events(session, named):
        in_bags.setdefault(stored.event.bag_chain, []).append(stored.event)
    return in_bags


def _fold(number: str, events: list[Event], in_bags: Mapping[str | None, list[Event]]) -> Folded:
    """A bag's lists name items by number, so only where bags count does an event need to know its item's."""
    bags = {event.details.bag for event in events if event.details.bag in in_bags}
    if not bags:
        return fold(events)
    named = [replace(event, item=number) for event in events]
    return fold(named, [event for bag in bags for event in in_bags[bag]])


def _faults(held: _Held, events: list[Event], codes: frozenset[str]) -> Iterator[Fault]:
    standing, row = held.folded.standing, held.row
    differing = [name for name, value in columns_of(standing).items() if getattr(row, name) != value]
    if differing:
        yield held.fault(CHECK_OF_COLUMN.get(differing[0], "I6"), f"column_{differing[0]}")
    elif row.standing != standing_to_json(standing):
        in_bag = json.loads(row.standing).get("bag") == standing.bag
        yield held.fault("I6" if in_bag else "I16", "standing")
    for check, cause, event in story_faults(events, held.folded):
        yield held.fault(check, cause, event)
    for code in untold_anomalies(standing, codes):
        yield held.fault("I7", f"no_discrepancy_{code}")
