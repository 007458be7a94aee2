"""Codes that stand for nothing yet: why nobody knows them, and which items they may have been meant for."""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from string import ascii_uppercase, digits

from tracker.domain.events import Event
from tracker.domain.identifiers import parse_bag_number, parse_s10, parse_token
from tracker.domain.roles import may_make
from tracker.domain.vocabulary import Leg


class UnknownBecause(StrEnum):
    BAD_CHECK_DIGIT = "bad_check_digit"
    NOT_REGISTERED = "not_registered"
    NO_SUCH_LABEL = "no_such_label"
    NOTHING_PACKED = "nothing_packed"


class Likeness(StrEnum):
    """The likeliest first."""

    ONE_SIGN = "one_sign"
    SWAPPED = "swapped"
    SAME_DIGITS = "same_digits"
    SAME_PLACE = "same_place"


class AdoptionReason(StrEnum):
    MISREAD = "misread"
    OTHER_LABEL = "other_label"
    SEEN = "seen"


def why_unknown(code: str) -> UnknownBecause:
    if parse_bag_number(code):
        return UnknownBecause.NOTHING_PACKED
    number = parse_s10(code) if parse_token(code) is None else None
    if number is None:
        return UnknownBecause.NO_SUCH_LABEL
    return UnknownBecause.NOT_REGISTERED if number.check_is_right else UnknownBecause.BAD_CHECK_DIGIT


def likeness(code: str, number: str) -> Likeness | None:
    """How an item's number could have been read or typed as this code; None where it could not, or is the same."""
    if code == number or len(code) != len(number):
        return None
    apart = [place for place, (one, other) in enumerate(zip(code, number, strict=True)) if one != other]
    if len(apart) == 1:
        return Likeness.ONE_SIGN
    if _are_swapped(apart, code, number):
        return Likeness.SWAPPED
    return Likeness.SAME_DIGITS if digits_of(code) and digits_of(code) == digits_of(number) else None


def _are_swapped(apart: list[int], code: str, number: str) -> bool:
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return (code[first], code[second]) == (number[second], number[first])


def digits_of(code: str) -> str:
    """The nine of an S10 number; empty for any other code."""
    number = parse_s10(code)
    return f"{number.serial}{number.check}" if number else ""


def near_numbers(code: str) -> frozenset[str]:
    """Every number one sign away from an S10-shaped code, or with two neighbours swapped; empty for other codes."""
    if parse_s10(code) is None:
        return frozenset()
    return frozenset(_one_sign_away(code)) | frozenset(_neighbours_swapped(code)) - {code}


def _one_sign_away(code: str) -> Iterable[str]:
    for place, sign in enumerate(code):
        for other in digits if sign in digits else ascii_uppercase:
            if other != sign:
                yield code[:place] + other + code[place + 1 :]


def _neighbours_swapped(code: str) -> Iterable[str]:
    for place, (one, other) in enumerate(pairwise(code)):
        yield code[:place] + other + one + code[place + 2 :]


def strangers_on(leg: Leg, events: Iterable[Event]) -> list[Event]:
    """Scans that their makers could not have made of an item of this leg: they cannot have been of it."""
    return [
        event
        for event in events
        if not may_make(event.actor_role, event.type, event.hand, leg=leg, at_service_point=True)
    ]
