"""Rules that set custody against the one-stop system's word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

from schedules.reconciliation.seen import Seen, Terms, Why
from tracker.domain.cases import Case, ItemFact
from tracker.domain.one_stop import BY_POST, NationalStatus, step_back
from tracker.domain.vocabulary import Direction, Leg, Party, Status

Statuses = frozenset[int | None]

NOT_RECEIPTED: Statuses = frozenset({NationalStatus.NEW, None})
RECEIPTED: Statuses = frozenset(
    {
        NationalStatus.RECEIVED,
        NationalStatus.PROCESSING,
        NationalStatus.SUPPLEMENT_ASKED,
        NationalStatus.PAYMENT_ASKED,
        NationalStatus.FINISHED,
        NationalStatus.RETURNED,
    }
)
NOT_FINISHED: Statuses = frozenset(
    {
        NationalStatus.NEW,
        NationalStatus.RECEIVED,
        NationalStatus.PROCESSING,
        NationalStatus.SUPPLEMENT_ASKED,
        NationalStatus.PAYMENT_ASKED,
    }
)
FINISHED: Statuses = frozenset({NationalStatus.FINISHED})
SUPPLEMENT_ASKED: Statuses = frozenset({NationalStatus.SUPPLEMENT_ASKED})
RETURNED: Statuses = frozenset({NationalStatus.RETURNED})
GIVEN_UP: Statuses = frozenset({NationalStatus.NOT_ACCEPTED, NationalStatus.WITHDRAWN, NationalStatus.STOPPED})
ENDED: Statuses = FINISHED | RETURNED | frozenset({NationalStatus.NOT_ACCEPTED, NationalStatus.WITHDRAWN})

PHONES = frozenset({Party.COURIER, Party.TRANSPORT})

Facts = dict[str, str | int | None]


def post_side(item: ItemFact) -> Facts:
    return {"item": item.number, "status": item.status, "holder": item.holder, "holder_ref": item.holder_ref}


def agency_side(case: Case) -> Facts:
    newest = case.newest
    told: Facts = {"dossier": case.number, "status": case.status}
    return told | ({"claim": newest.id, "word": newest.word} if newest else {})


def _of_item(case: Case, item: ItemFact, since_at: datetime, office_id: int | None) -> Seen:
    return Seen(
        subject=f"item:{item.id}",
        since_at=since_at,
        evidence={"post": post_side(item), "agency": agency_side(case)},
        item_id=item.id,
        office_id=office_id,
        cites_last_event=True,
    )


def _why_no_item(case: Case, leg: Leg) -> Why:
    return Why.ITEM_OTHER if case.on_leg(leg) else Why.NO_ITEM


def _later(*instants: datetime | None) -> datetime:
    """When the later of the two sides became true; a side that states no instant was true all along."""
    return max(at for at in instants if at is not None)


def office_not_receipted(case: Case, _: Terms) -> Iterator[Seen | Why]:
    if case.status not in NOT_RECEIPTED:
        yield Why.STATUS_OTHER
        return
    for item in case.on_leg(Leg.SUBMISSION):
        if item.status is Status.DELIVERED and item.final_at:
            since_at = _later(item.final_at, case.since_within(NOT_RECEIPTED))
            yield _of_item(case, item, since_at, item.to_office_id)
    yield _why_no_item(case, Leg.SUBMISSION)


def receipted_without_handover(case: Case, _: Terms) -> Iterator[Seen | Why]:
    said_at = case.since_within(RECEIPTED)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    for item in case.on_leg(Leg.SUBMISSION):
        if item.is_open:
            seen = _of_item(case, item, _later(item.registered_at, said_at), case.receiving_office_id)
            yield _waiting_for_the_phone(seen, item, said_at)
    yield _why_no_item(case, Leg.SUBMISSION)


def _waiting_for_the_phone(seen: Seen, item: ItemFact, said_at: datetime) -> Seen:
    """What a phone saw before the claim may still be in it; it cannot be for ever."""
    spoke_since = item.holder_seen_at is not None and item.holder_seen_at >= said_at
    if item.holder not in PHONES or spoke_since:
        return seen
    return replace(seen, waits_for_phone=True)


def returned_too_early(case: Case, terms: Terms) -> Iterator[Seen | Why]:
    said_at = case.since_within(RETURNED)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    for item in case.on_leg(Leg.RESULT):
        if not item.is_open:
            continue
        if terms.ten_means == "handed_to_post" and item.first_failed_at is None:
            yield Why.TEN_MEANS_POSTED
            continue
        failed_at = item.first_failed_at if terms.ten_means == "handed_to_post" else None
        since_at = _later(item.registered_at, said_at, failed_at)
        yield _waiting_for_the_phone(_of_item(case, item, since_at, case.receiving_office_id), item, said_at)
    yield _why_no_item(case, Leg.RESULT)


def posted_before_finished(case: Case, _: Terms) -> Iterator[Seen | Why]:
    said_at = case.since_within(NOT_FINISHED)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    for item in case.on_leg(Leg.RESULT):
        is_with_the_post = item.is_open and item.status is not Status.REGISTERED
        if is_with_the_post or item.status is Status.DELIVERED:
            since_at = _later(item.accepted_at or item.registered_at, said_at)
            yield _of_item(case, item, since_at, case.deciding_office_id or case.receiving_office_id)
    yield _why_no_item(case, Leg.RESULT)


def closing_not_reported(case: Case, _: Terms) -> Iterator[Seen | Why]:
    said_at = case.since_within(FINISHED)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    for item in case.on_leg(Leg.RESULT):
        if item.status is Status.DELIVERED and item.final_at:
            yield _of_item(case, item, _later(item.final_at, said_at), case.receiving_office_id)
    yield _why_no_item(case, Leg.RESULT)


def wrongly_closed(case: Case, _: Terms) -> Iterator[Seen | Why]:
    """The last result item counts: one that was sent again and arrived is no contradiction."""
    said_at = case.since_within(RETURNED)
    results = case.on_leg(Leg.RESULT)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    if results and results[-1].status is Status.RETURNED and results[-1].final_at:
        last = results[-1]
        yield _of_item(case, last, _later(last.final_at, said_at), case.receiving_office_id)
    yield _why_no_item(case, Leg.RESULT)


def papers_must_travel_back(case: Case, _: Terms) -> Iterator[Seen | Why]:
    said_at = case.since_within(GIVEN_UP)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    has_way_back = bool(case.on_leg(Leg.RESULT))
    for item in (*case.on_leg(Leg.SUBMISSION), *case.on_leg(Leg.SUPPLEMENT)):
        travels_on = item.is_open and item.direction is Direction.FORWARD
        lies_there = item.leg is Leg.SUBMISSION and item.status is Status.DELIVERED and not has_way_back
        if travels_on or lies_there:
            became_true_at = item.final_at or item.registered_at
            yield _of_item(case, item, _later(became_true_at, said_at), case.receiving_office_id)
    yield Why.ITEM_OTHER


def postal_order_missing(case: Case, _: Terms) -> Iterator[Seen | Why]:
    """The newest claim that names a channel counts; one that names none takes nothing back."""
    channels = [claim for claim in case.claims if claim.channel is not None]
    since_at: datetime | None = None
    for claim in reversed(channels):
        if claim.channel != BY_POST:
            break
        since_at = claim.said_at
    if since_at is None:
        yield Why.CHANNEL_OTHER
        return
    if case.on_leg(Leg.SUBMISSION):
        yield Why.ITEM_THERE
        return
    yield Seen(
        subject=f"leg:{case.key}:{Leg.SUBMISSION}",
        since_at=since_at,
        evidence={"post": {"item": None}, "agency": {"dossier": case.number, "channel": BY_POST}},
        office_id=case.receiving_office_id,
    )


def result_not_collected(case: Case, _: Terms) -> Iterator[Seen | Why]:
    said_at = case.since_within(FINISHED)
    if said_at is None:
        yield Why.STATUS_OTHER
    elif not case.result_by_post:
        yield Why.NOT_BY_POST
    elif case.on_leg(Leg.RESULT):
        yield Why.ITEM_THERE
    else:
        yield Seen(
            subject=f"leg:{case.key}:{Leg.RESULT}",
            since_at=said_at,
            evidence={"post": {"item": None}, "agency": agency_side(case)},
            office_id=case.collecting_office_id or case.deciding_office_id or case.receiving_office_id,
        )


def citizen_not_informed(case: Case, terms: Terms) -> Iterator[Seen | Why]:
    """A word to the citizen counts from the day on which the supplement was asked for; so does an envelope."""
    said_at = case.since_within(SUPPLEMENT_ASKED)
    if said_at is None:
        yield Why.STATUS_OTHER
        return
    if case.dossier_id is None:
        yield Why.NOT_REGISTERED
        return
    asked_on = datetime.combine(terms.calendar.local_date(said_at), time(), terms.calendar.zone)
    if any(at >= asked_on for at in case.informed_at):
        yield Why.INFORMED
        return
    if any(item.is_open or item.registered_at >= asked_on for item in case.on_leg(Leg.SUPPLEMENT)):
        yield Why.ITEM_THERE
        return
    yield Seen(
        subject=f"leg:{case.key}:{Leg.SUPPLEMENT}",
        since_at=said_at,
        evidence={"post": {"item": None, "notice": None}, "agency": agency_side(case)},
        office_id=case.receiving_office_id,
    )


def status_rollback(case: Case, _: Terms) -> Iterator[Seen | Why]:
    back = step_back(case.claims)
    if back is None or case.dossier_id is None:
        yield Why.NO_STEP_BACK if back is None else Why.NOT_REGISTERED
        return
    stepped: Facts = {
        "dossier": case.number,
        "from": back.former,
        "to": back.claim.status,
        "claim": back.claim.id,
        "word": back.claim.word,
    }
    yield Seen(
        subject=f"dossier:{case.key}",
        since_at=back.claim.said_at,
        evidence={"agency": stepped},
        office_id=case.deciding_office_id or case.receiving_office_id,
    )
