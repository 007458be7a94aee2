"""What was known of dossiers at past instants: their events by when they were recorded, words by when they were seen.

Read for replaying rules. Facts without a history (due dates, fees, offices, the calendar) are those of today.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlmodel import Session

from tracker.domain.cases import Case, ItemFact, PendingFact
from tracker.domain.events import Event, Standing
from tracker.domain.one_stop import ClaimFact
from tracker.domain.postal_orders import PostalWord, orders_of
from tracker.domain.standing import standing
from tracker.domain.vocabulary import EventType, Hand, Party, Status
from tracker.store.models import FeedState
from tracker.store.queries.claims import ENDED_STATUSES
from tracker.store.queries.events import StoredEvent
from tracker.store.queries.outside_facts import postal_words, words_of_strangers
from tracker.store.queries.reconciliation import (
    READ_TYPES,
    Lookups,
    Told,
    cases,
    claims_of_strangers,
    standing_ones,
    with_events,
)
from tracker.store.queries.stories import read_stories
from tracker.store.tables import ADOPTION, CLAIM, DOSSIER, EVENT, ITEM, ITEM_DOSSIER

# A phone is waited for 72 hours: who was not heard of for longer is silent whatever came before.
HEARD_BEFORE = timedelta(days=4)

Heard = Mapping[str, Sequence[datetime]]


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant, included, to another, excluded."""

    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """An event with the instant since which it counts for its item."""

    at: datetime
    event: Event
    told: Told | None


@dataclass(slots=True)
class _PastItem:
    today: ItemFact
    number: str
    known: Sequence[_Known]
    _folded: dict[int, ItemFact | None] = field(default_factory=dict)

    def at(self, instant: datetime, offices: Mapping[str, int], heard: Heard) -> ItemFact | None:
        count = bisect_right([one.at for one in self.known], instant)
        if count not in self._folded:
            self._folded[count] = _fact(self.today, self.known[:count], offices)
        fact = self._folded[count]
        if fact is None or fact.holder_ref is None:
            return fact
        times = heard.get(fact.holder_ref, ())
        place = bisect_right(times, instant)
        return replace(fact, holder_seen_at=times[place - 1] if place else None)


@dataclass(frozen=True, slots=True)
class PastCase:
    """One dossier, to be asked what it was at any instant of the period."""

    today: Case
    known_from: datetime | None
    claims: Sequence[tuple[datetime, ClaimFact]]
    words: Sequence[PostalWord]
    offices: Mapping[str, int]
    heard: Heard
    items: Sequence[_PastItem] = ()

    def at(self, instant: datetime) -> Case | None:
        """None while nobody here knew it."""
        if self.known_from is not None and self.known_from > instant:
            return None
        found = [item.at(instant, self.offices, self.heard) for item in self.items]
        items = tuple(sorted((item for item in found if item is not None), key=lambda one: (one.registered_at, one.id)))
        return replace(
            self.today,
            items=items,
            claims=tuple(claim for seen_at, claim in self.claims if seen_at <= instant),
            orders=orders_of([word for word in self.words if word.known_at <= instant], items),
            informed_at=tuple(at for at in self.today.informed_at if at <= instant),
        )

    def turns(self, period: Period) -> list[datetime]:
        """Its beginning and every instant at which something more was known."""
        events = [one.event for item in self.items for one in item.known]
        holders = {event.actor for event in events} | {
            event.counterparty.user for event in events if event.counterparty and event.counterparty.user
        }
        instants = {
            *(one.at for item in self.items for one in item.known),
            *(seen_at for seen_at, _ in self.claims),
            *(word.known_at for word in self.words),
            *self.today.informed_at,
            *(at for holder in holders for at in self.heard.get(holder, ())),
            *([self.known_from] if self.known_from else []),
        }
        return sorted({period.start_at, *(at for at in instants if period.start_at < at < period.end_at)})


def has_answered(session: Session, source: str) -> bool:
    state = session.get(FeedState, source)
    return state is not None and state.last_success_at is not None


def dossiers_of_period(session: Session, period: Period, *, after: int, limit: int, since_at: datetime) -> list[int]:
    """By id: those that were under way on either side at some instant since `since_at`, before the period's end."""
    has_item = exists().where(
        ITEM_DOSSIER.c.dossier_id == DOSSIER.c.id,
        ITEM.c.id == ITEM_DOSSIER.c.item_id,
        or_(ITEM.c.is_final.is_(False), ITEM.c.final_at >= since_at),
    )
    was_under_way = or_(
        DOSSIER.c.one_stop_status.is_(None),
        DOSSIER.c.one_stop_status.not_in(ENDED_STATUSES),
        DOSSIER.c.one_stop_said_at >= since_at,
        has_item,
    )
    asked = select(DOSSIER.c.id).where(DOSSIER.c.id > after, DOSSIER.c.created_at < period.end_at, was_under_way)
    return list(session.scalars(asked.order_by(DOSSIER.c.id).limit(limit)))


