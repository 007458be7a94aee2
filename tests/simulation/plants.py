"""One planter per row of the decision table: it bends a story so that exactly that contradiction arises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from uuid import UUID

from tests.simulation import windows
from tests.simulation.clock import day_of, hours_after, wall, worked_day_before
from tests.simulation.endings import (
    SOON,
    accepted,
    handed_out,
    posted_result,
    received_by_the_office,
    returned_to_the_agency,
    sent_submission,
)
from tests.simulation.expected import LONGEST_WAIT_FOR_A_PHONE, SILENT_HOURS
from tests.simulation.story import BY_POST, RESULT, SUBMISSION, SUPPLEMENT, Story
from tests.simulation.windows import Grace, Point, Window, working_days, working_hours

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PHONE = "phone"
SILENT_COURIER = "courier_silent_"
Bend = Callable[[Story, Window], None]


@dataclass(frozen=True, slots=True)
class Plant:
    """`branch` names the grace among those of one rule."""

    code: str
    grace: Grace
    bend: Bend
    branch: str = ""

    def fits(self, point: Point) -> bool:
        """A phone's 72 hours are the longer wait only where four working hours lie well within them."""
        if self.branch == PHONE and hours_after(point.before - LONGEST_WAIT_FOR_A_PHONE + HOUR, 4) > point.before:
            return False
        return self.grace.hour is point.hour


def office_not_receipted(story: Story, when: Window) -> None:
    if story.rng.random() < 0.5:
        story.claim(when.since_at - 2 * HOUR, 1)
    sent_submission(story, when.since_at - 30 * MINUTE)
    received_by_the_office(story, when.since_at)
    story.claim(when.end_at, 2)


def receipted_without_handover(story: Story, when: Window) -> None:
    story.register(when.since_at - 40 * MINUTE, SUBMISSION)
    is_accepted = story.rng.random() < 0.5
    if is_accepted:
        accepted(story, when.since_at - 30 * MINUTE)
    story.claim(when.since_at, story.rng.choice((2, 4)))
    story.scan(when.end_at - SOON, "courier", "given_to_courier" if is_accepted else "collected")
    received_by_the_office(story, when.end_at)


def silent_courier(story: Story) -> str:
    """One for each story: what its phone says at last must not be heard within another's silence."""
    return f"{SILENT_COURIER}{story.name.split()[-1]}"


def receipted_while_the_phone_is_silent(story: Story, when: Window) -> None:
    """Nobody has heard of the holder's phone since: it could have delivered what it could not yet tell."""
    since_at = when.due_at - LONGEST_WAIT_FOR_A_PHONE
    sent_submission(story, since_at - 40 * MINUTE, who=silent_courier(story))
    story.claim(since_at, 2)
    received_by_the_office(story, when.end_at, courier=silent_courier(story))


def postal_order_missing(story: Story, when: Window) -> None:
    story.is_enrolled = story.rng.random() < 0.6
    story.claim(when.since_at, 1, channel=BY_POST)
    if story.rng.random() < 0.7:
        story.claim(when.end_at, 2, channel=1)
        return
    if not story.is_enrolled:
        story.enrol(when.end_at)
    sent_submission(story, when.end_at + SOON)
    received_by_the_office(story, when.end_at + HOUR)
    story.claim(when.end_at + 2 * HOUR, 2)


def result_not_collected(story: Story, when: Window) -> None:
    story.claim(when.since_at, 9)
    if story.rng.random() < 0.6:
        story.claim(when.end_at, 10)
        return
    posted_result(story, when.end_at + SOON)
    handed_out(story, when.end_at + HOUR)
    story.claim(when.end_at + 2 * HOUR, 10)


def posted_before_finished(story: Story, when: Window) -> None:
    story.claim(when.since_at - HOUR, story.rng.choice((2, 4)))
    posted_result(story, when.since_at)
    story.claim(when.end_at, 9)
    handed_out(story, when.end_at + 10 * MINUTE)
    story.claim(when.end_at + HOUR, 10)


def returned_too_early(story: Story, when: Window) -> None:
    story.claim(when.since_at - HOUR, 9)
    posted_result(story, when.since_at - 20 * MINUTE)
    story.claim(when.since_at, 10)
    handed_out(story, when.end_at)


def returned_while_the_phone_is_silent(story: Story, when: Window) -> None:
    since_at = when.due_at - LONGEST_WAIT_FOR_A_PHONE
    story.claim(since_at - HOUR, 9)
    story.register(since_at - 50 * MINUTE, RESULT)
    story.scan(since_at - 40 * MINUTE, silent_courier(story), "collected")
    story.claim(since_at, 10)
    handed_out(story, when.end_at, what="delivered", who=silent_courier(story))


def closing_not_reported(story: Story, when: Window) -> None:
    story.claim(when.since_at - 2 * HOUR, 9)
    posted_result(story, when.since_at - HOUR)
    handed_out(story, when.since_at)
    story.claim(when.end_at, 10)


