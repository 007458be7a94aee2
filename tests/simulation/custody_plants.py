"""One planter per contradiction that recording itself must open, in the transaction of the scan that shows it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from tests.builders import POST_AFAR
from tests.simulation.endings import accepted, handed_out, posted_result, received_by_the_office, sent_submission
from tests.simulation.story import PRINT, RESULT, Key, Story
from tracker.domain.identifiers import make_s10

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Bend = Callable[[Story, datetime], None]


def _item(story: Story, code: str, at: datetime) -> None:
    story.opens(story.key(code, "item", "0"), at)


def _named(code: str, kind: str, name: object) -> Key:
    return (code, kind, "", str(name))


def orphan_scan(story: Story, at: datetime) -> None:
    code = make_s10("LX", story.rng.randrange(10_000_000, 99_999_999)).text
    story.scan(at, "postclerk", "arrived", code=code, is_elsewhere=True)
    story.opens(_named("orphan_scan", "code", code), at)


def missed_scan(story: Story, at: datetime) -> None:
    story.register(at - HOUR, RESULT)
    story.scan(at, "courier", "given_to_courier")
    handed_out(story, at + 30 * MINUTE, what="delivered", who="courier")
    _item(story, "missed_scan", at)


def unexpected_event(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    story.scan(at, "postclerk", "released")
    handed_out(story, at + 30 * MINUTE)
    _item(story, "unexpected_event", at)


def after_final(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    handed_out(story, at - 30 * MINUTE)
    story.scan(at, "postclerk", "held", is_lost_on=True)
    _item(story, "after_final", at)


def two_holders(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    story.scan(at - 2 * MINUTE, "courier", "given_to_courier")
    story.scan(at, "courier_counting", "given_to_courier")
    handed_out(story, at + 30 * MINUTE, what="delivered", who="courier_counting")
    _item(story, "two_holders", at)


def direction_mismatch(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    story.scan(at, "officer2", "handed_out", receiver="agency", hand="take")
    _item(story, "direction_mismatch", at)


def clock_fault(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    ahead = story.scan(at, "postclerk", "held", clock=at + 2 * HOUR)
    handed_out(story, at + 30 * MINUTE)
    story.opens(_named("clock_fault", "event", ahead.id), at)


def wrong_office(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    story.scan(at, "postclerk", "held", office=POST_AFAR)
    handed_out(story, at + 30 * MINUTE)
    _item(story, "wrong_office", at)


def misrouted(story: Story, at: datetime) -> None:
    posted_result(story, at - HOUR)
    story.scan(at - 30 * MINUTE, "postclerk", "departed")
    story.scan(at, "postclerk2", "arrived")
    handed_out(story, at + 30 * MINUTE, who="postclerk2")
    _item(story, "misrouted", at)


def old_label_used(story: Story, at: datetime) -> None:
    story.register(at - HOUR, RESULT)
    story.scan(at - 50 * MINUTE, "clerk", PRINT)
    story.scan(at - 40 * MINUTE, "clerk", PRINT)
    story.scan(at, "postclerk", "accepted", label=0)
    handed_out(story, at + 30 * MINUTE)
    _item(story, "old_label_used", at)


def details_missing(story: Story, at: datetime) -> None:
    story.register(at - HOUR, RESULT)
    story.scan(at, "postclerk", "accepted", bare=True)
    handed_out(story, at + 30 * MINUTE)
    _item(story, "details_missing", at)


def rule_breach(story: Story, at: datetime) -> None:
    """One attempt more than allowed."""
    posted_result(story, at - 2 * HOUR)
    story.scan(at - 90 * MINUTE, "courier", "given_to_courier")
    for before in (60, 40, 20, 0):
        story.scan(at - before * MINUTE, "courier", "attempt_failed")
    handed_out(story, at + 30 * MINUTE, what="delivered", who="courier")
    _item(story, "rule_breach", at)


def count_mismatch(story: Story, at: datetime) -> None:
    """Scanned in another town while its bag says it is inside."""
    posted_result(story, at - HOUR, afar=True)
    story.scan(at - 30 * MINUTE, "postclerk", "bagged")
    story.scan(at, "postclerk2", "arrived")
    handed_out(story, at + 30 * MINUTE, who="postclerk2")
    _item(story, "count_mismatch", at)
    _item(story, "missed_scan", at)


def id_conflict(story: Story, at: datetime) -> None:
    """The same id once more with another body."""
    story.register(at - HOUR, RESULT)
    first = accepted(story, at - 30 * MINUTE)
    story.scan(at, "postclerk", "held", id=first.id, outcome="conflict", is_elsewhere=True)
    handed_out(story, at + 30 * MINUTE)
    story.opens(_named("id_conflict", "event", first.id), at)


def legal_time_changed(story: Story, at: datetime) -> None:
    sent_submission(story, at - 2 * HOUR)
    wrong = received_by_the_office(story, at - HOUR)
    story.void(at, wrong)
    received_by_the_office(story, at + 30 * MINUTE)
    story.claim(at + HOUR, 2)
    _item(story, "legal_time_changed", at)


CUSTODY_PLANTS: Mapping[str, Bend] = MappingProxyType(
    {
        bend.__name__: bend
        for bend in (
            orphan_scan,
            missed_scan,
            unexpected_event,
            after_final,
            two_holders,
            direction_mismatch,
            clock_fault,
            wrong_office,
            misrouted,
            old_label_used,
            details_missing,
            rule_breach,
            count_mismatch,
            id_conflict,
            legal_time_changed,
        )
    }
)


def counter_gap(story: Story, moments: Sequence[datetime]) -> None:
    """One phone that counts by tens from the second scan on: nine numbers never came."""
    story.register(moments[0] - HOUR, RESULT)
    accepted(story, moments[0] - 30 * MINUTE)
    story.scan(moments[0], "courier_counting", "given_to_courier", device_counter=1)
    for place, at in enumerate(moments[1:], start=1):
        story.scan(at, "courier_counting", "attempt_failed" if place < 3 else "damaged", device_counter=1 + 10 * place)
        story.opens(_named("counter_gap", "phone", 10 * place - 8), at)
