"""Rules about the post's own doing, and about due dates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from schedules.reconciliation.both_sides import ENDED, Facts, post_side
from schedules.reconciliation.post_feed import orders_twice
from schedules.reconciliation.seen import Seen, Terms, Why
from tracker.domain.cases import Case, ItemFact, PendingFact
from tracker.domain.vocabulary import IdentityBasis, Leg, Receiver, Status

DEPARTED = "departed"


def duplicate_order(case: Case, _: Terms) -> Iterator[Seen | Why]:
    for leg in Leg:
        doubled = _own_twice(case, leg) or orders_twice(case, leg)
        if doubled is not None:
            yield doubled
    yield Why.NOT_TWICE


def _own_twice(case: Case, leg: Leg) -> Seen | None:
    items = case.on_leg(leg)
    opened = [item for item in items if item.is_open]
    if len(opened) > 1:
        return _doubled(case, leg, opened, opened[1].registered_at)
    delivered = [item for item in items if item.status is Status.DELIVERED]
    twice = [item for item in delivered[1:] if not item.is_resent and item.final_at]
    if twice and leg is not Leg.SUPPLEMENT:
        return _doubled(case, leg, delivered, twice[0].final_at or twice[0].registered_at)
    return None


def _doubled(case: Case, leg: Leg, items: list[ItemFact], since_at: datetime) -> Seen:
    listed = {f"item_{place}": item.number for place, item in enumerate(items, start=1)}
    return Seen(
        subject=f"leg:{case.key}:{leg}",
        since_at=since_at,
        evidence={"post": listed, "agency": {"dossier": case.number}},
        item_id=items[-1].id,
        office_id=items[-1].office_id or items[-1].from_office_id,
    )


def delivery_rule_breach(case: Case, _: Terms) -> Iterator[Seen | Why]:
    for item in case.items:
        told = item.delivery
        if not item.status.is_final or told is None or told.receiver is not Receiver.AUTHORISED or not item.final_at:
            continue
        if told.identity in {IdentityBasis.AUTHORISATION, IdentityBasis.CODE}:
            continue
        post: Facts = {"item": item.number, "event": told.event, "receiver": told.receiver, "identity": told.identity}
        yield _at_its_end(item, item.final_at, post)
    yield Why.RECEIVER_RIGHT


def money_difference(case: Case, _: Terms) -> Iterator[Seen | Why]:
    for item in case.items:
        told = item.delivery
        if item.status is not Status.DELIVERED or told is None or not item.final_at:
            continue
        collected = told.fees_collected or 0
        if collected != item.fees_due:
            post: Facts = {"item": item.number, "event": told.event, "collected": collected, "due": item.fees_due}
            yield _at_its_end(item, item.final_at, post)
    yield Why.MONEY_RIGHT


def _at_its_end(item: ItemFact, final_at: datetime, post: Facts) -> Seen:
    return Seen(
        subject=f"item:{item.id}",
        since_at=final_at,
        evidence={"post": post},
        item_id=item.id,
        office_id=item.office_id,
    )


def silent_item(case: Case, _: Terms) -> Iterator[Seen | Why]:
    for item in case.items:
        if item.is_open:
            yield Seen(
                subject=f"item:{item.id}",
                since_at=item.last_event_at or item.registered_at,
                evidence={"post": post_side(item)},
                item_id=item.id,
                office_id=item.office_id or item.from_office_id,
                branch=item.status.value,
                cites_last_event=True,
            )
    yield Why.ITEM_OTHER if case.items else Why.NO_ITEM


def open_handover(case: Case, _: Terms) -> Iterator[Seen | Why]:
    for item in case.items:
        if item.is_open and item.pending is not None:
            yield _unaccepted(item, item.pending)
    yield Why.NOTHING_PENDING


def _unaccepted(item: ItemFact, pending: PendingFact) -> Seen:
    """One row for all items of a handover, so its evidence names none of them."""
    given: Facts = {"from": item.holder_ref, "to": pending.to, "to_ref": pending.to_ref}
    return Seen(
        subject=f"handover:{pending.handover or pending.event}",
        since_at=pending.since_at,
        evidence={"post": {"handover": pending.handover or pending.event, **given}},
        item_id=item.id,
        office_id=pending.office_id or item.office_id,
        branch=DEPARTED if pending.is_departure else None,
    )


def late_postal(case: Case, terms: Terms) -> Iterator[Seen | Why]:
    for item in case.items:
        since_at = _end_of(item.due_on, terms)
        if item.is_open and terms.now >= since_at:
            yield Seen(
                subject=f"item:{item.id}",
                since_at=since_at,
                evidence={"post": {"item": item.number, "due_on": item.due_on.isoformat()}},
                item_id=item.id,
                office_id=item.office_id or item.from_office_id,
            )
    yield Why.NOT_LATE


def late_processing(case: Case, terms: Terms) -> Iterator[Seen | Why]:
    if case.processing_due_on is None or case.dossier_id is None:
        yield Why.NO_DUE_DATE
        return
    since_at = _end_of(case.processing_due_on, terms)
    if case.status in ENDED or terms.now < since_at:
        yield Why.STATUS_OTHER if case.status in ENDED else Why.NOT_LATE
        return
    due: Facts = {"dossier": case.number, "due_on": case.processing_due_on.isoformat()}
    yield Seen(
        subject=f"dossier:{case.key}",
        since_at=since_at,
        evidence={"agency": due},
        office_id=case.deciding_office_id or case.receiving_office_id,
    )


def _end_of(on: date, terms: Terms) -> datetime:
    """Midnight in the office's zone: the whole due day still counts."""
    return datetime.combine(on + timedelta(days=1), time(), terms.calendar.zone).astimezone(UTC)
