"""The numbers of the rules in force, as a decision carries them for ever."""

from datetime import datetime

from sqlmodel import Session

from tracker.actions.door import Door
from tracker.config import Rules
from tracker.domain.events import Policy
from tracker.domain.vocabulary import EventType
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.stories import ItemStory


def required_policy(rules: Rules) -> Policy:
    return Policy(
        attempts=rules.attempts,
        invitations=rules.invitations,
        gap_working_days=rules.gap_working_days,
        hold_days=rules.hold_days,
    )


def policy_in_force(session: Session, story: ItemStory, at: datetime, door: Door) -> Policy:
    """What was required, and the working days measured since the last invitation (None before the first)."""
    invited = [
        stored.event.effective_at
        for stored in story.events
        if stored.event.type is EventType.INVITED and stored.event.id in story.folded.applied
    ]
    calendar = work_calendar(session, door.config.office)
    measured = (
        calendar.working_days_between(calendar.local_date(max(invited)), calendar.local_date(at)) if invited else None
    )
    rules = door.config.rules
    return Policy(
        attempts=rules.attempts,
        invitations=rules.invitations,
        gap_working_days=measured,
        hold_days=rules.hold_days,
    )
