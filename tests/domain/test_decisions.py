"""A decision is a command: it is refused, with one cause, where the rules do not bear it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.domain.story import (
    Details,
    E,
    Leg,
    Policy,
    Receiver,
    Story,
    accepted,
    an_event,
    delivered,
    registered,
    turned,
    with_courier,
)
from tracker.domain.decisions import Decision, check_decision
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import EventType
from tracker.domain.working_time import months_after


def judged(story: Story, event_type: EventType, by: str, *, today: date | None = None, **told: object) -> Cause | None:
    event = an_event(event_type, by, story.at + timedelta(hours=1), **told)
    return check_decision(Decision(event, story.folded, story.events, today=today))


def held(*, invitations: int = 0) -> Story:
    story = accepted(Leg.RESULT)
    story.then(E.HELD, "postclerk")
    for number in range(1, invitations + 1):
        story.then(E.INVITED, "system", number=number)
    return story


def test_a_decision_outside_the_table_is_not_allowed_now() -> None:
    assert judged(accepted(), E.CANCELLED, "clerk") is Cause.NOT_ALLOWED_NOW
    assert judged(registered(), E.RECALLED, "clerk") is Cause.NOT_ALLOWED_NOW
    assert judged(delivered(), E.RECALLED, "clerk") is Cause.NOT_ALLOWED_NOW
    assert judged(turned(accepted()), E.REDIRECTED, "clerk") is Cause.NOT_ALLOWED_NOW
    assert judged(registered(), E.CANCELLED, "clerk") is None


def test_a_scan_is_never_refused_here() -> None:
    assert judged(delivered(), E.ARRIVED, "postclerk") is None
    assert judged(accepted(), E.CORRECTED, "courier", details=Details()) is None


def test_a_return_starts_once() -> None:
    returning = turned(accepted())
    refused = accepted()
    refused.then(E.REFUSED, "postclerk")

    assert judged(returning, E.RETURN_STARTED, "supervisor") is Cause.NOT_ALLOWED_NOW
    assert judged(returning, E.RECALLED, "clerk") is Cause.NOT_ALLOWED_NOW
    assert judged(refused, E.RETURN_STARTED, "supervisor") is None


def test_a_decision_tells_what_its_type_must_tell() -> None:
    assert judged(accepted(), E.FORWARDED, "clerk", details=Details()) is Cause.DETAILS_MISSING
    assert judged(accepted(), E.REDIRECTED, "clerk", details=Details()) is Cause.DETAILS_MISSING
    assert judged(held(), E.INVITED, "postclerk", details=Details()) is Cause.DETAILS_MISSING
    assert judged(accepted(), E.CORRECTED, "supervisor", details=Details()) is Cause.DETAILS_MISSING
    assert judged(accepted(), E.FORWARDED, "clerk") is None


def test_the_first_invitation_waits_for_nothing() -> None:
    assert judged(held(), E.INVITED, "postclerk", number=1) is None


def test_the_second_invitation_waits_two_working_days() -> None:
    story = held(invitations=1)

    assert judged(story, E.INVITED, "postclerk", number=2, policy=Policy(gap_working_days=2)) is None
    assert judged(story, E.INVITED, "postclerk", number=2, policy=Policy(gap_working_days=1)) is Cause.INVITATION_GAP
    assert judged(story, E.INVITED, "postclerk", number=2) is Cause.INVITATION_GAP


def test_invitations_are_counted_one_by_one() -> None:
    assert judged(held(), E.INVITED, "postclerk", number=2) is Cause.BAD_VALUE


def test_a_hold_expires_after_two_invitations_and_its_last_day() -> None:
    last_day = date(2026, 12, 4)

    assert judged(held(invitations=1), E.HOLD_EXPIRED, "system") is Cause.INVITATIONS_NOT_USED_UP
    assert judged(held(invitations=2), E.HOLD_EXPIRED, "system", today=last_day) is Cause.HOLD_NOT_OVER
    assert judged(held(invitations=2), E.HOLD_EXPIRED, "system", today=last_day + timedelta(days=1)) is None


@pytest.mark.parametrize("reason", [None, "invitations_used_up"])
def test_a_return_for_no_show_needs_two_invitations(reason: str | None) -> None:
    assert judged(held(invitations=1), E.RETURN_STARTED, "system", reason=reason) is Cause.INVITATIONS_NOT_USED_UP
    assert judged(held(invitations=2), E.RETURN_STARTED, "system", reason=reason) is None


def test_a_bad_address_needs_no_invitation() -> None:
    assert judged(held(), E.RETURN_STARTED, "supervisor", reason="wrong_address") is None


def missing() -> Story:
    story = accepted()
    story.then(E.MISSING, "postclerk")
    return story


def test_a_loss_needs_two_different_approvers() -> None:
    assert judged(missing(), E.DECLARED_LOST, "supervisor", details=Details()) is Cause.APPROVER_MISSING
    assert judged(missing(), E.DECLARED_LOST, "supervisor", approver="supervisor") is Cause.APPROVER_IS_SAME
    assert judged(missing(), E.DECLARED_LOST, "supervisor", approver="supervisor2") is None


def test_nothing_is_unclaimed_before_six_months_are_over() -> None:
    story = turned(accepted(Leg.RESULT))
    taken_in = story.events[1].effective_at
    after = months_after(taken_in, 6)
    early = an_event(E.UNCLAIMED, "supervisor", after - timedelta(seconds=1))
    due = replace(early, effective_at=after)

    assert check_decision(Decision(early, story.folded, story.events)) is Cause.UNCLAIMED_TOO_EARLY
    assert check_decision(Decision(due, story.folded, story.events)) is None


def test_refused_by_both_sides_is_unclaimed_at_once() -> None:
    story = with_courier(Leg.RESULT)
    story.then(E.REFUSED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk")
    once = judged(story, E.UNCLAIMED, "supervisor")
    story.then(E.REFUSED, "officer")

    assert once is Cause.UNCLAIMED_TOO_EARLY
    assert judged(story, E.UNCLAIMED, "supervisor") is None


def test_a_refusal_told_twice_at_one_door_is_not_the_other_sides() -> None:
    story = with_courier(Leg.RESULT)
    story.then(E.REFUSED, "courier")
    story.then(E.REFUSED, "courier")
    story.then(E.BACK_AT_OFFICE, "postclerk")

    assert judged(story, E.UNCLAIMED, "supervisor") is Cause.UNCLAIMED_TOO_EARLY


def test_unclaimed_needs_a_second_approver_too() -> None:
    story = turned(accepted())

    assert judged(story, E.UNCLAIMED, "supervisor", approver="supervisor") is Cause.APPROVER_IS_SAME


def test_a_supervisor_cannot_correct_a_registration() -> None:
    story = accepted()
    registration, acceptance = story.events

    assert (
        judged(story, E.CORRECTED, "supervisor", details=Details(event=registration.id))
        is Cause.CORRECTION_NOT_ENTITLED
    )
    assert judged(story, E.CORRECTED, "supervisor", details=Details(event=acceptance.id)) is None


def test_six_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_after(datetime(2026, 8, 31, tzinfo=UTC), 6) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_after(datetime(2026, 12, 1, tzinfo=UTC), 1) == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_delivered_item_takes_no_decision_but_a_correction() -> None:
    story = delivered()
    end = story.events[-1]

    assert end.details.receiver is Receiver.RECIPIENT
    assert judged(story, E.CORRECTED, "supervisor", details=Details(event=end.id)) is None
