"""A code nobody knows: why, and which numbers it may have been read from."""

from itertools import pairwise
from string import digits

import pytest
from hypothesis import given, strategies as st

from tests.domain.story import E, Hand, Leg, Role, an_event, with_courier
from tracker.domain.identifiers import make_s10
from tracker.domain.orphans import (
    Likeness,
    UnknownBecause,
    likeness,
    near_numbers,
    strangers_on,
    why_unknown,
)

numbers = st.builds(lambda serial: make_s10("EI", serial).text, st.integers(0, 99_999_999))
CODE = "EI260115006VN"


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("RR473124829VN", UnknownBecause.NOT_REGISTERED),
        ("RR473124820VN", UnknownBecause.BAD_CHECK_DIGIT),
        ("0123456789ABCDEFGHJKMNPQRS", UnknownBecause.NO_SUCH_LABEL),
        ("TUI-CM-1123-07", UnknownBecause.NOTHING_PACKED),
    ],
)
def test_a_code_says_by_its_shape_why_nobody_knows_it(code: str, because: UnknownBecause) -> None:
    assert why_unknown(code) is because


@pytest.mark.parametrize(
    ("number", "how"),
    [
        (CODE, None),
        ("EI260115007VN", Likeness.ONE_SIGN),
        ("RI260115006VN", Likeness.ONE_SIGN),
        ("EI260151006VN", Likeness.SWAPPED),
        ("IE260115006VN", Likeness.SWAPPED),
        ("RR260115006VN", Likeness.SAME_DIGITS),
        ("EI260115990VN", None),
        ("EI206151006VN", None),
        ("EI26011500VN", None),
    ],
)
def test_a_number_is_like_a_code_when_one_slip_lies_between(number: str, how: Likeness | None) -> None:
    assert likeness(CODE, number) is how
    assert likeness(number, CODE) is how


@given(numbers, numbers)
def test_the_numbers_looked_up_are_exactly_those_one_slip_away(code: str, number: str) -> None:
    near = near_numbers(code)

    assert {likeness(code, one) for one in near} <= {Likeness.ONE_SIGN, Likeness.SWAPPED}
    assert (number in near) == (likeness(code, number) in {Likeness.ONE_SIGN, Likeness.SWAPPED})


@given(numbers, st.integers(2, 10), st.sampled_from(digits))
def test_a_mistyped_or_swapped_digit_is_found_again(number: str, place: int, digit: str) -> None:
    mistyped = number[:place] + digit + number[place + 1 :]
    pairs = list(enumerate(pairwise(number)))[2:10]
    swapped = {number[:at] + two + one + number[at + 2 :] for at, (one, two) in pairs}

    assert all(number in near_numbers(code) for code in ({mistyped} | swapped) - {number})


@pytest.mark.parametrize("code", ["0123456789ABCDEFGHJKMNPQRS", "TUI-CM-1", ""])
def test_only_item_numbers_have_neighbours(code: str) -> None:
    assert near_numbers(code) == frozenset()


def test_a_scan_that_its_maker_could_not_make_on_that_leg_is_not_of_the_item() -> None:
    at = with_courier().at
    given_out = an_event(E.COLLECTED, "officer", at, hand=Hand.GIVE)
    arrived = an_event(E.ARRIVED, "postclerk", at, hand=Hand.TAKE)

    assert strangers_on(Leg.SUBMISSION, [given_out, arrived]) == [given_out]
    assert strangers_on(Leg.RESULT, [given_out, arrived]) == []
    assert given_out.actor_role is Role.OFFICER
