"""What lies there against what the record says, and when the two agree again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from tracker.domain.events import Custodian, Standing
from tracker.domain.stock import (
    Balance,
    Compared,
    Noted,
    Place,
    Reading,
    Since,
    StockOutcome,
    compare,
    differences_left,
    may_count,
    may_sign,
    may_take_over,
    moves,
    presence_of,
)
from tracker.domain.vocabulary import EventType, Leg, Party, Role, Status

HERE: Place = (Party.OFFICE, "BC.CM")
THERE: Place = (Party.OFFICE, "BC.BL")
COURIER: Place = (Party.COURIER, "courier")
SIX = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)

PLACES = st.sampled_from([HERE, THERE, COURIER])
CODES = st.sampled_from("ABCDEFGHIJ")
HELD = st.dictionaries(CODES, st.sampled_from([Status.AT_OFFICE, Status.HELD, Status.BAGGED, Status.IN_TRANSIT]))


@st.composite
def readings(draw: st.DrawFn) -> tuple[Mapping[str, Status], list[Reading]]:
    by_record = draw(HELD)
    read = draw(st.lists(CODES, unique=True))
    return by_record, [
        Reading(code, draw(st.none() | PLACES), HERE if code in by_record else draw(st.none() | PLACES))
        for code in read
    ]


@given(readings())
def test_every_envelope_falls_to_exactly_one_side(drawn: tuple[Mapping[str, Status], list[Reading]]) -> None:
    by_record, read = drawn

    seen = compare(HERE, by_record, read)

    sides = [seen.found, seen.missing, seen.surplus, seen.away, seen.moved_on]
    assert sum(map(len, sides)) == len(set().union(*sides))
    assert {*seen.found, *seen.missing, *seen.away} >= set(by_record)
    assert {*seen.found, *seen.surplus, *seen.moved_on} == {one.code for one in read}
    assert not set(by_record) & {*seen.surplus, *seen.moved_on}


@given(readings())
def test_the_order_of_scanning_changes_nothing(drawn: tuple[Mapping[str, Status], list[Reading]]) -> None:
    by_record, read = drawn

    assert compare(HERE, by_record, read).stamp == compare(HERE, by_record, reversed(read)).stamp


@given(HELD)
def test_a_stock_that_is_scanned_whole_is_clean(by_record: Mapping[str, Status]) -> None:
    seen = compare(HERE, by_record, [Reading(code, HERE, HERE) for code in by_record])

    assert (seen.is_clean, seen.expected, seen.away) == (True, len(by_record), ())


@pytest.mark.parametrize(
    ("then", "now", "side"),
    [
        (HERE, HERE, "found"),
        (THERE, HERE, "found"),
        (THERE, THERE, "surplus"),
        (None, None, "surplus"),
        (None, (Party.SENDER, None), "surplus"),
        (HERE, COURIER, "moved_on"),
        (THERE, COURIER, "moved_on"),
    ],
)
def test_a_reading_counts_until_the_record_moves_the_envelope(then: Place, now: Place, side: str) -> None:
    seen = compare(HERE, {}, [Reading("A", then, now)])

    assert getattr(seen, side) == ("A",)


def test_what_left_with_the_truck_is_not_missed() -> None:
    seen = compare(HERE, {"A": Status.IN_TRANSIT, "B": Status.AT_OFFICE}, [])

    assert (seen.away, seen.missing) == (("A",), ("B",))


def test_one_that_left_for_one_that_came_is_another_truth() -> None:
    signed = Compared(found=("A",), missing=("B",))

    assert may_sign(Compared(found=("A",), missing=("B",)), signed.stamp)
    assert not may_sign(Compared(found=("A",), missing=("C",)), signed.stamp)


@pytest.mark.parametrize("role", list(Role))
def test_people_count_what_they_answer_for(role: Role) -> None:
    office = {Role.CLERK, Role.POSTCLERK, Role.OFFICER}

    assert may_count(role, Party.OFFICE) is (role in office)
    assert may_count(role, Party.COURIER) is (role in {Role.COURIER, Role.POSTCLERK})
    assert not may_count(role, Party.TRANSPORT)


@pytest.mark.parametrize(
    ("place", "signer", "other", "may"),
    [
        (Party.OFFICE, Role.CLERK, Role.OFFICER, True),
        (Party.OFFICE, Role.POSTCLERK, Role.COURIER, False),
        (Party.COURIER, Role.COURIER, Role.POSTCLERK, True),
        (Party.COURIER, Role.POSTCLERK, Role.COURIER, True),
        (Party.COURIER, Role.POSTCLERK, Role.POSTCLERK, False),
        (Party.COURIER, Role.COURIER, Role.COURIER, False),
    ],
)
def test_a_stock_is_signed_over_to_whoever_may_hold_it(place: Party, signer: Role, other: Role, may: bool) -> None:
    assert may_take_over(place, signer, other) is may


def standing(status: Status, kind: Party = Party.COURIER) -> Standing:
    return Standing(status=status, leg=Leg.SUBMISSION, custodian=Custodian(kind, "courier"))


@pytest.mark.parametrize(
    ("place", "role", "status", "scan"),
    [
        (Party.OFFICE, Role.POSTCLERK, Status.IN_TRANSIT, EventType.ARRIVED),
        (Party.OFFICE, Role.POSTCLERK, Status.WITH_COURIER, EventType.BACK_AT_OFFICE),
        (Party.OFFICE, Role.POSTCLERK, Status.DAMAGED, EventType.BACK_AT_OFFICE),
        (Party.OFFICE, Role.POSTCLERK, Status.REGISTERED, EventType.ARRIVED),
        (Party.OFFICE, Role.POSTCLERK, Status.UNREGISTERED, EventType.ARRIVED),
        (Party.COURIER, Role.COURIER, Status.AT_OFFICE, EventType.GIVEN_TO_COURIER),
        (Party.COURIER, Role.POSTCLERK, Status.AT_OFFICE, EventType.GIVEN_TO_COURIER),
        (Party.OFFICE, Role.OFFICER, Status.WITH_COURIER, None),
        (Party.OFFICE, Role.CLERK, Status.REGISTERED, None),
    ],
)
def test_a_surplus_envelope_gets_the_scan_its_finder_may_make(
    place: Party, role: Role, status: Status, scan: EventType | None
) -> None:
    assert presence_of(place, role, standing(status)) is scan


FIRST, SECOND = UUID(int=1), UUID(int=2)


def noted(outcome: StockOutcome, *, count: UUID = FIRST, place: Place = HERE, at: datetime = SIX) -> Noted:
    return Noted(count, place, at, outcome, HERE)


def since(
    *, holder: Place = HERE, is_final: bool = False, seen: tuple[datetime, ...] = (), last: UUID = FIRST
) -> Since:
    return Since(holder, is_final, seen, {HERE: last})


AFTER, BEFORE = SIX + timedelta(minutes=1), SIX - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "lasts"),
    [
        (since(), True),
        (since(seen=(BEFORE, SIX)), True),
        (since(seen=(AFTER,)), False),
        (since(holder=COURIER), False),
        (since(is_final=True), False),
        (since(last=SECOND), False),
    ],
)
def test_a_missing_envelope_is_missed_until_record_and_count_agree(now: Since, lasts: bool) -> None:
    assert bool(differences_left([noted(StockOutcome.MISSING)], now)) is lasts


def test_a_surplus_envelope_that_was_recorded_here_is_still_to_be_explained() -> None:
    surplus = noted(StockOutcome.SURPLUS)

    assert differences_left([surplus], since(holder=HERE)) == (surplus,)


def test_a_later_count_that_found_it_ends_it_wherever_it_was() -> None:
    surplus = noted(StockOutcome.SURPLUS)
    found = noted(StockOutcome.FOUND, count=SECOND, place=THERE, at=AFTER)

    assert differences_left([surplus, found], since(holder=THERE)) == ()


def test_what_is_missing_in_two_counts_running_is_told_by_the_later() -> None:
    first = noted(StockOutcome.MISSING)
    again = noted(StockOutcome.MISSING, count=SECOND, at=AFTER)

    assert differences_left([first, again], since(last=SECOND)) == (again,)


@given(st.booleans(), st.lists(st.booleans()))
def test_what_came_and_left_leads_from_before_to_after(before: bool, after: list[bool]) -> None:
    came, left = moves(before, after)

    assert before + came - left == (after[-1] if after else before)


def test_a_balance_names_what_does_not_add_up() -> None:
    assert Balance(("A", "B"), ("C",), ("A",), ("B", "C")).unexplained == ()
    assert Balance(("A", "B"), (), (), ("B", "D")).unexplained == ("A", "D")
