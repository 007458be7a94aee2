"""The numbers of the rules in force, as a decision carries them for ever."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from tracker.actions.door import Door
from tracker.config import Config
from tracker.domain.events import Policy
from tracker.domain.vocabulary import EventType
from tracker.domain.working_time import WorkCalendar
from tracker.store.queries.calendar import calendar_at
from tracker.store.queries.stories import ItemStory


def required_policy(at: datetime, config: Config) -> Policy:
    """The numbers of the local day of `at`: what was decided then is never judged by later ones."""
    numbers = config.rules.on(config.office.local_date(at))
    return Policy(
        attempts=numbers.attempts,
        invitations=numbers.invitations,
        gap_working_days=numbers.gap_working_days,
        hold_days=numbers.hold_days,
    )


def last_invited_on(story: ItemStory, calendar: WorkCalendar) -> date | None:
    """None before the first invitation that counts."""
    invited = [
        stored.event.effective_at
        for stored in story.events
        if stored.event.type is EventType.INVITED and stored.event.id in story.folded.applied
    ]
    return calendar.local_date(max(invited)) if invited else None


def policy_in_force(session: Session, story: ItemStory, at: datetime, door: Door) -> Policy:
    """What was required, and the working days measured since the last invitation (None before the first)."""
    calendar = calendar_at(session, door.config.office, story.standing.office)
    last_on = last_invited_on(story, calendar)
    measured = calendar.working_days_between(last_on, calendar.local_date(at)) if last_on else None
    return replace(required_policy(at, door.config), gap_working_days=measured)
