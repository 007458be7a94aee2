"""An item as it is told: standing, events with their anomalies, labels, documents."""

import json
from collections.abc import Mapping, Sequence

from sqlmodel import Session

from tracker.actions.receipts import parties_of, tell_standing
from tracker.api.told import DocumentTold, EventTold, ItemTold, LabelTold, StandingTold
from tracker.domain.events import Standing
from tracker.store.queries.events import StoredEvent
from tracker.store.queries.items import ItemSeen
from tracker.store.queries.parties import PartyRef, names_of_parties
from tracker.store.queries.stories import ItemStory


def items_told(session: Session, seen: Sequence[ItemSeen]) -> list[ItemTold]:
    parties = {party for item in seen for party in parties_of(item.story.standing)}
    names = names_of_parties(session, parties)
    return [_item_told(item, names) for item in seen]


def standing_told(standing: Standing, names: Mapping[PartyRef, str]) -> StandingTold:
    return StandingTold.model_validate(tell_standing(standing, names))


def _item_told(item: ItemSeen, names: Mapping[PartyRef, str]) -> ItemTold:
    return ItemTold(
        number=item.number,
        leg=item.leg,
        dossiers=list(item.dossiers),
        from_office=item.from_office,
        to_office=item.to_office,
        due_on=item.due_on,
        registered_at=item.registered_at,
        standing=standing_told(item.story.standing, names),
        events=_events_told(item.story),
        labels=[
            LabelTold(
                token=label.token,
                copy_number=label.copy,
                state=label.state,
                format=label.format,
                printed_at=label.printed_at,
            )
            for label in item.labels
        ],
        documents=[DocumentTold.model_validate(paper) for paper in item.documents],
    )


def _events_told(story: ItemStory) -> list[EventTold]:
    by_id = {stored.event.id: stored for stored in story.events}
    return [_event_told(by_id[event_id], story) for event_id in story.folded.order]


def _event_told(stored: StoredEvent, story: ItemStory) -> EventTold:
    event, told = stored.event, json.loads(stored.chained)
    return EventTold.model_validate(
        {
            "id": event.id,
            "type": event.type,
            "code": told["code"],
            "chain": stored.chain.partition(":")[0],
            "seq": stored.seq,
            "hash": stored.hash,
            "occurred_at": told["occurred_at"],
            "effective_at": event.effective_at,
            "recorded_at": stored.recorded_at,
            "device": event.device,
            "device_counter": event.counter,
            "prev": event.prev,
            "actor": event.actor,
            "actor_role": event.actor_role,
            "hand": event.hand,
            "office": event.office,
            "counterparty": told.get("counterparty"),
            "reason": event.reason,
            "details": told.get("details", {}),
            "evidence": told.get("evidence", []),
            "anomalies": sorted(story.folded.borne.get(event.id, frozenset())),
            "applied": event.id in story.folded.applied,
            "void": event.id in story.folded.void,
        }
    )
