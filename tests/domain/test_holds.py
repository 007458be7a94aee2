"""A hold lasts until somebody could have come on its last day."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from tests.domain.story import Details, E, Story, an_event, with_courier
from tracker.domain.holds import expires_on, expiry_id, hold_in_force
from tracker.domain.working_time import OfficeHours, WorkCalendar

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (27, 28, 29, 30))
CALENDAR = WorkCalendar(OfficeHours(), frozenset({MONDAY}), frozenset({SATURDAY}), ZoneInfo("Asia/Ho_Chi_Minh"))
"""Monday is a holiday, Saturday is worked in its place."""


def held_until(until_on: date | None) -> Story:
    story = with_courier()
    story.then(E.HELD, "postclerk", details=Details(until_on=until_on))
    return story


@pytest.mark.parametrize(
    ("until_on", "first_on"),
    [
        (FRIDAY, SATURDAY),
        (SATURDAY, SUNDAY),
        (SUNDAY, date(2026, 12, 2)),
        (MONDAY, date(2026, 12, 2)),
    ],
)
def test_a_last_day_on_which_the_office_is_closed_runs_on_through_the_next_working_day(
    until_on: date, first_on: date
) -> None:
    (held,) = [event for event in held_until(until_on).events if event.type is E.HELD]

    assert expires_on(held, 5, CALENDAR) == first_on


def test_a_hold_whose_end_was_not_told_lasts_as_long_as_the_rules_say() -> None:
    (held,) = [event for event in held_until(None).events if event.type is E.HELD]

    assert CALENDAR.local_date(held.effective_at) == date(2026, 11, 23)
    assert expires_on(held, 4, CALENDAR) == SATURDAY


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_hold_is_never_over_before_the_office_was_open_on_its_last_day_or_after_it(until_on: date) -> None:
    held = replace(an_event(E.HELD, "postclerk", with_courier().at), details=Details(until_on=until_on))

    over_on = expires_on(held, 5, CALENDAR)

    assert over_on > until_on
    assert any(CALENDAR.is_working_day(until_on + timedelta(days=n)) for n in range((over_on - until_on).days))


def test_the_last_hold_that_counts_is_the_one_in_force_and_names_its_expiry_for_ever() -> None:
    story = held_until(FRIDAY)
    story.then(E.RELEASED, "postclerk")
    last = story.then(E.HELD, "postclerk", details=Details(until_on=SUNDAY))
    story.then(E.CORRECTED, "supervisor", details=Details(event=last.id))

    in_force = hold_in_force(story.folded, story.events)

    assert in_force is not None
    assert in_force.details.until_on == FRIDAY
    assert expiry_id(in_force) == expiry_id(in_force) != expiry_id(last)
