"""A hold that ends because its time is over: decided by the system, with the guard everybody else's decision has."""

from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.policy import required_policy
from tracker.actions.prospects import prospect_of
from tracker.actions.record import record
from tracker.domain.chain import instant
from tracker.domain.events import Event
from tracker.domain.holds import expires_on, expiry_id, hold_in_force
from tracker.domain.vocabulary import EventType, Outcome, Status
from tracker.domain.working_time import WorkCalendar
from tracker.store.queries.calendar import calendar_at
from tracker.store.queries.events import known_event
from tracker.store.queries.holds import HeldItem
from tracker.store.queries.numbers import lock_items
from tracker.store.queries.stories import read_story


def expire_hold(session: Session, item: HeldItem, door: Door) -> bool:
    """Whether it was over and has now been ended. Asked under the item's lock: it may have been collected meanwhile."""
    lock_items(session, [item.id])
    story = read_story(session, item.id)
    hold = hold_in_force(story.folded, [stored.event for stored in story.events])
    if hold is None or story.standing.status is not Status.HELD:
        return False
    calendar = calendar_at(session, door.config.office, story.standing.office)
    if not _is_over(session, item, hold, calendar, door):
        return False
    event = {
        "id": str(expiry_id(hold)),
        "code": item.number,
        "type": EventType.HOLD_EXPIRED.value,
        "occurred_at": instant(door.at),
    }
    return record(session, [event], door)[0].outcome is Outcome.RECORDED


def _is_over(session: Session, item: HeldItem, hold: Event, calendar: WorkCalendar, door: Door) -> bool:
    """What the guard would refuse is not even asked for: a refusal would be written down at every run."""
    if known_event(session, expiry_id(hold)) is not None:
        return False
    hold_days = required_policy(hold.effective_at, door.config).hold_days or 0
    if calendar.local_date(door.at) < expires_on(hold, hold_days, calendar):
        return False
    prospect = prospect_of(session, item.id, EventType.HOLD_EXPIRED, Desk(door.actor, door.at, door.config))
    return prospect is not None and prospect.cause is None
