"""Dossiers to which nothing remarkable happens, as most of them: the real life cycle with its ordinary delays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from tests.simulation.clock import hours_after, wall
from tests.simulation.endings import handed_out, posted_result, received_by_the_office
from tests.simulation.story import RESULT, SUBMISSION, SUPPLEMENT, Story

BY_POST_SHARE = 0.06
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Pace:
    """The story's clock: one thing after another, in working time."""

    story: Story
    at: datetime

    def on(self, least: float, most: float) -> datetime:
        """So many working hours later."""
        self.at = hours_after(self.at, self.story.rng.uniform(least, most))
        return self.at


def ordinary(story: Story, days: Sequence[date]) -> Story:
    starts_at = wall(story.rng.choice(days[:-12]), time(7)) + timedelta(seconds=story.rng.randint(0, 9 * 3600))
    pace = Pace(story, starts_at)
    if story.rng.random() > BY_POST_SHARE:
        story.by_post = False
        _over_the_counter(story, pace)
        return story
    _posted(story, pace)
    if story.rng.random() < 0.3:
        _supplemented(story, pace)
    story.claim(pace.on(1, 20), 9)
    _sent_home(story, pace)
    _told_by_the_post(story)
    return story


def _told_by_the_post(story: Story) -> None:
    """Its own system tells each acceptance and each end a while after they were heard of here."""
    for act in list(story.acts):
        later_at = act.at + MINUTE * story.rng.uniform(1, 90)
        if act.what in {"accepted", "collected"}:
            story.told_by_post(later_at, act.item)
        if act.what in {"delivered", "handed_out"}:
            story.told_by_post(later_at, act.item, "returned" if act.who == "officer2" else "delivered")


def _over_the_counter(story: Story, pace: Pace) -> None:
    """Only the one-stop system speaks of it."""
    story.claim(pace.at, 1, channel=story.rng.choice((1, 2)))
    story.claim(pace.on(0.2, 4), 2, channel=2)
    story.claim(pace.on(0.5, 8), 4, channel=2)
    if story.rng.random() < 0.5:
        story.claim(pace.on(4, 40), 9, channel=2)
        story.claim(pace.on(1, 16), 10, channel=2)


def _posted(story: Story, pace: Pace) -> None:
    story.register(pace.at, SUBMISSION)
    story.scan(pace.on(0.1, 1), "postclerk", "accepted")
    _to_the_courier(story, pace, 0)
    if story.rng.random() < 0.3:
        story.scan(pace.on(0.3, 1), "courier", "attempt_failed")
    received_by_the_office(story, pace.on(0.3, 1))
    story.claim(pace.on(0.3, 6), 2)
    story.claim(pace.on(0.5, 6), 4)


def _to_the_courier(story: Story, pace: Pace, item: int) -> None:
    """Two hands: the desk gives, the courier takes."""
    handover = str(UUID(int=story.rng.getrandbits(128), version=4))
    story.scan(pace.on(0.1, 2), "postclerk", "given_to_courier", item, hand="give", to="courier", handover=handover)
    story.scan(pace.on(0.05, 0.5), "courier", "given_to_courier", item, handover=handover)


def _supplemented(story: Story, pace: Pace) -> None:
    """Papers are missing, and the citizen posts them."""
    story.claim(pace.on(1, 8), 5)
    item = story.register(pace.on(0.2, 1), SUPPLEMENT)
    story.scan(pace.on(0.3, 2), "courier", "collected", item)
    received_by_the_office(story, pace.on(0.3, 2), item)
    story.claim(pace.on(0.3, 3), 4)


def _sent_home(story: Story, pace: Pace) -> None:
    way = story.rng.choice((_at_the_counter, _by_a_phone_without_network, _from_afar, _refused))
    way(story, pace)


def _at_the_counter(story: Story, pace: Pace) -> None:
    """Nobody was at home: held, invited, fetched."""
    item = posted_result(story, pace.on(0.5, 3))
    _to_the_courier(story, pace, item)
    story.scan(pace.on(0.3, 1), "courier", "attempt_failed", item)
    story.scan(pace.on(0.3, 1), "postclerk", "back_at_office", item)
    story.scan(pace.on(0.1, 0.5), "postclerk", "held", item)
    story.scan(pace.on(0.1, 0.5), "postclerk", "invited", item, number=1)
    handed_out(story, pace.on(1, 12), item)
    story.claim(pace.on(0.3, 4), 10)


def _by_a_phone_without_network(story: Story, pace: Pace) -> None:
    """Two doors, and hours later one upload of both."""
    item = posted_result(story, pace.on(0.5, 3))
    _to_the_courier(story, pace, item)
    failed_at, handed_at = pace.at + 10 * MINUTE, pace.at + 50 * MINUTE
    heard_at = max(pace.on(1, 5), handed_at)
    story.scan(heard_at, "courier", "attempt_failed", item, late=heard_at - failed_at)
    handed_out(story, heard_at, item, what="delivered", who="courier", late=heard_at - handed_at)
    story.claim(pace.on(0.3, 4), 10)


def _from_afar(story: Story, pace: Pace) -> None:
    item = posted_result(story, pace.on(0.5, 3), afar=True)
    story.scan(pace.on(0.3, 2), "postclerk", "departed", item)
    story.scan(pace.on(1, 10), "postclerk2", "arrived", item)
    story.scan(pace.on(0.2, 1), "courier2", "given_to_courier", item)
    handed_out(story, pace.on(0.5, 3), item, what="delivered", who="courier2")
    story.claim(pace.on(0.3, 4), 10)


def _refused(story: Story, pace: Pace) -> None:
    """It goes back to the agency, which keeps the dossier finished and not returned."""
    item = story.register(pace.on(0.5, 3), RESULT)
    story.scan(pace.on(0.1, 1), "postclerk", "accepted", item)
    story.scan(pace.on(0.5, 4), "postclerk", "refused", item)
    story.scan(pace.on(0.5, 4), "officer2", "handed_out", item, receiver="agency")