def wrongly_closed(story: Story, when: Window) -> None:
    story.claim(when.since_at - 3 * HOUR, 9)
    posted_result(story, when.since_at - 2 * HOUR)
    returned_to_the_agency(story, when.since_at - HOUR)
    story.claim(when.since_at, 10)
    again = posted_result(story, when.end_at + SOON, resend=True)
    handed_out(story, when.end_at + HOUR, again)


def papers_must_travel_back(story: Story, when: Window) -> None:
    if story.rng.random() < 0.5:
        story.register(when.since_at - HOUR, SUBMISSION)
        story.claim(when.since_at, story.rng.choice((3, 7, 8)))
        story.scan(when.end_at, "clerk", "cancelled")
        return
    sent_submission(story, when.since_at - 2 * HOUR)
    received_by_the_office(story, when.since_at - HOUR)
    story.claim(when.since_at, 3)
    back = posted_result(story, when.end_at + SOON)
    handed_out(story, when.end_at + HOUR, back)


def citizen_not_informed(story: Story, when: Window) -> None:
    """Papers are missing, and nobody tells the citizen, until the envelope for them is registered."""
    story.claim(when.since_at, 5)
    if story.rng.random() < 0.6:
        story.claim(when.end_at, 4)
        return
    item = story.register(when.end_at, SUPPLEMENT)
    story.scan(when.end_at + 30 * MINUTE, "courier", "collected", item)
    received_by_the_office(story, when.end_at + HOUR, item)
    story.claim(when.end_at + 2 * HOUR, 4)


def duplicate_order(story: Story, when: Window) -> None:
    story.rng.choice((_delivered_twice, _ordered_twice))(story, when)


def _delivered_twice(story: Story, when: Window) -> None:
    """The post's own system tells of the second only when that is over."""
    handed_out(story, when.since_at - 2 * HOUR, posted_result(story, when.since_at - 3 * HOUR))
    twice = posted_result(story, when.since_at - HOUR)
    wrong = handed_out(story, when.since_at, twice)
    story.void(when.end_at, wrong)
    returned_to_the_agency(story, when.end_at + HOUR, twice)
    story.told_by_post(when.end_at + HOUR + SOON, twice)


def _ordered_twice(story: Story, when: Window) -> None:
    """Two collections of one submission; the second order is cancelled."""
    sent_submission(story, when.since_at - HOUR)
    story.told_by_post(when.since_at - HOUR + SOON, "__1")
    story.told_by_post(when.since_at, "__2")
    story.told_by_post(when.end_at, "__2", "cancelled")
    received_by_the_office(story, when.end_at + HOUR)
    story.claim(when.end_at + 2 * HOUR, 2)


def order_mismatch(story: Story, when: Window) -> None:
    story.rng.choice((_unknown_here, _untold, _said_too_early))(story, when)


def _unknown_here(story: Story, when: Window) -> None:
    """The post collects what nobody has registered."""
    story.told_by_post(when.since_at, "__1")
    sent_submission(story, when.end_at)
    received_by_the_office(story, when.end_at + HOUR)
    story.claim(when.end_at + 2 * HOUR, 2)


def _untold(story: Story, when: Window) -> None:
    posted_result(story, when.since_at)
    story.told_by_post(when.end_at, 0)
    handed_out(story, when.end_at + HOUR)


def _said_too_early(story: Story, when: Window) -> None:
    posted_result(story, when.since_at - HOUR)
    story.told_by_post(when.since_at - HOUR + SOON, 0)
    story.told_by_post(when.since_at, 0, "delivered")
    handed_out(story, when.end_at)


def delivery_rule_breach(story: Story, when: Window) -> None:
    posted_result(story, when.since_at - HOUR)
    wrong = handed_out(story, when.since_at, receiver="authorised")
    story.void(when.end_at, wrong)
    handed_out(story, when.end_at + HOUR, receiver="authorised", identity="authorisation")


def money_difference(story: Story, when: Window) -> None:
    fee = story.rng.choice((0, 15_000))
    posted_result(story, when.since_at - 30 * MINUTE, fee=fee)
    wrong = handed_out(story, when.since_at, fees_collected=fee + story.rng.choice((1, 5_000)))
    story.void(when.end_at, wrong)
    handed_out(story, when.end_at + HOUR, fees_collected=fee)


def status_rollback(story: Story, when: Window) -> None:
    farther, back = story.rng.choice(((4, 2), (2, 1), (9, 4)))
    story.by_post = False
    story.claim(when.since_at - HOUR, farther)
    story.claim(when.since_at, back)
    story.claim(when.end_at, farther)


def late_postal(story: Story, when: Window) -> None:
    posted_result(story, _day_before(when.due_at))
    handed_out(story, when.end_at)


