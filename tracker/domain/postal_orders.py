"""What the post's own system said, one word at a time, as the orders it knows of one dossier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.cases import ItemFact, OrderFact
from tracker.domain.vocabulary import Leg, Status

# One-stop systems make the order number of a collection of a dossier's number and a suffix behind this.
ORDER_SUFFIX = "__"


@dataclass(frozen=True, slots=True)
class PostalWord:
    """One claim, known here since `known_at`. `of_dossier`: its order number is the dossier's, suffix or not."""

    id: int
    order_number: str
    item_code: str
    item_id: int | None
    of_dossier: bool
    status: Status | None
    said_at: datetime
    known_at: datetime


def orders_of(words: Iterable[PostalWord], items: Sequence[ItemFact] = ()) -> tuple[OrderFact, ...]:
    """First told of first. An order number with several item codes is as many orders; one whose code came later is one.
    One item code is one order, whatever numbers the post's several systems know it by.

    Which item of ours it is: the one with its code; without a code, the newest envelope on its leg.
    """
    found: dict[str, list[PostalWord]] = {}
    for word in words:
        found.setdefault(word.order_number, []).append(word)
    parts: dict[str, dict[int, PostalWord]] = {}
    for told in found.values():
        for number, part in _by_code(told):
            parts.setdefault(number, {}).update((word.id, word) for word in part)
    orders = [_order(number, list(part.values()), items) for number, part in parts.items()]
    return tuple(sorted(orders, key=lambda order: (order.first_said_at, order.claim)))


def _by_code(told: Sequence[PostalWord]) -> list[tuple[str, list[PostalWord]]]:
    codes = sorted({word.item_code for word in told if word.item_code})
    if not codes:
        return [(told[0].order_number, list(told))]
    return [(code, [word for word in told if word.item_code in ("", code)]) for code in codes]


def _order(number: str, told: Sequence[PostalWord], items: Sequence[ItemFact]) -> OrderFact:
    last = max(told, key=lambda word: (word.said_at, word.id))
    item = _item_of(number, told, items)
    return OrderFact(
        number=number,
        leg=item.leg if item else _leg_of(last),
        status=next((word.status for word in sorted(told, key=_newest_first) if word.status), None),
        claim=last.id,
        first_said_at=min(word.said_at for word in told),
        said_at=last.said_at,
        item_id=item.id if item else None,
    )


def _newest_first(word: PostalWord) -> tuple[float, int]:
    return (-word.said_at.timestamp(), -word.id)


def _item_of(number: str, told: Sequence[PostalWord], items: Sequence[ItemFact]) -> ItemFact | None:
    ids = {word.item_id for word in told}
    by_code = [item for item in items if item.id in ids or item.number == number.upper()]
    if by_code or any(word.item_code for word in told):
        return by_code[-1] if by_code else None
    leg = _leg_of(told[0])
    on_leg = [item for item in items if item.leg is leg and item.status is not Status.CANCELLED]
    return on_leg[-1] if on_leg else None


def _leg_of(word: PostalWord) -> Leg | None:
    """Of an order made of a dossier's number; None where the number tells nothing."""
    if not word.of_dossier:
        return None
    return Leg.SUBMISSION if ORDER_SUFFIX in word.order_number else Leg.RESULT
