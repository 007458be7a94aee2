"""The decision table once more, written from the papers alone: what must be open, and from when."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType

from tests.simulation.clock import closing_after, closing_of_the_day, day_of, hours_after, midnight_after, wall
from tests.simulation.facts import Facts, ItemFacts, OrderFacts
from tests.simulation.story import BY_POST, RESULT, SUBMISSION, SUPPLEMENT, Key

SILENT_HOURS: Mapping[str, int] = MappingProxyType(
    {
        "registered": 40,
        "collected": 8,
        "at_office": 16,
        "bagged": 8,
        "in_transit": 16,
        "with_courier": 10,
        "held": 24,
        "damaged": 16,
        "missing": 8,
    }
)
LONGEST_WAIT_FOR_A_PHONE = timedelta(hours=72)
# Whose accusation is that the one-stop system said nothing newer: while its feed is down they do not begin.
NEED_THE_FEED = frozenset({"office_not_receipted", "posted_before_finished", "closing_not_reported", "late_processing"})
# The same of the post's own feed, which is down with it here.
NEED_THE_POSTS_FEED = frozenset({"order_mismatch"})
# Whose end the one-stop system's word may bring: while its feed is down they do not end.
REST_ON_CLAIMS = (
    NEED_THE_FEED
    | NEED_THE_POSTS_FEED
    | {
        "receipted_without_handover",
        "postal_order_missing",
        "result_not_collected",
        "returned_too_early",
        "wrongly_closed",
        "papers_must_travel_back",
        "citizen_not_informed",
        "status_rollback",
    }
)


@dataclass(frozen=True, slots=True)
class Phone:
    """Whoever holds the item could have seen what the product has not heard: waited for until then."""

    courier: str
    since_at: datetime
    at_the_latest: datetime


@dataclass(frozen=True, slots=True)
class Due:
    key: Key
    since_at: datetime
    due_at: datetime
    phone: Phone | None = None


Look = Callable[[Facts], Iterator[Due]]


def _item(facts: Facts, item: ItemFacts, code: str) -> Key:
    return facts.story.key(code, "item", str(item.place))


def _leg(facts: Facts, leg: str, code: str) -> Key:
    """One that nobody has entered is known by its number."""
    story = facts.story
    return story.key(code, "leg", leg) if facts.enrolled_at else (code, "leg", "", f"{story.number}:{leg}")


def _after_hours(key: Key, since_at: datetime, hours: int) -> Due:
    return Due(key, since_at, hours_after(since_at, hours))


def _after_a_day(key: Key, since_at: datetime) -> Due:
    return Due(key, since_at, closing_after(since_at, 1))


def office_not_receipted(facts: Facts) -> Iterator[Due]:
    if facts.status not in {1, None}:
        return
    for item in facts.on_leg(SUBMISSION):
        if item.status == "delivered" and item.final_at:
            said_at = facts.within({1}) or item.final_at
            yield _after_hours(_item(facts, item, "office_not_receipted"), max(item.final_at, said_at), 8)


def _before_the_phone(due: Due, item: ItemFacts, said_at: datetime) -> Due:
    if item.courier is None:
        return due
    phone = Phone(item.courier, said_at, due.since_at + LONGEST_WAIT_FOR_A_PHONE)
    return Due(due.key, due.since_at, due.due_at, phone)


def receipted_without_handover(facts: Facts) -> Iterator[Due]:
    said_at = facts.within({2, 4, 5, 6, 9, 10})
    for item in facts.on_leg(SUBMISSION) if said_at else ():
        if item.is_open and said_at:
            key = _item(facts, item, "receipted_without_handover")
            yield _before_the_phone(_after_hours(key, max(said_at, item.registered_at), 4), item, said_at)


def postal_order_missing(facts: Facts) -> Iterator[Due]:
    """A claim that names no channel takes nothing back."""
    channels = [claim for claim in facts.claims if claim.told.get("channel") is not None]
    if not channels or channels[-1].told["channel"] != BY_POST or facts.on_leg(SUBMISSION):
        return
    said_at = min(claim.true_at for claim in channels if claim.told["channel"] == BY_POST)
    yield _after_a_day(_leg(facts, SUBMISSION, "postal_order_missing"), said_at)


def result_not_collected(facts: Facts) -> Iterator[Due]:
    said_at = facts.within({9})
    if said_at and facts.story.by_post and facts.enrolled_at and not facts.on_leg(RESULT):
        yield _after_a_day(_leg(facts, RESULT, "result_not_collected"), said_at)


def posted_before_finished(facts: Facts) -> Iterator[Due]:
    said_at = facts.within({1, 2, 4, 5, 6})
    for item in facts.on_leg(RESULT) if said_at else ():
        is_with_the_post = item.is_open and item.status != "registered"
        if said_at and (is_with_the_post or item.status == "delivered"):
            since_at = max(said_at, item.accepted_at or item.registered_at)
            yield _after_hours(_item(facts, item, "posted_before_finished"), since_at, 4)


def returned_too_early(facts: Facts) -> Iterator[Due]:
    said_at = facts.within({10})
    for item in facts.on_leg(RESULT) if said_at else ():
        if said_at and item.is_open:
            key = _item(facts, item, "returned_too_early")
            yield _before_the_phone(_after_hours(key, max(said_at, item.registered_at), 4), item, said_at)


def closing_not_reported(facts: Facts) -> Iterator[Due]:
    said_at = facts.within({9})
    for item in facts.on_leg(RESULT) if said_at else ():
        if said_at and item.status == "delivered" and item.final_at:
            yield _after_a_day(_item(facts, item, "closing_not_reported"), max(said_at, item.final_at))


def wrongly_closed(facts: Facts) -> Iterator[Due]:
    said_at, results = facts.within({10}), facts.on_leg(RESULT)
    if said_at and results and results[-1].status == "returned" and results[-1].final_at:
        since_at = max(said_at, results[-1].final_at)
        yield Due(_item(facts, results[-1], "wrongly_closed"), since_at, since_at)


def papers_must_travel_back(facts: Facts) -> Iterator[Due]:
    said_at, has_way_back = facts.within({3, 7, 8}), bool(facts.on_leg(RESULT))
    for item in [*facts.on_leg(SUBMISSION), *facts.on_leg(SUPPLEMENT)] if said_at else ():
        travels_on = item.is_open and not item.is_returning
        lies_there = item.leg == SUBMISSION and item.status == "delivered" and not has_way_back
        if said_at and (travels_on or lies_there):
            since_at = max(said_at, item.final_at or item.registered_at)
            yield _after_a_day(_item(facts, item, "papers_must_travel_back"), since_at)


def citizen_not_informed(facts: Facts) -> Iterator[Due]:
    """An envelope for the papers is word enough, and so is a notice; no story sends one."""
    said_at, supplements = facts.within({5}), facts.on_leg(SUPPLEMENT)
    asked_on = said_at and wall(day_of(said_at), time())
    if said_at and asked_on and not any(item.is_open or item.registered_at >= asked_on for item in supplements):
        yield _after_a_day(_leg(facts, SUPPLEMENT, "citizen_not_informed"), said_at)


def duplicate_order(facts: Facts) -> Iterator[Due]:
    for leg in (SUBMISSION, RESULT):
        delivered = [item for item in facts.on_leg(leg) if item.status == "delivered"]
        twice = [item for item in delivered[1:] if not item.is_resent and item.final_at]
        if twice and twice[0].final_at:
            yield Due(_leg(facts, leg, "duplicate_order"), twice[0].final_at, twice[0].final_at)
    yield from _ordered_twice(facts)


def _ordered_twice(facts: Facts) -> Iterator[Due]:
    """By the post's own word, whatever became of the envelopes: unless the first made room or the second is meant."""
    for leg in (SUBMISSION, RESULT, SUPPLEMENT):
        standing = [order for order in facts.orders if order.leg == leg and _takes_the_leg(order)]
        if len(standing) > 1:
            since_at = standing[1].words[0].true_at
            yield Due(_leg(facts, leg, "duplicate_order"), since_at, since_at)


