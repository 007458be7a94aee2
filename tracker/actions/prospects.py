"""What a person may decide about an item now, and what a guard would say to it: read before anything is filled in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.policy import last_invited_on, required_policy
from tracker.domain.decisions import MONTHS_UNTIL_UNCLAIMED, Decision, check_decision
from tracker.domain.events import Details, Event, Policy
from tracker.domain.lifecycle import kind_of, next_events
from tracker.domain.refusal import Cause
from tracker.domain.vocabulary import EventType, Kind, Role
from tracker.domain.working_time import WorkCalendar, months_after
from tracker.store.queries.calendar import calendar_at
from tracker.store.queries.catalogue import office_of
from tracker.store.queries.stories import ItemStory, read_story

_NOT_YET = UUID(int=0)
_SOMEBODY_ELSE = "-"


@dataclass(frozen=True, slots=True)
class Prospect:
    """`cause` is None where it may be decided at once. `first_on` is the first day allowed, where a day decides.

    `number` counts this invitation; `done` and `required` are invitations, where too few of them are the cause.
    """

    type: EventType
    cause: Cause | None = None
    first_on: date | None = None
    number: int | None = None
    done: int = 0
    required: int = 0


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Everything that is the same for all decisions about one item."""

    story: ItemStory
    by: Desk
    numbers: Policy
    calendar: WorkCalendar


def prospects(session: Session, item_id: int, by: Desk) -> list[Prospect]:
    """Decisions that role and status bear, in the order of the table."""
    story = read_story(session, item_id)
    point = by.actor.role is Role.CLERK and office_of(session, by.actor.office_id).service_point
    calendar = calendar_at(session, by.config.office, story.standing.office)
    outlook = _Outlook(story, by, required_policy(by.at, by.config), calendar)
    return [
        _prospect(outlook, kind)
        for kind in next_events(story.standing, by.actor.role, at_service_point=point)
        if kind_of(kind, by.actor.role) is Kind.DECISION
    ]


def prospect_of(session: Session, item_id: int, kind: EventType, by: Desk) -> Prospect | None:
    """None for what role or status does not bear."""
    return next((one for one in prospects(session, item_id, by) if one.type is kind), None)


def _prospect(outlook: _Outlook, kind: EventType) -> Prospect:
    standing = outlook.story.standing
    cause = check_decision(_as_if(outlook, kind))
    if kind is EventType.RETURN_STARTED and cause is Cause.INVITATIONS_NOT_USED_UP:
        cause = None  # on other grounds it may begin at once
    return Prospect(
        type=kind,
        cause=cause,
        first_on=_first_on(outlook, cause),
        number=standing.invitations + 1 if kind is EventType.INVITED else None,
        done=standing.invitations,
        required=outlook.numbers.invitations or 0,
    )


def _as_if(outlook: _Outlook, kind: EventType) -> Decision:
    """Made now, with everything told that its form will ask for."""
    by, story = outlook.by, outlook.story
    details = Details(
        number=story.standing.invitations + 1,
        office=by.actor.office_code,
        approver=_SOMEBODY_ELSE,
        policy=Policy(gap_working_days=_days_since_invited(outlook)),
    )
    event = Event(
        id=_NOT_YET,
        type=kind,
        effective_at=by.at,
        device=by.actor.device,
        actor=by.actor.name,
        actor_role=by.actor.role,
        details=details,
    )
    return Decision(
        event,
        story.folded,
        events=[stored.event for stored in story.events],
        required=outlook.numbers,
        today=outlook.calendar.local_date(by.at),
    )


def _days_since_invited(outlook: _Outlook) -> int | None:
    last_on = last_invited_on(outlook.story, outlook.calendar)
    today = outlook.calendar.local_date(outlook.by.at)
    return outlook.calendar.working_days_between(last_on, today) if last_on else None


def _first_on(outlook: _Outlook, cause: Cause | None) -> date | None:
    match cause:
        case Cause.INVITATION_GAP:
            last_on, gap = last_invited_on(outlook.story, outlook.calendar), outlook.numbers.gap_working_days
            return outlook.calendar.add_working_days(last_on, gap) if last_on and gap else None
        case Cause.HOLD_NOT_OVER:
            until_on = _last_applied(outlook.story, EventType.HELD).details.until_on
            return until_on + timedelta(days=1) if until_on else None
        case Cause.UNCLAIMED_TOO_EARLY:
            accepted_at = _accepted_at(outlook.story)
            return (
                outlook.calendar.local_date(months_after(accepted_at, MONTHS_UNTIL_UNCLAIMED)) if accepted_at else None
            )
        case _:
            return None


def _applied(story: ItemStory, *kinds: EventType) -> list[Event]:
    found = [stored.event for stored in story.events if stored.event.type in kinds]
    return sorted((event for event in found if event.id in story.folded.applied), key=lambda one: one.effective_at)


def _last_applied(story: ItemStory, kind: EventType) -> Event:
    return _applied(story, kind)[-1]


def _accepted_at(story: ItemStory) -> datetime | None:
    accepted = _applied(story, EventType.ACCEPTED, EventType.COLLECTED)
    return accepted[0].effective_at if accepted else None