def late_processing(story: Story, when: Window) -> None:
    story.by_post = False
    story.claim(when.since_at, 4, due_on=day_of(when.due_at - MINUTE))
    story.claim(when.end_at, 9)


def _day_before(midnight: datetime) -> datetime:
    """When it is posted so that it is due on the day that ends now: any time of the working day before."""
    return wall(worked_day_before(day_of(midnight - MINUTE)), time(9))


def open_handover(story: Story, when: Window) -> None:
    posted_result(story, when.since_at - HOUR)
    handover = str(UUID(int=story.rng.getrandbits(128), version=4))
    story.scan(when.since_at, "postclerk", "given_to_courier", hand="give", to="courier", handover=handover)
    story.scan(when.end_at, "courier", "given_to_courier", handover=handover)
    handed_out(story, when.end_at + 30 * MINUTE, what="delivered", who="courier")


def departed_and_not_arrived(story: Story, when: Window) -> None:
    posted_result(story, when.since_at - HOUR, afar=True)
    story.scan(when.since_at, "postclerk", "departed")
    story.scan(when.end_at, "postclerk2", "arrived")
    handed_out(story, when.end_at + 30 * MINUTE, who="postclerk2")


def _silent_registered(story: Story, when: Window) -> None:
    story.register(when.since_at, RESULT)
    accepted(story, when.end_at)
    handed_out(story, when.end_at + HOUR)


def _silent_collected(story: Story, when: Window) -> None:
    story.register(when.since_at - HOUR, RESULT)
    story.scan(when.since_at, "courier", "collected")
    story.scan(when.end_at, "postclerk", "back_at_office")
    handed_out(story, when.end_at + HOUR)


def _silent_at_office(story: Story, when: Window) -> None:
    posted_result(story, when.since_at)
    story.scan(when.end_at, "courier", "given_to_courier")
    handed_out(story, when.end_at + HOUR, what="delivered", who="courier")


def _silent_after(what: str, ends: str | None) -> Bend:
    """At the post office, whatever befell it there."""

    def bend(story: Story, when: Window) -> None:
        posted_result(story, when.since_at - HOUR)
        story.scan(when.since_at, "postclerk", what)
        if ends is not None:
            story.scan(when.end_at, "postclerk", ends)
        handed_out(story, when.end_at + (HOUR if ends else timedelta()))

    return bend


def _silent_with_courier(story: Story, when: Window) -> None:
    posted_result(story, when.since_at - HOUR)
    story.scan(when.since_at, "courier", "given_to_courier")
    story.scan(when.end_at, "courier", "attempt_failed")
    handed_out(story, when.end_at + HOUR, what="delivered", who="courier")


SILENT: Mapping[str, Bend] = MappingProxyType(
    {
        "registered": _silent_registered,
        "collected": _silent_collected,
        "at_office": _silent_at_office,
        "bagged": _silent_after("bagged", "unbagged"),
        "in_transit": departed_and_not_arrived,
        "with_courier": _silent_with_courier,
        "held": _silent_after("held", None),
        "damaged": _silent_after("damaged", "repacked"),
        "missing": _silent_after("missing", "found"),
    }
)

PLANTS: tuple[Plant, ...] = (
    Plant("office_not_receipted", working_hours(8), office_not_receipted),
    Plant("receipted_without_handover", working_hours(4), receipted_without_handover),
    Plant("receipted_without_handover", working_hours(4), receipted_while_the_phone_is_silent, PHONE),
    Plant("postal_order_missing", working_days(1), postal_order_missing),
    Plant("result_not_collected", working_days(1), result_not_collected),
    Plant("posted_before_finished", working_hours(4), posted_before_finished),
    Plant("returned_too_early", working_hours(4), returned_too_early),
    Plant("returned_too_early", working_hours(4), returned_while_the_phone_is_silent, PHONE),
    Plant("closing_not_reported", working_days(1), closing_not_reported),
    Plant("wrongly_closed", windows.AT_ONCE, wrongly_closed),
    Plant("papers_must_travel_back", working_days(1), papers_must_travel_back),
    Plant("citizen_not_informed", working_days(1), citizen_not_informed),
    Plant("duplicate_order", windows.AT_ONCE, duplicate_order),
    Plant("delivery_rule_breach", windows.AT_ONCE, delivery_rule_breach),
    Plant("money_difference", windows.AT_CLOSING, money_difference),
    Plant("status_rollback", windows.AT_ONCE, status_rollback),
    *(Plant("silent_item", working_hours(hours), SILENT[status], status) for status, hours in SILENT_HOURS.items()),
    Plant("open_handover", working_hours(4), open_handover),
    Plant("open_handover", working_days(2), departed_and_not_arrived, "departed"),
    Plant("order_mismatch", working_days(1), order_mismatch),
    Plant("late_postal", windows.AT_MIDNIGHT, late_postal),
    Plant("late_processing", windows.AT_MIDNIGHT, late_processing),
)
