"""Evidence that came late: whether it did, and what it changed of what the story had said until then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from tracker.domain.events import Custodian, Event, Folded, Standing
from tracker.domain.vocabulary import Direction, EventType, Status

LATE_AFTER = timedelta(hours=24)
"""A courier's day without network is an ordinary day: what comes at its end, in order, overturns nobody's picture."""


class ReviewOutcome(StrEnum):
    ACCEPTED = "accepted"
    ANNOTATED = "annotated"


class StoryFact(StrEnum):
    """What a reader takes from a story."""

    STATUS = "status"
    CUSTODIAN = "custodian"
    DIRECTION = "direction"
    ATTEMPTS = "attempts"
    LEGAL_TIME = "legal_time"


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """A final status is a status as well, so it needs no fact of its own."""

    status: Status
    custodian: Custodian
    direction: Direction
    attempts: int
    legal_time: datetime | None


def facts_of(standing: Standing) -> StoryFacts:
    return StoryFacts(
        standing.status, standing.custodian, standing.direction, standing.attempts, standing.legal_submission_at
    )


def changes(before: StoryFacts, after: StoryFacts) -> tuple[StoryFact, ...]:
    """Nothing is changed where nothing was told before: an item without a story yet has none to mend."""
    if before.status is Status.UNREGISTERED:
        return ()
    return tuple(fact for fact in StoryFact if getattr(before, fact) != getattr(after, fact))


def order_of_facts(events: Iterable[Event], folded: Folded) -> tuple[UUID, ...]:
    """The folded order without the printing of labels: paper is often printed in the same second as the first scan."""
    papers = {event.id for event in events if event.type is EventType.LABEL_PRINTED}
    return tuple(event_id for event_id in folded.order if event_id not in papers)


def is_late(event: Event, order: Sequence[UUID], recorded_at: datetime) -> bool:
    """Others stand after it, or it was recorded long after it took effect.

    A bag's event that did not count for the item has no place in the order, so only its own clock can make it late.
    """
    is_overtaken = event.id in order and order[-1] != event.id
    return is_overtaken or recorded_at - event.effective_at >= LATE_AFTER


def latest_late(events: Iterable[Event], order: Sequence[UUID], recorded_at: datetime) -> UUID | None:
    """Of events that were recorded together the last late one, in that order; it stands for them all."""
    place = {event_id: position for position, event_id in enumerate(order)}
    late = [event for event in events if is_late(event, order, recorded_at)]
    return max(late, key=lambda event: (place.get(event.id, -1), event.id.int)).id if late else None
