"""One id, one body: what is sent again is told again, and what differs changes nothing."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from tests.builders import NOW, PIN, a_door, a_scan, scanned
from tests.province import PACKED, SENDER, Province, accepted, open_codes, posted, receipt_of, with_courier
from tracker.actions.record import record
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import EventType, Outcome
from tracker.store.engine import reading, transaction
from tracker.store.models import Account, DeviceCounter, Discrepancy, EventRow

PATIENCE_SECONDS = 30


@pytest.fixture
def province(own_province: Province) -> Province:
    """These tests commit."""
    return own_province


def test_a_resent_event_gets_its_first_receipt_and_the_standing_of_today(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
    first = receipt_of(books, province["postclerk"], event)
    with_courier(books, province, item, at=NOW + timedelta(minutes=1))

    again = receipt_of(books, province["postclerk"], event)

    assert again.outcome is Outcome.DUPLICATE
    assert (again.id, again.item, again.seq, again.hash) == (first.id, item.number, first.seq, first.hash)
    assert first.standing is not None
    assert again.standing is not None
    assert (first.standing["status"], again.standing["status"]) == ("at_office", "with_courier")
    assert again.head != first.head


def test_the_same_event_twice_in_one_batch_is_recorded_once(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)

    receipts = scanned(books, province["postclerk"], event, event)

    assert [receipt.outcome for receipt in receipts] == [Outcome.RECORDED, Outcome.DUPLICATE]


def test_another_body_under_a_known_id_changes_nothing_and_is_looked_at(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
    first = receipt_of(books, province["postclerk"], event)
    before = books.scalar(select(func.count()).select_from(EventRow))

    other = receipt_of(books, province["postclerk"], event | {"type": "held"})

    assert (other.outcome, other.cause, other.standing) == (Outcome.CONFLICT, "id_conflict", None)
    assert books.scalar(select(func.count()).select_from(EventRow)) == before
    row = books.scalars(select(Discrepancy).where(col(Discrepancy.subject) == f"event:{first.id}")).one()
    assert (row.code, row.office_id) == (DiscrepancyCode.ID_CONFLICT, province["postclerk"].office_id)


def test_what_is_no_part_of_the_body_may_differ(books: Session, province: Province) -> None:
    """The offset is measured anew at each sending; place, note and PIN are never hashed."""
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
    receipt_of(books, province["postclerk"], event | {"clock_offset_ms": 5, "note": "một"})

    again = receipt_of(
        books,
        province["postclerk"],
        event | {"clock_offset_ms": 9, "note": "hai", "place": {"latitude": 9.1, "longitude": 105.1, "accuracy_m": 8}},
    )

    assert again.outcome is Outcome.DUPLICATE


def test_a_resent_event_is_known_before_its_pin_is_looked_at(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    accepted(books, province, item)
    courier = {"kind": "courier", "user": "courier"}
    event = a_scan(item.number, EventType.GIVEN_TO_COURIER, details={"hand": "both"})
    receipt_of(books, province["postclerk"], event | {"counterparty": courier | {"pin": PIN}})

    again = receipt_of(books, province["postclerk"], event | {"counterparty": courier | {"pin": "000000"}})

    assert again.outcome is Outcome.DUPLICATE
    failures = select(col(Account.failed_sign_ins)).where(col(Account.name) == "courier")
    assert books.scalar(failures) == 0


def test_an_event_known_by_another_persons_device_is_a_duplicate_too(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
    receipt_of(books, province["postclerk"], event)

    assert receipt_of(books, province["hotline"], event).outcome is Outcome.DUPLICATE


def test_a_conflicting_event_has_used_its_counter(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED, device_counter=1)
    receipt_of(books, province["postclerk"], event)
    receipt_of(books, province["postclerk"], event | {"device_counter": 2})
    receipt_of(books, province["postclerk"], a_scan(item.number, EventType.HELD, device_counter=3))

    of_this_device = col(Discrepancy.subject).startswith(f"device:{province['postclerk'].device}:")
    gaps = select(col(Discrepancy.id)).where(col(Discrepancy.code) == DiscrepancyCode.COUNTER_GAP, of_this_device)
    assert books.scalars(gaps).all() == []


def test_a_bags_event_sent_again_names_its_bag_and_items_again(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    accepted(books, province, item)
    bag = f"TUI-CM-{item.item_id}"
    receipt_of(books, province["postclerk"], a_scan(item.number, EventType.BAGGED, details={"bag": bag}))
    event = a_scan(bag, EventType.DEPARTED, details={"seal_ok": True})
    first = receipt_of(books, province["postclerk"], event)

    again = receipt_of(books, province["postclerk"], event)

    assert (again.outcome, again.bag, again.items) == (Outcome.DUPLICATE, bag, (item.number,))
    assert (again.seq, again.hash, again.head) == (first.seq, first.hash, first.head)


def test_a_counter_may_be_as_large_as_json_keeps_integers(books: Session, province: Province) -> None:
    item = posted(books, province["postclerk"])
    event = a_scan(item.number, EventType.ACCEPTED, counterparty=SENDER, details=PACKED, device_counter=2**53)

    assert receipt_of(books, province["postclerk"], event).outcome is Outcome.RECORDED
    used = select(col(DeviceCounter.counter)).where(col(DeviceCounter.counter) > 2**40)
    assert books.scalars(used).all() == [2**53]


def test_two_phones_that_send_one_event_at_once_record_it_once(province: Province) -> None:
    """An upload is repeated while the first try still runs; also by way of two codes, where no chain is shared."""
    with transaction(province.engine) as session:
        items = [posted(session, province["postclerk"]) for _ in range(2)]
    event_id = uuid4()
    event = a_scan("", EventType.ACCEPTED, counterparty=SENDER, details=PACKED, id=str(event_id))
    place = {"latitude": 9.1, "longitude": 105.1, "accuracy_m": 8.0}
    outcomes: list[Outcome] = []
    ready = threading.Barrier(4, timeout=PATIENCE_SECONDS)

    def send(number: str) -> None:
        ready.wait()
        with transaction(province.engine) as session:
            door = a_door(province["postclerk"])
            outcomes.extend(one.outcome for one in record(session, [event | {"code": number, "place": place}], door))

    phones = [threading.Thread(target=send, args=(item.number,)) for item in items for _ in range(2)]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join(PATIENCE_SECONDS)

    assert sorted(outcomes) == [Outcome.CONFLICT, Outcome.CONFLICT, Outcome.DUPLICATE, Outcome.RECORDED]
    with reading(province.engine) as session:
        recorded = select(func.count()).select_from(EventRow).where(col(EventRow.event_id) == event_id)
        assert session.scalar(recorded) == 1
        assert {code for item in items for code in open_codes(session, item)} == {"id_conflict"}