def _takes_the_leg(order: OrderFacts) -> bool:
    item = order.item
    ended = {order.status, item.status if item else None}
    is_past_supplement = order.leg == SUPPLEMENT and "delivered" in ended
    return not ended & {"cancelled", "returned"} and not is_past_supplement and not (item and item.is_resent)


def order_mismatch(facts: Facts) -> Iterator[Due]:
    for order in facts.orders:
        item = order.item
        if item is None:
            key = ("order_mismatch", "order", "", f"{facts.story.number}{order.name}")
            yield _after_a_day(key, order.words[0].true_at)
        elif order.status == "delivered" and (item.is_open or item.status == "cancelled"):
            yield _after_a_day(_order(facts, item), order.words[-1].true_at)
    told_of = [order.item.place for order in facts.orders if order.item]
    for item in facts.items:
        if item.accepted_at and item.place not in told_of and item.status != "cancelled":
            yield _after_a_day(_order(facts, item), item.accepted_at)


def _order(facts: Facts, item: ItemFacts) -> Key:
    return facts.story.key("order_mismatch", "order", str(item.place))


def delivery_rule_breach(facts: Facts) -> Iterator[Due]:
    for item in facts.items:
        told = item.handed.told if item.handed else {}
        if item.final_at and told.get("receiver") == "authorised" and told.get("identity") == "seen":
            yield Due(_item(facts, item, "delivery_rule_breach"), item.final_at, item.final_at)


