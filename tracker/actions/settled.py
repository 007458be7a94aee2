"""The one place where an event as sent is judged: may this person make it, with which hand, here and now?"""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select
from sqlmodel import Session

from tracker.actions.append import Draft
from tracker.actions.codes import Target
from tracker.actions.door import Door
from tracker.actions.policy import policy_in_force, required_policy
from tracker.actions.sent_events import SentEvent
from tracker.actions.settling import (
    RefusedEvent,
    StandsFor,
    body_of_sent,
    document_lines,
    settle_office,
    settle_second_person,
    settle_stand_in,
    settle_times,
    told_flags,
    whole_ms,
)
from tracker.domain.decisions import Decision, check_decision
from tracker.domain.details import parse_details, write_details
from tracker.domain.events import Counterparty, Details, Event, Standing
from tracker.domain.handover import HandAsked, settle_hand
from tracker.domain.lifecycle import kind_of
from tracker.domain.refusal import Cause
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import EventType, Hand, Kind, LabelState, Role
from tracker.store.queries.accounts import account_by_name
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.events import items_of_bag
from tracker.store.queries.stories import ItemStory, read_story
from tracker.store.queries.visibility import may_see_items
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import ITEM

_ITEM_NOW = select(ITEM.c.number, ITEM.c.standing).where(ITEM.c.id == bindparam("item_id"))
OWN_DOORS = frozenset({EventType.REGISTERED, EventType.LABEL_PRINTED})
GUARDED_BY_NUMBERS = frozenset({EventType.INVITED, EventType.RETURN_STARTED, EventType.HOLD_EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A draft to append, and what stays beside it: `unknown` keys go with the note, `number` is the item's."""

    sent: SentEvent
    target: Target
    draft: Draft
    unknown: dict[str, object]
    number: str | None


@dataclass(frozen=True, slots=True)
class _ItemNow:
    number: str | None
    standing: Standing


def settle(session: Session, sent: SentEvent, target: Target, door: Door) -> Settled:
    """Raises RefusedEvent, MalformedEvent or BadDetail; writes nothing but a wrong PIN's count."""
    if sent.type in OWN_DOORS:
        raise RefusedEvent(Cause.WRONG_DOOR)
    raw = sent.details or {}
    parsed = parse_details(sent.type, raw, document_lines(session, target.item_id, raw))
    now = _item_now(session, target)
    stand_in = settle_stand_in(session, sent, door)
    office = settle_office(session, sent, stand_in, door)
    is_decision = kind_of(sent.type, door.actor.role) is Kind.DECISION
    _refuse_wrong_role(session, sent, (parsed.details.hand, now), door)
    if stand_in is not None and not is_decision:
        _refuse_impossible_stand_in(session, sent, stand_in, (parsed.details.hand, now))
    second = settle_second_person(session, sent, door)
    hand = _settle_hand(sent, parsed.details, (now, office, second is not None), door)
    draft = _draft(sent, target, _Parts(parsed.details, None if is_decision else stand_in, office, hand, second), door)
    if is_decision:
        draft = _decided(session, draft, parsed.details, target, door)
    return Settled(sent=sent, target=target, draft=draft, unknown=parsed.unknown, number=now.number)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What was settled one by one. A decision is its maker's own, so nobody stands in for anybody there."""

    details: Details
    stand_in: StandsFor | None
    office: str | None
    hand: Hand | None
    second: tuple[str, Role] | None


def _draft(sent: SentEvent, target: Target, parts: _Parts, door: Door) -> Draft:
    times, stand_in = settle_times(sent, door), parts.stand_in
    return Draft(
        body=body_of_sent(sent, target.code, write_details(parts.details)),
        event_id=sent.id,
        type=sent.type,
        chain=target.chain,
        item_id=target.item_id,
        occurred_at=times.occurred_at,
        effective_at=times.effective_at,
        recorded_at=whole_ms(door.at),
        actor=door.actor,
        hand=parts.hand,
        device_counter=sent.device_counter,
        second_person=parts.second[0] if parts.second else None,
        stands_for=stand_in.name if stand_in else None,
        stands_for_role=stand_in.role if stand_in else None,
        office_code=parts.office,
        bag=parts.details.bag if target.bag is None else None,
        told=told_flags(sent, target, (times, stand_in), door),
    )


def _decided(session: Session, draft: Draft, details: Details, target: Target, door: Door) -> Draft:
    """With the numbers of the rules in force, where they guard it. Raises RefusedEvent."""
    _refuse_out_of_sight(session, target, door)
    if target.label is not None and target.label.state is LabelState.VOID:
        raise RefusedEvent(Cause.LABEL_VOID)
    _refuse_unknown_approver(session, details)
    _refuse_unknown_destination(session, details)
    if target.item_id is None:
        _check_correction_of_no_item(draft, details)
        return draft
    story = read_story(session, target.item_id)
    if draft.type in GUARDED_BY_NUMBERS:
        details = replace(details, policy=policy_in_force(session, story, draft.effective_at, door))
        draft = replace(draft, body={**draft.body, "details": write_details(details)})
    _check_decision(story, _as_event(draft, details), door)
    return draft


def _refuse_out_of_sight(session: Session, target: Target, door: Door) -> None:
    """A decision about another office's item is answered like one about no item at all."""
    if target.is_orphan:
        return
    items = [target.item_id] if target.item_id is not None else items_of_bag(session, target.bag or "")
    seen = select(ITEM.c.id).where(ITEM.c.id.in_(items), may_see_items(session, door.actor)).limit(1)
    if items and session.scalar(seen) is None:
        raise RefusedEvent(Cause.UNKNOWN_NUMBER)


def _refuse_unknown_approver(session: Session, details: Details) -> None:
    """Two different people, and both of them people."""
    if details.approver is None:
        return
    account = account_by_name(session, details.approver)
    if account is None or not account.is_active:
        raise RefusedEvent(Cause.APPROVER_MISSING)


def _refuse_unknown_destination(session: Session, details: Details) -> None:
    """An item bound for an office nobody knows would be misrouted wherever it arrives."""
    if details.office is not None and office_by_code(session, details.office) is None:
        raise RefusedEvent(Cause.UNKNOWN_OFFICE)


def _check_correction_of_no_item(draft: Draft, details: Details) -> None:
    """A supervisor may take back what was scanned of a bag or of a code nobody knows; nothing else is decided there."""
    if draft.type is not EventType.CORRECTED:
        raise RefusedEvent(Cause.UNKNOWN_NUMBER)
    if details.event is None:
        raise RefusedEvent(Cause.DETAILS_MISSING)
    if details.event == draft.event_id:
        raise RefusedEvent(Cause.CORRECTION_NOT_ENTITLED)


def _item_now(session: Session, target: Target) -> _ItemNow:
    row = session.execute(_ITEM_NOW, {"item_id": target.item_id}).first()
    return _ItemNow(row.number, standing_from_json(row.standing)) if row else _ItemNow(None, Standing())


def _refuse_wrong_role(session: Session, sent: SentEvent, what: tuple[Hand | None, _ItemNow], door: Door) -> None:
    if not _may_make(session, sent.type, (door.actor.role, door.actor.office_code), what):
        raise RefusedEvent(Cause.WRONG_ROLE)


def _refuse_impossible_stand_in(
    session: Session, sent: SentEvent, stand_in: StandsFor, what: tuple[Hand | None, _ItemNow]
) -> None:
    """What a person could not have recorded themselves nobody enters for them."""
    if not _may_make(session, sent.type, (stand_in.role, stand_in.office_code), what):
        raise RefusedEvent(Cause.WRONG_ROLE)


def _may_make(session: Session, kind: EventType, who: tuple[Role, str], what: tuple[Hand | None, _ItemNow]) -> bool:
    (role, office_code), (hand, now) = who, what
    own = office_by_code(session, office_code) if role is Role.CLERK else None
    at_service_point = own is not None and own.service_point
    return may_make(role, kind, hand, leg=now.standing.leg, at_service_point=at_service_point)


def _settle_hand(
    sent: SentEvent, details: Details, where: tuple[_ItemNow, str | None, bool], door: Door
) -> Hand | None:
    now, office, is_verified = where
    asked = HandAsked(
        type=sent.type,
        role=door.actor.role,
        told=details.hand,
        own_office=door.actor.office_code,
        office=office,
        bound_for=now.standing.bound_for,
        leg=now.standing.leg,
        direction=now.standing.direction,
        receiver=details.receiver,
        is_verified=is_verified,
    )
    settled = settle_hand(asked)
    if isinstance(settled, Cause):
        raise RefusedEvent(settled)
    return settled


def _as_event(draft: Draft, details: Details) -> Event:
    other = draft.body.get("counterparty")
    return Event(
        id=draft.event_id,
        type=draft.type,
        effective_at=draft.effective_at,
        device=draft.actor.device,
        actor=draft.actor.name,
        actor_role=draft.actor.role,
        counter=draft.device_counter,
        hand=draft.hand,
        counterparty=Counterparty(other["kind"], other.get("user")) if isinstance(other, dict) else None,
        office=draft.office_code,
        reason=str(draft.body["reason"]) if "reason" in draft.body else None,
        has_evidence="evidence" in draft.body,
        details=details,
        told=draft.told,
    )


def _check_decision(story: ItemStory, event: Event, door: Door) -> None:
    decision = Decision(
        event,
        story.folded,
        events=[stored.event for stored in story.events],
        required=required_policy(event.effective_at, door.config),
        today=door.config.office.local_date(door.at),
    )
    cause = check_decision(decision)
    if cause is not None:
        raise RefusedEvent(cause)
