"""What is late, and what it changed: nothing that stands last and on time is ever late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from tests.domain.story import E, Story, accepted, registered, with_courier
from tests.domain.test_any_order import Chance, chances
from tracker.domain.events import Custodian, Event, Standing
from tracker.domain.late_evidence import LATE_AFTER, StoryFact, changes, facts_of, is_late, latest_late, order_of_facts
from tracker.domain.standing import fold
from tracker.domain.vocabulary import Direction, Party, Status

HOLDING = facts_of(Standing(status=Status.AT_OFFICE, custodian=Custodian(Party.OFFICE, "PO1")))


@given(chance=chances, minutes=st.integers(0, 59))
@settings(max_examples=300, deadline=None)
def test_what_stands_last_and_on_time_is_never_late(chance: Chance, minutes: int) -> None:
    own, of_bags = chance.history()
    order = order_of_facts(own, fold(own, of_bags))
    by_id = {event.id: event for event in [*own, *of_bags]}

    last = [by_id[event_id] for event_id in order[-1:]]

    assert [is_late(event, order, event.effective_at + timedelta(minutes=minutes)) for event in last] == [
        False for _ in last
    ]


@given(chance=chances, hours=st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_whether_it_is_late_does_not_hang_on_the_order_of_arrival(chance: Chance, hours: int) -> None:
    own, of_bags = chance.history()
    folded, again = fold(own, of_bags), fold(chance.sent_again(own), chance.sent_again(of_bags))
    order, order_again = order_of_facts(own, folded), order_of_facts(own, again)
    later = timedelta(hours=hours)

    late = {event.id for event in own if is_late(event, order, event.effective_at + later)}

    assert late == {event.id for event in own if is_late(event, order_again, event.effective_at + later)}
    assert changes(facts_of(folded.standing), facts_of(again.standing)) == ()


@given(chance=chances)
@settings(max_examples=300, deadline=None)
def test_everything_before_the_last_is_late_however_early_it_was_recorded(chance: Chance) -> None:
    own, of_bags = chance.history()
    order = order_of_facts(own, fold(own, of_bags))

    overtaken = [event for event in own if event.id in order[:-1]]

    assert all(is_late(event, order, event.effective_at) for event in overtaken)


@pytest.mark.parametrize(("after", "late"), [(LATE_AFTER - timedelta(seconds=1), False), (LATE_AFTER, True)])
def test_the_last_scan_is_late_an_hour_after_it_happened(after: timedelta, late: bool) -> None:
    story = with_courier()
    last = story.events[-1]

    assert is_late(last, story.folded.order, last.effective_at + after) is late


def test_a_bags_event_that_did_not_count_is_late_by_its_own_clock_only() -> None:
    story = accepted()
    stray = story.bag(E.ARRIVED, "postclerk2")

    assert stray.id not in story.folded.order
    assert not is_late(stray, story.folded.order, stray.effective_at)
    assert is_late(stray, story.folded.order, stray.effective_at + LATE_AFTER)


def test_a_label_printed_in_the_same_second_makes_no_scan_late() -> None:
    story = with_courier()
    last = story.events[-1]
    story.then(E.LABEL_PRINTED, "postclerk", minutes=0.01)

    assert story.folded.order[-1] != last.id
    assert not is_late(last, order_of_facts(story.events, story.folded), last.effective_at)


def test_of_scans_recorded_together_the_last_late_one_stands_for_all() -> None:
    story = with_courier()
    first, second, third = story.events

    assert latest_late([second, first], story.folded.order, third.effective_at) == second.id
    assert latest_late([third], story.folded.order, third.effective_at) is None
    assert latest_late([], story.folded.order, third.effective_at) is None


@pytest.mark.parametrize(
    ("now", "changed"),
    [
        ({}, ()),
        ({"status": Status.HELD}, (StoryFact.STATUS,)),
        ({"custodian": Custodian(Party.OFFICE, "PO2")}, (StoryFact.CUSTODIAN,)),
        ({"direction": Direction.RETURNING, "attempts": 2}, (StoryFact.DIRECTION, StoryFact.ATTEMPTS)),
        ({"legal_time": with_courier().at}, (StoryFact.LEGAL_TIME,)),
    ],
)
def test_a_change_is_named_by_its_facts(now: dict[str, object], changed: tuple[StoryFact, ...]) -> None:
    assert changes(HOLDING, replace(HOLDING, **now)) == changed  # type: ignore[arg-type]  # a test's words


def test_an_item_without_a_story_yet_has_none_to_change() -> None:
    assert changes(facts_of(Standing()), facts_of(registered().standing)) == ()


def test_a_late_attempt_changes_the_number_of_attempts_and_names_nothing_else() -> None:
    story = Story([*with_courier().events])
    story.at = story.events[-1].effective_at
    story.then(E.ATTEMPT_FAILED, "courier", minutes=30)
    before = facts_of(story.standing)
    late: Event = story.then(E.ATTEMPT_FAILED, "courier", minutes=-10)

    assert late.id == story.folded.order[-2]
    assert changes(before, facts_of(story.standing)) == (StoryFact.ATTEMPTS,)