def money_difference(facts: Facts) -> Iterator[Due]:
    for item in facts.items:
        told = item.handed.told if item.handed else {}
        if item.status == "delivered" and item.final_at and told.get("fees_collected", 0) != item.fee_due:
            yield Due(_item(facts, item, "money_difference"), item.final_at, closing_of_the_day(item.final_at))


_PAUSES = frozenset({5, 6, 8})
_FORWARD = {1: 1, 2: 2, 4: 3, 5: 3, 6: 3, 8: 3, 9: 4, 10: 5, 3: 5, 7: 5}


def status_rollback(facts: Facts) -> Iterator[Due]:
    farthest, back_at = 0, None
    for claim in facts.claims:
        status = int(str(claim.told["status"]))
        if _FORWARD[status] < farthest:
            back_at = back_at or claim.true_at
            continue
        back_at = None
        farthest = farthest if status in _PAUSES else _FORWARD[status]
    if back_at and facts.enrolled_at:
        yield Due(facts.story.key("status_rollback", "dossier"), back_at, back_at)


def silent_item(facts: Facts) -> Iterator[Due]:
    for item in facts.items:
        if item.is_open:
            yield _after_hours(_item(facts, item, "silent_item"), item.last_at, SILENT_HOURS[item.status])


def open_handover(facts: Facts) -> Iterator[Due]:
    for item in facts.items:
        offer = item.offer
        if offer and item.is_open:
            key = facts.story.key("open_handover", "handover", offer.handover)
            if offer.is_departure:
                yield Due(key, offer.since_at, closing_after(offer.since_at, 2))
            else:
                yield _after_hours(key, offer.since_at, 4)


def late_postal(facts: Facts) -> Iterator[Due]:
    for item in facts.items:
        if item.is_open:
            due_at = midnight_after(item.due_on)
            yield Due(_item(facts, item, "late_postal"), due_at, due_at)


def late_processing(facts: Facts) -> Iterator[Due]:
    told = [claim.told["due_on"] for claim in facts.claims if claim.told.get("due_on")]
    if told and facts.enrolled_at and facts.status not in {9, 10, 3, 7}:
        due_at = midnight_after(told[-1])  # type: ignore[arg-type]  # told as a date
        yield Due(facts.story.key("late_processing", "dossier"), due_at, due_at)


TABLE: Mapping[str, Look] = MappingProxyType(
    {
        look.__name__: look
        for look in (
            office_not_receipted,
            receipted_without_handover,
            postal_order_missing,
            result_not_collected,
            posted_before_finished,
            returned_too_early,
            closing_not_reported,
            wrongly_closed,
            papers_must_travel_back,
            citizen_not_informed,
            duplicate_order,
            delivery_rule_breach,
            money_difference,
            status_rollback,
            order_mismatch,
            silent_item,
            open_handover,
            late_postal,
            late_processing,
        )
    }
)


def dues_of(facts: Facts) -> list[Due]:
    """Every contradiction that holds by what is known, past its grace or not."""
    return [due for look in TABLE.values() for due in look(facts)]