def heard_in(session: Session, period: Period) -> Heard:
    """When each person's events came in, oldest first."""
    rows = session.execute(
        select(EVENT.c.actor, EVENT.c.recorded_at)
        .where(EVENT.c.recorded_at >= period.start_at - HEARD_BEFORE, EVENT.c.recorded_at < period.end_at)
        .order_by(EVENT.c.recorded_at)
    )
    heard: defaultdict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        heard[row.actor].append(row.recorded_at)
    return heard


def past_cases(session: Session, dossier_ids: Sequence[int], known: Lookups, heard: Heard) -> list[PastCase]:
    today = cases(session, dossier_ids, known)
    items = {case.dossier_id or 0: case.items for case in today}
    words = postal_words(session, dossier_ids, items)
    told = _known_events(session, {item.id: item.number for of_one in items.values() for item in of_one})
    seen_at = _claims_seen(session, today)
    created = dict(
        session.execute(select(DOSSIER.c.id, DOSSIER.c.created_at).where(DOSSIER.c.id.in_(dossier_ids))).all()
    )
    return [
        PastCase(
            today=case,
            known_from=created[case.dossier_id],
            claims=[(seen_at[claim.id], claim) for claim in case.claims],
            words=words[case.dossier_id or 0],
            offices=known.office_ids,
            heard=heard,
            items=[_PastItem(item, item.number, told[item.id]) for item in case.items],
        )
        for case in today
    ]


def past_strangers(session: Session, since_at: datetime) -> list[PastCase]:
    """What nobody registered here until today, from the one-stop system and from the post."""
    spoken = claims_of_strangers(session, since_at=since_at)
    seen_at = _claims_seen(session, spoken)
    told = [PastCase(case, None, [(seen_at[claim.id], claim) for claim in case.claims], (), {}, {}) for case in spoken]
    orders = words_of_strangers(session, since_at=since_at)
    return [*told, *(PastCase(Case(number=number), None, (), words, {}, {}) for number, words in orders.items())]


def _claims_seen(session: Session, told: Iterable[Case]) -> dict[int, datetime]:
    ids = [claim.id for case in told for claim in case.claims]
    return dict(session.execute(select(CLAIM.c.id, CLAIM.c.first_seen_at).where(CLAIM.c.id.in_(ids))).all())


def _known_events(session: Session, numbers: Mapping[int, str]) -> dict[int, list[_Known]]:
    """Of each item, its bags' and adopted ones included, in the order in which they came to count."""
    adopted = dict(session.execute(select(ADOPTION.c.chain, ADOPTION.c.adopted_at)).all())
    found = {}
    for item_id, story in read_stories(session, numbers).items():
        known = [_known(stored, adopted, numbers[item_id]) for stored in story.events]
        found[item_id] = sorted(known, key=lambda one: one.at)
    return found


def _known(stored: StoredEvent, adopted: Mapping[str, datetime], number: str) -> _Known:
    at = max(stored.recorded_at, adopted.get(stored.chain, stored.recorded_at))
    event = stored.event if stored.event.bag_chain else replace(stored.event, item=number)
    if event.bag_chain or event.type not in READ_TYPES:
        return _Known(at, event, None)
    body = json.loads(stored.chained)
    return _Known(at, event, Told(event.id, event.type, event.effective_at, event.hand is Hand.GIVE, body))


def _fact(today: ItemFact, known: Sequence[_Known], offices: Mapping[str, int]) -> ItemFact | None:
    """None before its registration was recorded."""
    own = [one.event for one in known if not one.event.bag_chain]
    if not any(event.type is EventType.REGISTERED for event in own):
        return None
    then = standing(own, [one.event for one in known if one.event.bag_chain])
    fact = replace(
        today,
        status=then.status,
        direction=then.direction,
        holder=then.custodian.kind,
        holder_ref=then.custodian.ref,
        office_id=offices.get(then.office) if then.office else None,
        last_event_at=then.last_event_at,
        final_at=then.final_at,
        pending=_pending(then, own, offices),
        delivery=None,
        fees_due=today.fees_due if then.status is Status.DELIVERED else 0,
    )
    return with_events(fact, list(standing_ones([one.told for one in known if one.told])))


def _pending(then: Standing, own: Sequence[Event], offices: Mapping[str, int]) -> PendingFact | None:
    waits = then.pending
    if waits is None:
        return None
    kinds: Iterator[EventType] = (event.type for event in own if event.id == waits.event)
    return PendingFact(
        to=waits.to,
        to_ref=waits.to_ref,
        since_at=waits.since,
        handover=str(waits.handover) if waits.handover else None,
        event=str(waits.event),
        is_departure=next(kinds, None) is EventType.DEPARTED,
        office_id=offices.get(waits.to_ref or "") if waits.to is Party.OFFICE else None,
    )
