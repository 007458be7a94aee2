"""Stretches of the way that many stories share."""

from datetime import datetime, timedelta

from tests.simulation.story import RESULT, SUBMISSION, Act, Story

MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=20)


def accepted(story: Story, at: datetime, item: int = 0) -> Act:
    return story.scan(at, "postclerk", "accepted", item)


def posted_result(story: Story, at: datetime, **told: object) -> int:
    """At the post office at `at`, registered a moment before; answers the item's place in the story."""
    item = story.register(at - SOON, RESULT, **told)
    accepted(story, at, item)
    return item


def sent_submission(story: Story, at: datetime, who: str = "courier") -> int:
    item = story.register(at - SOON, SUBMISSION)
    story.scan(at, who, "collected", item)
    return item


def received_by_the_office(story: Story, at: datetime, item: int = 0, courier: str = "courier") -> Act:
    """The officer receives, and the courier says so in the same call."""
    return story.scan(at, "officer", "delivered", item, receiver="agency", hand="both", second=courier)


def handed_out(story: Story, at: datetime, item: int = 0, **told: object) -> Act:
    """To the citizen; `who` and `what` where it is not at the counter."""
    who, what = str(told.pop("who", "postclerk")), str(told.pop("what", "handed_out"))
    return story.scan(at, who, what, item, **{"receiver": "recipient", "identity": "seen", **told})


def returned_to_the_agency(story: Story, at: datetime, item: int = 0) -> Act:
    """Nobody wanted it: the agency's officer has it back."""
    story.scan(at - MINUTE, "postclerk", "refused", item)
    return story.scan(at, "officer2", "handed_out", item, receiver="agency")
