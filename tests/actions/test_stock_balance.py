"""Opening + came = left + closing, told by the events of the day, and every difference is named."""

from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import Session

from tests.actions.counting import BAG, Counting, in_stock, is_open
from tests.builders import NOW, a_desk, a_door, a_scan
from tests.province import Province, posted, receipt_of, tale_of, with_courier
from tracker.actions.bags import finish_bag, make_bag, put_in, receive_bag, seal_bag, send_bag
from tracker.actions.manifests import LineRead
from tracker.actions.post import RegisteredItem
from tracker.domain.stock import Balance
from tracker.domain.vocabulary import EventType
from tracker.store.queries.manifests import manifest_of
from tracker.store.queries.stock_balance import balance_of

EVENING = NOW + timedelta(hours=7)
UNKNOWN = "RR401009996VN"
pytestmark = pytest.mark.usefixtures("bare_shelves")


def closed(books: Session, province: Province, at: datetime, *, but: frozenset[str] = frozenset()) -> Counting:
    """Everything the record has there is scanned, but these."""
    count = Counting(books, province, at=at)
    count.reads(*(number for number in count.view.held if number not in but)).is_signed()
    return count


def balance(books: Session, count: Counting) -> Balance:
    found = balance_of(books, count.id)
    assert found is not None
    return found


def test_the_first_count_has_nothing_to_begin_from(books: Session, province: Province) -> None:
    assert balance_of(books, closed(books, province, NOW).id) is None


def test_a_day_adds_up_by_name(books: Session, province: Province) -> None:
    stays, leaves = in_stock(books, province, 2, at=NOW - timedelta(hours=1))
    closed(books, province, NOW)
    with_courier(books, province, leaves, at=NOW + timedelta(hours=1))
    (comes,) = in_stock(books, province, 1, at=NOW + timedelta(hours=2))

    told = balance(books, closed(books, province, EVENING))

    assert told == Balance(
        opening=(stays.number, leaves.number),
        came=(comes.number,),
        left=(leaves.number,),
        closing=(stays.number, comes.number),
    )
    assert told.unexplained == ()


def test_who_comes_and_goes_the_same_day_stands_on_both_sides(books: Session, province: Province) -> None:
    closed(books, province, NOW)
    visitor = tale_of(books, province).accepted().with_courier()
    visitor.scan("postclerk", EventType.BACK_AT_OFFICE, counterparty={"kind": "courier", "user": "courier"})
    visitor.with_courier()

    told = balance(books, closed(books, province, EVENING))

    number = visitor.item.number
    assert (told.came, told.left) == ((number, number), (number, number))


def test_what_a_count_took_in_is_the_next_days_opening(books: Session, province: Province) -> None:
    stray = tale_of(books, province).accepted().with_courier().item
    Counting(books, province, at=NOW + timedelta(hours=1)).reads(stray.number).is_signed()

    told = balance(books, closed(books, province, EVENING))

    assert (told.opening, told.came, told.closing) == ((stray.number,), (), (stray.number,))


def test_an_orphan_comes_in_when_it_becomes_known(books: Session, province: Province) -> None:
    Counting(books, province).reads(UNKNOWN).is_signed()
    item = posted(books, province["postclerk"], number=UNKNOWN)

    told = balance(books, closed(books, province, EVENING))

    assert (told.opening, told.came, told.unexplained) == ((), (item.number,), ())


def test_what_travels_in_a_bag_leaves_the_one_and_comes_to_the_other(books: Session, province: Province) -> None:
    (item,) = in_stock(books, province, 1, at=NOW - timedelta(hours=1))
    here = closed(books, province, NOW)
    there = Counting(books, province, "postclerk2")
    there.is_signed(by="postclerk2", second="postclerk2_b")
    _by_bag(books, province, item)

    here, after = closed(books, province, EVENING), Counting(books, province, "postclerk2", at=EVENING)
    after.reads(item.number).is_signed(second="postclerk2_b")

    assert balance(books, here).left == (item.number,)
    assert balance(books, after).came == (item.number,)


def _by_bag(books: Session, province: Province, item: RegisteredItem) -> None:
    doors = (a_door(province["postclerk"], at=NOW + timedelta(minutes=step)) for step in (1, 2, 3))
    packing, sealing, sending = doors
    bag = make_bag(books, "BC.BL", a_desk(province["postclerk"]), packing.random_bytes)
    put_in(books, bag, LineRead(item.number, item.number, item.item_id), packing)
    seal_bag(books, bag, "NP-77", sealing)
    send_bag(books, bag, sending)
    receive_bag(books, bag, seal_ok=True, door=a_door(province["postclerk2"], at=NOW + timedelta(hours=1)))
    view = manifest_of(books, province["postclerk2"], bag)
    assert view is not None
    opening = a_door(province["postclerk2"], at=NOW + timedelta(hours=2))
    finish_bag(books, bag, view.tally.counts, opening)


def test_a_couriers_day_adds_up_too(books: Session, province: Province) -> None:
    held = tale_of(books, province).accepted().with_courier().item
    first = Counting(books, province, "courier", at=NOW + timedelta(hours=1)).reads(held.number)
    first.is_signed(second="postclerk")
    back = a_scan(held.number, EventType.BACK_AT_OFFICE, at=NOW + timedelta(hours=2),
                  counterparty={"kind": "courier", "user": "courier"})  # fmt: skip
    receipt_of(books, province["postclerk"], back, at=NOW + timedelta(hours=2))
    taken = tale_of(books, province).wait(hours=3).accepted().with_courier().item

    evening = Counting(books, province, "postclerk", BAG, at=EVENING).reads(taken.number)
    evening.is_signed(second="courier")

    assert balance(books, evening) == Balance((held.number,), (taken.number,), (held.number,), (taken.number,))


@pytest.mark.parametrize("seed", range(4))
def test_any_day_adds_up_and_each_difference_is_open_work(books: Session, province: Province, seed: int) -> None:
    draw = Random(seed)
    items = in_stock(books, province, 5, at=NOW - timedelta(hours=1))
    closed(books, province, NOW)

    at = _a_days_work(books, province, items, draw)
    there = sorted(Counting(books, province, at=at).view.held)
    lacking = frozenset(draw.sample(there, k=min(1, len(there))))
    told = balance(books, closed(books, province, at, but=lacking))

    assert len(told.opening) + len(told.came) == len(told.left) + len(told.closing)
    assert told.unexplained == ()
    assert {item.number for item in items if is_open(books, item)} == lacking & {item.number for item in items}


def _a_days_work(books: Session, province: Province, items: list[RegisteredItem], draw: Random) -> datetime:
    """Out with the courier, back, kept, let go: whatever the dice say, also against the life cycle."""
    at = NOW
    courier = {"kind": "courier", "user": "courier"}
    deeds = (
        ("courier", EventType.GIVEN_TO_COURIER, {"counterparty": {"kind": "office"}}),
        ("postclerk", EventType.BACK_AT_OFFICE, {"counterparty": courier}),
        ("postclerk", EventType.HELD, {"details": {"until_on": "2026-12-31"}}),
        ("postclerk2", EventType.ARRIVED, {"details": {"seal_ok": True}}),
        ("postclerk", EventType.GIVEN_TO_COURIER, {"counterparty": courier}),
    )
    for _ in range(15):
        at += timedelta(minutes=10)
        who, kind, told = draw.choice(deeds)
        receipt_of(books, province[who], a_scan(draw.choice(items).number, kind, at=at, **told), at=at)
    return at + timedelta(minutes=10)
