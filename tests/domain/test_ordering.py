"""One order for a set of events: causes first, then corrected time."""

from datetime import timedelta
from uuid import UUID

from tests.domain.story import START, Details, E, an_event, new_id
from tracker.domain.events import Event
from tracker.domain.ordering import order_events


def at(minutes: float, *, by: str = "courier", **told: object) -> Event:
    return an_event(E.HELD, by, START + timedelta(minutes=minutes), **told)


def ids(*events: Event) -> list[UUID]:
    return [event.id for event in order_events(events).events]


def faults(*events: Event) -> set[int]:
    return set(order_events(events).clock_faults)


def test_without_causes_corrected_time_decides() -> None:
    late, early = at(2), at(1)

    assert ids(late, early) == [early.id, late.id]


def test_the_event_the_device_knew_comes_before() -> None:
    known = at(3)
    follows = at(0, prev=known.id)

    assert ids(follows, known) == [known.id, follows.id]


def test_a_devices_counter_comes_before_its_clock() -> None:
    first = at(3, counter=1)
    second = at(0, counter=2)

    assert ids(second, first) == [first.id, second.id]


def test_counters_of_two_devices_say_nothing_of_each_other() -> None:
    one = at(1, counter=9)
    other = at(2, by="courier2", counter=1)

    assert ids(other, one) == [one.id, other.id]


def test_of_equal_counters_the_least_id_is_the_cause() -> None:
    least, other = at(1, counter=1), at(9, counter=1)
    after = at(0, counter=2)

    assert ids(after, other, least) == [least.id, after.id, other.id]


def test_a_counter_reaches_over_its_gap() -> None:
    first, last = at(5, counter=1), at(4, counter=7)

    assert ids(last, first) == [first.id, last.id]


def test_a_correction_comes_after_what_it_corrects() -> None:
    target = at(3)
    correction = an_event(E.CORRECTED, "postclerk", START, details=Details(event=target.id))

    assert ids(correction, target) == [target.id, correction.id]


def test_registration_leads_whatever_its_clock_and_its_prev() -> None:
    scan = at(0)
    registration = an_event(E.REGISTERED, "clerk", START + timedelta(days=1), prev=scan.id)

    assert ids(scan, registration) == [registration.id, scan.id]


def test_causes_that_are_unknown_or_itself_are_ignored() -> None:
    own = new_id()
    event = at(1, id=own, prev=own)
    other = at(2, prev=new_id())

    assert ids(other, event) == [event.id, other.id]
    assert faults(other, event) == set()


def test_of_a_cycle_the_least_goes_first_and_is_flagged() -> None:
    first_id, second_id = new_id(), new_id()
    first, second = at(1, id=first_id, prev=second_id), at(2, id=second_id, prev=first_id)
    after = at(3, prev=second_id)

    assert ids(after, second, first) == [first.id, second.id, after.id]
    assert faults(after, second, first) == {first.id.int}


def test_what_waits_for_a_cycle_may_be_the_least_of_all_that_remain() -> None:
    first_id, second_id = new_id(), new_id()
    first, second = at(1, id=first_id, prev=second_id), at(2, id=second_id, prev=first_id)
    after = at(0, prev=second_id)

    assert ids(first, second, after) == [after.id, first.id, second.id]
    assert faults(first, second, after) == {after.id.int, first.id.int}


def test_a_cause_five_minutes_younger_is_no_fault_of_the_clock() -> None:
    known = at(5)
    follows = at(0, prev=known.id)

    assert faults(known, follows) == set()


def test_a_cause_more_than_five_minutes_younger_is() -> None:
    known = at(5.01)
    follows = at(0, prev=known.id)

    assert faults(known, follows) == {follows.id.int}


def test_a_scan_that_runs_against_its_own_registration_is_one_too() -> None:
    registration = an_event(E.REGISTERED, "clerk", START + timedelta(days=1))
    scan = at(0, prev=registration.id)

    assert faults(scan, registration) == {scan.id.int}


def test_ties_are_broken_by_device_counter_and_id() -> None:
    by_device = at(0, by="courier1", id=UUID(int=2**100))
    no_counter = at(0, by="courier2", id=UUID(int=2**101))
    counted = at(0, by="courier2", id=UUID(int=2**99), counter=0)
    greater_id = at(0, by="courier2", id=UUID(int=2**102))

    assert ids(greater_id, counted, no_counter, by_device) == [
        by_device.id,
        no_counter.id,
        greater_id.id,
        counted.id,
    ]


def test_ten_thousand_events_that_each_know_the_one_before_keep_their_line() -> None:
    line = [at(-minute) for minute in range(10_000)]
    known = [an_event(E.HELD, "courier", line[0].effective_at)]
    for event in line[1:]:
        known.append(at((event.effective_at - START).total_seconds() / 60, prev=known[-1].id))

    assert ids(*reversed(known)) == [event.id for event in known]
