"""A device counts what it sends; a number that never came is a scan that was lost on the way."""

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import Session, col

from tests.builders import NOW, a_door, a_scan
from tests.province import Province, posted
from tracker.actions.counters import use_counter
from tracker.actions.record import record
from tracker.domain.actor import Actor
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.vocabulary import EventType
from tracker.store.models import Device, Discrepancy


def a_device(books: Session, province: Province) -> Actor:
    """Of the postclerk, never used before."""
    actor = replace(province["postclerk"], device="token-of-this-test")
    books.add(Device(id=actor.device, account_id=actor.account_id, kind="token", created_at=NOW))
    books.flush()
    return actor


def send(books: Session, device: Actor, item: str, *counters: int) -> None:
    scans = [a_scan(item, EventType.ARRIVED, device_counter=counter) for counter in counters]
    record(books, scans, a_door(device))


def gaps(books: Session, device: Actor, state: DiscrepancyState = DiscrepancyState.OPEN) -> set[str]:
    """First missing numbers, as their subjects tell them."""
    subjects = select(col(Discrepancy.subject)).where(
        col(Discrepancy.code) == DiscrepancyCode.COUNTER_GAP, col(Discrepancy.state) == state
    )
    prefix = f"device:{device.device}:"
    return {subject.removeprefix(prefix) for subject in books.scalars(subjects) if subject.startswith(prefix)}


def test_a_device_may_begin_to_count_anywhere(books: Session, province: Province) -> None:
    device, item = a_device(books, province), posted(books, province["postclerk"]).number

    send(books, device, item, 40, 41)
    send(books, device, item, 42)

    assert gaps(books, device) == set()


def test_a_number_left_out_is_a_lost_scan_until_it_comes(books: Session, province: Province) -> None:
    device, item = a_device(books, province), posted(books, province["postclerk"]).number
    send(books, device, item, 1)

    send(books, device, item, 4)
    assert gaps(books, device) == {"2"}
    send(books, device, item, 5)
    assert gaps(books, device) == {"2"}
    send(books, device, item, 2)
    assert gaps(books, device) == {"3"}
    send(books, device, item, 3)

    assert gaps(books, device) == set()
    assert gaps(books, device, DiscrepancyState.CLOSED) == {"2", "3"}


def test_a_hole_inside_one_batch_is_seen(books: Session, province: Province) -> None:
    device, item = a_device(books, province), posted(books, province["postclerk"]).number
    send(books, device, item, 1)

    send(books, device, item, 2, 5, 3)

    assert gaps(books, device) == {"4"}


def test_a_gap_that_another_batch_filled_unseen_ends_with_the_next_scan(books: Session, province: Province) -> None:
    device, item = a_device(books, province), posted(books, province["postclerk"]).number
    send(books, device, item, 1)
    send(books, device, item, 3)
    # As a batch at the same moment leaves it: the number is used, and the gap was not there to be ended yet.
    use_counter(books, device.device, 2)

    send(books, device, item, 4)

    assert gaps(books, device) == set()
