"""When a hold is over by itself: the last day on which somebody could have come for it must have passed."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from tracker.domain.events import Event, Folded
from tracker.domain.vocabulary import EventType
from tracker.domain.working_time import WorkCalendar

_EXPIRY = "hold_expired"


def hold_in_force(folded: Folded, events: Sequence[Event]) -> Event | None:
    """The last `held` that counts, in folded order."""
    holds = {event.id: event for event in events if event.type is EventType.HELD and event.id in folded.applied}
    return next((holds[event_id] for event_id in reversed(folded.order) if event_id in holds), None)


def expires_on(hold: Event, hold_days: int, calendar: WorkCalendar) -> date:
    """The first day on which it is over.

    A last day on which nobody opens the door is no last day: the hold then runs through the next working day.
    Where its end was not told, it lasts `hold_days` calendar days.
    """
    until_on = hold.details.until_on or calendar.local_date(hold.effective_at) + timedelta(days=hold_days)
    return calendar.working_day_from(until_on) + timedelta(days=1)


def expiry_id(hold: Event) -> UUID:
    """The same for every run: what a killed run began, or a supervisor took back, is never expired a second time."""
    return uuid5(hold.id, _EXPIRY)
