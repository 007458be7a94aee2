"""Rules that set custody against the word of the post's own system; that word never moves custody."""

from collections.abc import Iterator

from schedules.reconciliation.both_sides import Facts, post_side
from schedules.reconciliation.seen import Seen, Terms, Why
from tracker.domain.cases import Case, ItemFact, OrderFact
from tracker.domain.vocabulary import Leg, Status

# An order that ended so made room for another on its leg.
MADE_ROOM = frozenset({Status.CANCELLED, Status.RETURNED, Status.LOST, Status.UNCLAIMED})
MOST_ON_A_LEG = 1


def orders_twice(case: Case, leg: Leg) -> Seen | None:
    """Two orders of the post's for one leg; what was sent again on purpose is none of them, nor a past supplement."""
    standing = [order for order in case.orders if order.leg is leg and _takes_the_leg(case, order)]
    if len(standing) < MOST_ON_A_LEG + 1:
        return None
    listed = {f"order_{place}": order.number for place, order in enumerate(standing, start=1)}
    return Seen(
        subject=f"leg:{case.key}:{leg}",
        since_at=standing[1].first_said_at,
        evidence={"post_feed": listed, "agency": {"dossier": case.number}},
        office_id=case.receiving_office_id,
    )


def _takes_the_leg(case: Case, order: OrderFact) -> bool:
    """By the post's word or by custody's: an order without a code stands for the envelope that came of another one."""
    item = case.item_of(order)
    ended = {order.status, item.status if item is not None else None}
    if ended & MADE_ROOM or (item is not None and item.is_resent):
        return False
    return not (order.leg is Leg.SUPPLEMENT and Status.DELIVERED in ended)


def order_mismatch(case: Case, terms: Terms) -> Iterator[Seen | Why]:
    """Known to one side only, or brought to its end by the post's word while custody says otherwise."""
    if terms.post_since is None:
        yield Why.POST_FEED_OFF
        return
    for order in case.orders:
        item = case.item_of(order)
        if item is None:
            yield _mismatch(case, order.number, order, None)
        elif order.status is Status.DELIVERED and (item.is_open or item.status is Status.CANCELLED):
            yield _mismatch(case, item.number, order, item)
    told_of = {order.item_id for order in case.orders}
    for item in case.items:
        is_posted = item.accepted_at is not None and item.accepted_at >= terms.post_since
        if is_posted and item.id not in told_of and item.status is not Status.CANCELLED:
            yield _mismatch(case, item.number, None, item)
    yield Why.BOTH_KNOW


def _mismatch(case: Case, number: str, order: OrderFact | None, item: ItemFact | None) -> Seen:
    ours: Facts = post_side(item) if item else {"item": None}
    theirs: Facts = {"order": None}
    since_at = item.accepted_at if item else None
    if order is not None and item is not None:
        theirs = {"order": order.number, "status": order.status, "claim": order.claim}
        since_at = order.said_at
    elif order is not None:  # its further words are no news: nobody here knows it yet
        theirs = {"order": order.number}
        since_at = order.first_said_at
    assert since_at is not None
    return Seen(
        subject=f"order:{number}",
        since_at=since_at,
        evidence={"post": ours, "post_feed": theirs},
        item_id=item.id if item else None,
        office_id=_office_of(case, item),
    )


def _office_of(case: Case, item: ItemFact | None) -> int | None:
    return (item.office_id or item.from_office_id) if item else case.receiving_office_id
