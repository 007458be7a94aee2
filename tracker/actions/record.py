"""Events enter the record: parsed, settled, chained, folded, receipted. The heart of the product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from tracker.actions.append import Draft, IdTaken, Link, append
from tracker.actions.audit import Deed, note_audit
from tracker.actions.codes import Target, resolve_code
from tracker.actions.counters import count_batch, settle_counter_gaps, use_counter
from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.receipts import Receipt, standing_as_told
from tracker.actions.refold import refold
from tracker.actions.scan_findings import conflict_found, end_orphan, orphan_found
from tracker.actions.sent_events import MalformedEvent, SentEvent, read_sent
from tracker.actions.settled import Settled, settle
from tracker.actions.settling import RefusedEvent, body_of_sent, document_lines, note_text, refused_body
from tracker.actions.spoiled_labels import void_copies_of
from tracker.domain.chain import canonical, canonical_fix, place_commitment
from tracker.domain.details import BadDetail, parse_details
from tracker.domain.events import Standing
from tracker.domain.lifecycle import next_events
from tracker.domain.refusal import Cause, FormFault
from tracker.domain.vocabulary import EventType, Outcome, Role
from tracker.store.insert import insert_if_absent
from tracker.store.models import Bag, RefusedBody
from tracker.store.queries.catalogue import office_of
from tracker.store.queries.events import (
    StoredEvent,
    as_sent,
    chain_head,
    items_of_bag,
    keep_note,
    keep_place,
    known_event,
)
from tracker.store.queries.numbers import lock_chains, lock_items
from tracker.store.queries.stories import ItemStory, read_story
from tracker.store.tables import BAG, ITEM

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Read:
    """A raw event after parsing: exactly one of `sent` and `malformed` is there."""

    raw: object
    sent: SentEvent | None = None
    target: Target | None = None
    malformed: MalformedEvent | None = None


def record(session: Session, sent: Sequence[object], door: Door) -> list[Receipt]:
    """One receipt per event, in order; one bad event never blocks the others. Never commits."""
    counters = (counter for raw in sent if (counter := _raw_counter(raw)) is not None)
    # The device first, then bags, then items: one order for all.
    counted = count_batch(session, door.actor.device, counters)
    read = _lock(session, [_read(session, raw, door) for raw in sent], door)
    receipts = [_record_one(session, one, door) for one in read]
    settle_counter_gaps(session, counted, door)
    outcomes = [receipt.outcome for receipt in receipts]
    told = ", ".join(f"{outcome} {outcomes.count(outcome)}" for outcome in sorted(set(outcomes)))
    note_audit(session, Deed("events", told), at=door.at, actor=door.actor.name)
    return receipts


def _read(session: Session, raw: object, door: Door) -> Read:
    try:
        sent = read_sent(raw)
        target = resolve_code(session, sent.code, door.config.public.base_url)
        if target is None:
            raise MalformedEvent("code", Cause.UNREADABLE_CODE)
        _refuse_strange_bag_event(sent, target)
    except MalformedEvent as malformed:
        return Read(raw, malformed=malformed)
    return Read(raw, sent=sent, target=target)


def _refuse_strange_bag_event(sent: SentEvent, target: Target) -> None:
    if target.bag is not None and sent.type not in BAG_EVENTS:
        raise MalformedEvent("type", FormFault.NOT_FOR_A_BAG)


# Sealing is told of the bag, packing of each item with the bag's number in its details.
BAG_EVENTS = frozenset(
    {
        EventType.BAGGED,
        EventType.DEPARTED,
        EventType.LOADED,
        EventType.ARRIVED,
        EventType.UNBAGGED,
        EventType.DAMAGED,
        EventType.MISSING,
        EventType.FOUND,
        EventType.CORRECTED,
    }
)


def _lock(session: Session, read: Sequence[Read], door: Door) -> list[Read]:
    """Everything the batch may touch, in one order for all, so that two batches never wait for each other.

    First bags and unknown codes by name, then items: which items a bag holds, and whether a code has become
    known in the meantime, is certain only behind the first lock.
    """
    lock_chains(session, sorted({chain for one in read for chain in _shared_chains(one)}))
    certain = [_read_again(session, one, door) for one in read]
    targets = [one.target for one in certain if one.target is not None]
    items = {target.item_id for target in targets if target.item_id}
    for bag in {target.bag for target in targets if target.bag}:
        items.update(items_of_bag(session, bag))
    lock_items(session, sorted(items))
    return certain


def _shared_chains(one: Read) -> Iterator[str]:
    """Whoever puts an item into a bag must not miss what happens to the bag meanwhile."""
    if one.sent is None or one.target is None:
        return
    if one.target.item_id is None:
        yield one.target.chain
    bag = (one.sent.details or {}).get("bag")
    if isinstance(bag, str):
        yield f"bag:{bag.strip().upper()}"


def _read_again(session: Session, one: Read, door: Door) -> Read:
    if one.sent is None or one.target is None or not one.target.is_orphan:
        return one
    return replace(one, target=resolve_code(session, one.sent.code, door.config.public.base_url))


def _record_one(session: Session, read: Read, door: Door) -> Receipt:
    if read.sent is None or read.target is None:
        return _malformed(session, read, door)
    known = known_event(session, read.sent.id)
    if known is not None:
        return _known(session, read.sent, known, door)
    try:
        settled = settle(session, read.sent, read.target, door)
        return _append(session, settled, door)
    except (MalformedEvent, BadDetail) as fault:
        return _malformed(session, replace(read, malformed=_as_malformed(fault)), door)
    except RefusedEvent as refused:
        return _refused(session, read, refused.cause, door)
    except IdTaken:
        again = known_event(session, read.sent.id)
        assert again is not None
        return _known(session, read.sent, again, door)


def _as_malformed(fault: MalformedEvent | BadDetail) -> MalformedEvent:
    return fault if isinstance(fault, MalformedEvent) else MalformedEvent(f"details.{fault.key}", fault.fault)


def _append(session: Session, settled: Settled, door: Door) -> Receipt:
    draft, fix = settled.draft, settled.sent.place
    salt, place = door.random_bytes(SALT_BYTES), canonical_fix(fix.model_dump()) if fix is not None else None
    if place is not None:
        draft = replace(draft, place_commitment=place_commitment(salt, place))
    link = append(session, draft)
    if place is not None:
        keep_place(session, draft.event_id, salt, place)
    note = note_text(settled.sent, settled.unknown)
    if note is not None:
        keep_note(session, draft.event_id, note)
    if draft.device_counter is not None:
        use_counter(session, door.actor.device, draft.device_counter)
    if draft.bag is not None and draft.type is EventType.BAGGED:
        _know_bag(session, draft.bag, door)
    if settled.target.item_id is not None:
        return _item_receipt(session, settled, (draft, link), door)
    if settled.target.bag is not None:
        return _bag_receipt(session, settled.target.bag, (draft, link), door)
    orphan_found(session, settled.target.code, draft, at=door.at)
    return _receipt(draft, link)


def _item_receipt(session: Session, settled: Settled, entry: tuple[Draft, Link], door: Door) -> Receipt:
    draft, link = entry
    assert draft.item_id is not None
    story = refold(session, draft.item_id, at=door.at, because=(draft.event_id,))
    if draft.type is EventType.CANCELLED:
        void_copies_of(session, draft.item_id, Desk(door.actor, door.at, door.config))
    return replace(
        _receipt(draft, link),
        item=settled.number,
        head=_head(story, draft.item_id),
        standing=standing_as_told(session, story.standing),
        next=_next(session, story.standing, door),
    )


def _next(session: Session, standing: Standing, door: Door) -> tuple[EventType, ...]:
    """Only for a clerk does it matter where: elsewhere the office is not asked for."""
    role = door.actor.role
    at_service_point = role is Role.CLERK and office_of(session, door.actor.office_id).service_point
    return next_events(standing, role, at_service_point=at_service_point)


def _know_bag(session: Session, bag: str, door: Door) -> None:
    if insert_if_absent(session, BAG, {"number": bag, "first_seen_at": door.at}):
        end_orphan(session, bag, at=door.at)


def _bag_receipt(session: Session, bag: str, entry: tuple[Draft, Link], door: Door) -> Receipt:
    """Whatever happens to a bag happens to the items in it: each is folded anew, here and now."""
    draft, link = entry
    for item_id in items_of_bag(session, bag):
        refold(session, item_id, at=door.at, because=(draft.event_id,))
    if session.get(Bag, bag) is None:
        orphan_found(session, bag, draft, at=door.at)
    return _with_bag(session, _receipt(draft, link), bag)


def _with_bag(session: Session, receipt: Receipt, bag: str) -> Receipt:
    numbers = session.scalars(
        select(ITEM.c.number).where(ITEM.c.id.in_(items_of_bag(session, bag))).order_by(ITEM.c.id)
    )
    head = chain_head(session, f"bag:{bag}")
    return replace(receipt, bag=bag, items=tuple(numbers), head=head[2] if head else None)


def _receipt(draft: Draft, link: Link) -> Receipt:
    return Receipt(id=str(draft.event_id), outcome=Outcome.RECORDED, seq=link.seq, hash=link.hash)


def _head(story: ItemStory, item_id: int) -> UUID | None:
    own = [stored for stored in story.events if stored.chain == f"item:{item_id}"]
    return own[-1].event.id if own else None


def _known(session: Session, sent: SentEvent, known: StoredEvent, door: Door) -> Receipt:
    """The same id again: the same body is the first receipt once more, another body changes nothing."""
    if sent.device_counter is not None:
        use_counter(session, door.actor.device, sent.device_counter)
    seen = _seen_again(session, sent, known, door)
    if seen is None or canonical(seen) != canonical(as_sent(known.chained)):
        conflict_found(session, known, door)
        return Receipt(id=str(sent.id), outcome=Outcome.CONFLICT, cause=Cause.ID_CONFLICT)
    first = Receipt(id=str(sent.id), outcome=Outcome.DUPLICATE, seq=known.seq, hash=known.hash)
    if known.event.bag_chain is not None:
        return _with_bag(session, first, known.event.bag_chain)
    if known.item_id is None:
        return first
    story = read_story(session, known.item_id)
    number = session.scalar(select(ITEM.c.number).where(ITEM.c.id == known.item_id))
    head = chain_head(session, known.chain)
    return replace(
        first,
        item=number,
        head=head[2] if head else None,
        standing=standing_as_told(session, story.standing),
        next=_next(session, story.standing, door),
    )


def _seen_again(session: Session, sent: SentEvent, known: StoredEvent, door: Door) -> dict[str, object] | None:
    """The body this event would have had; the code is compared as it was read the first time."""
    raw = sent.details or {}
    try:
        parsed = parse_details(sent.type, raw, document_lines(session, known.item_id, raw))
    except BadDetail:
        return None
    target = resolve_code(session, sent.code, door.config.public.base_url)
    return body_of_sent(sent, target.code if target else sent.code, parsed.body)


def _malformed(session: Session, read: Read, door: Door) -> Receipt:
    fault = read.malformed
    assert fault is not None
    event_id, counter = _raw_id(read.raw), _raw_counter(read.raw)
    if counter is not None:
        use_counter(session, door.actor.device, counter)
    cause = fault.fault if fault.fault == Cause.UNREADABLE_CODE else Cause.MALFORMED
    return Receipt(id=event_id, outcome=Outcome.MALFORMED, cause=cause, fields={fault.field: fault.fault})


def _refused(session: Session, read: Read, cause: Cause, door: Door) -> Receipt:
    sent, target = read.sent, read.target
    assert sent is not None
    assert target is not None
    if sent.device_counter is not None:
        use_counter(session, door.actor.device, sent.device_counter)
    body = refused_body(session, sent, target)
    session.add(
        RefusedBody(
            at=door.at,
            device=door.actor.device,
            actor=door.actor.name,
            cause=cause,
            body=canonical(body).decode(),
        )
    )
    return Receipt(id=str(sent.id), outcome=Outcome.REFUSED, cause=cause)


def _raw_id(raw: object) -> str | None:
    value = raw.get("id") if isinstance(raw, dict) else None
    return value[:60] if isinstance(value, str) else None


def _raw_counter(raw: object) -> int | None:
    value = raw.get("device_counter") if isinstance(raw, dict) else None
    is_counter = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    return value if is_counter else None
