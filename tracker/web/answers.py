"""The one honest sentence of a tracking page, what to do about it, and how fresh it is."""

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.citizen import CitizenCase, citizen_case
from tracker.domain.vocabulary import (
    AttemptReason,
    CitizenState,
    Direction,
    EventType,
    Leg,
    Receiver,
)
from tracker.store.queries.tracking import Place, TrackedEvent, TrackedItem, Trail
from tracker.web.formats import day, grouped, local, moment, opening_hours, today
from tracker.web.language import gettext

DELIVERIES = frozenset({EventType.DELIVERED, EventType.HANDED_OUT})
SILENT_AFTER_WORKING_DAYS = 2


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an answer is made from. `silent_days` counts working days without an event."""

    trail: Trail
    hotline: str
    silent_days: int

    @property
    def item(self) -> TrackedItem:
        return self.trail.item

    @property
    def is_silent(self) -> bool:
        return self.silent_days >= SILENT_AFTER_WORKING_DAYS and not self.item.standing.status.is_final

    def last(self, *types: EventType) -> TrackedEvent | None:
        own = [event for event in self.trail.events if event.item_id == self.item.id and event.type in types]
        return own[-1] if own else None


def things(leg: Leg) -> dict[str, str]:
    """The noun of this leg, at the beginning of a sentence and inside one."""
    match leg:
        case Leg.SUBMISSION:
            return {"Thing": gettext("thing.submission.first"), "thing": gettext("thing.submission")}
        case Leg.RESULT:
            return {"Thing": gettext("thing.result.first"), "thing": gettext("thing.result")}
        case Leg.SUPPLEMENT:
            return {"Thing": gettext("thing.supplement.first"), "thing": gettext("thing.supplement")}


def answer(seen: Circumstances) -> str:
    plain = _plain_answer(seen)
    if not seen.is_silent:
        return plain
    if plain.count(". ") or seen.item.state is CitizenState.ATTENTION:
        return gettext("answer.silent_after", sentence=plain, days=seen.silent_days)
    return gettext("answer.silent", sentence=plain.rstrip("."), days=seen.silent_days)


def _plain_answer(seen: Circumstances) -> str:
    item = seen.item
    match item.state:
        case CitizenState.SLIP_CREATED:
            return gettext("answer.slip_created", **things(item.leg))
        case CitizenState.IN_TRANSIT:
            late = item.due_on < today()
            code = "answer.in_transit_late" if late else "answer.in_transit"
            return gettext(code, place=_bound_for(item).place_name, day=day(item.due_on), **things(item.leg))
        case CitizenState.OUT_FOR_DELIVERY:
            return _out_for_delivery(seen)
        case CitizenState.ATTEMPT_FAILED:
            return _attempt_failed(seen)
        case CitizenState.READY_FOR_PICKUP:
            return _ready_for_pickup(seen)
        case CitizenState.DELIVERED:
            return _delivered(seen)
        case CitizenState.ATTENTION:
            return _attention(seen)


def _bound_for(item: TrackedItem) -> Place:
    going_back = item.standing.direction is Direction.RETURNING
    return item.from_office if going_back else item.to_office


def _here(item: TrackedItem) -> str:
    return (item.at_office or item.to_office).name


def _out_for_delivery(seen: Circumstances) -> str:
    item = seen.item
    if item.leg is not Leg.RESULT:
        return gettext("answer.out_to_office", place=item.to_office.name, **things(item.leg))
    given = seen.last(EventType.GIVEN_TO_COURIER)
    is_today = given is not None and local(given.at).date() == today()
    code = "answer.out_today" if is_today else "answer.out_with_courier"
    return gettext(code, **things(item.leg))


def because(reason: str | None) -> str:
    known = reason in {one.value for one in AttemptReason}
    return gettext(f"because.{reason}") if known else gettext("because.unknown")


def _attempt_failed(seen: Circumstances) -> str:
    tried = seen.last(EventType.ATTEMPT_FAILED)
    details = tried.details if tried else None
    action = details.action.value if details and details.action else "untold"
    told = {"reason": because(tried.reason if tried else None), "place": _here(seen.item), **things(seen.item.leg)}
    if details and details.next_on and action == "reattempt":
        return gettext("answer.attempt_failed.reattempt_on", day=day(details.next_on), **told)
    return gettext(f"answer.attempt_failed.{action}", hotline=seen.hotline, **told)


def _ready_for_pickup(seen: Circumstances) -> str:
    held = seen.last(EventType.HELD)
    until_on = held.details.until_on if held else None
    told = {"place": _here(seen.item), **things(seen.item.leg)}
    if until_on is None:
        return gettext("answer.ready_for_pickup", **told)
    return gettext("answer.ready_for_pickup_until", day=day(until_on), **told)


def _delivered(seen: Circumstances) -> str:
    item, ended = seen.item, seen.last(*DELIVERIES)
    if ended is None:
        return gettext("answer.delivered.untold", **things(item.leg))
    when = moment(ended.at)
    if item.leg is not Leg.RESULT:
        return gettext("answer.delivered.office", place=item.to_office.name, moment=when, **things(item.leg))
    if ended.details.receiver in {Receiver.RECIPIENT, Receiver.AUTHORISED}:
        return gettext(f"answer.delivered.{ended.details.receiver.value}", moment=when)
    return gettext("answer.delivered.at", moment=when)


def _attention(seen: Circumstances) -> str:
    item = seen.item
    case = citizen_case(item.standing).value
    if case in {CitizenCase.RETURNED, CitizenCase.RETURNING}:
        case += "_to_agency" if item.leg is Leg.RESULT else "_to_sender"
    told = {"place": _here(item), "agency": item.from_office.name, "hotline": seen.hotline}
    return gettext(f"answer.attention.{case}", **told, **things(item.leg))


def what_to_do(seen: Circumstances) -> str:
    item = seen.item
    told = {"hotline": seen.hotline, "number": grouped(item.number), **things(item.leg)}
    if item.state is CitizenState.ATTENTION:
        is_held = citizen_case(item.standing) is CitizenCase.HELD_WHILE_RETURNING
        code = "todo.pickup_of_return" if is_held else "todo.attention"
        return gettext(code, **told)
    if item.state is CitizenState.READY_FOR_PICKUP:
        place = item.at_office or item.to_office
        return gettext("todo.ready_for_pickup", address=place.address, hours=opening_hours(), **told)
    if item.leg is Leg.RESULT and item.state in {CitizenState.OUT_FOR_DELIVERY, CitizenState.DELIVERED}:
        return gettext(f"todo.{item.state.value}.result", **told)
    if seen.is_silent and item.state is not CitizenState.SLIP_CREATED:
        return gettext("todo.silent", **told)
    return gettext(f"todo.{item.state.value}", **told)


def last_news_at(item: TrackedItem) -> datetime:
    return item.standing.last_event_at or item.registered_at
