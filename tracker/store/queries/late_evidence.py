"""Late scans that changed a story and nobody has looked at yet, and those that somebody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.late_evidence import ReviewOutcome, StoryFact, StoryFacts, changes
from tracker.domain.vocabulary import EventType, Leg, Role
from tracker.store.late_json import facts_from_json
from tracker.store.models import Account, LateNote
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.item_page import display_names
from tracker.store.queries.parties import PartyRef, names_of_parties
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import EVENT, ITEM, LATE_EVIDENCE, LATE_REVIEW

REVIEWED_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LateScan:
    """`before` and `after` are what the story said; `changed` names where they differ. People and offices by name."""

    id: int
    type: EventType
    who: str
    role: Role
    office: str
    effective_at: datetime
    recorded_at: datetime
    before: StoryFacts
    after: StoryFacts

    @property
    def changed(self) -> tuple[StoryFact, ...]:
        return changes(self.before, self.after)


@dataclass(frozen=True, slots=True)
class ChangedStory:
    item_id: int
    number: str
    leg: Leg
    scans: tuple[LateScan, ...]


@dataclass(frozen=True, slots=True)
class LateCount:
    scans: int
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedScan:
    """`note` is None where there was none, or it was erased."""

    number: str
    type: EventType
    outcome: ReviewOutcome
    who: str
    at: datetime
    note: str | None


def _is_open(session: Session, reader: Actor) -> ColumnElement[bool]:
    reviewed = exists().where(LATE_REVIEW.c.late_id == LATE_EVIDENCE.c.id).correlate(LATE_EVIDENCE)
    return and_(~reviewed, LATE_EVIDENCE.c.item_id == ITEM.c.id, may_see_items(session, reader))


def count_late(session: Session, reader: Actor) -> LateCount:
    row = session.execute(
        select(func.count().label("scans"), func.count(LATE_EVIDENCE.c.item_id.distinct()).label("stories"))
        .select_from(LATE_EVIDENCE.join(ITEM, LATE_EVIDENCE.c.item_id == ITEM.c.id))
        .where(_is_open(session, reader))
    ).one()
    return LateCount(row.scans, row.stories)


def changed_stories(session: Session, reader: Actor, *, after: int = 0, limit: int = 50) -> list[ChangedStory]:
    """By item; `after` is the id of the last item already seen."""
    items = session.execute(
        select(ITEM.c.id, ITEM.c.number, ITEM.c.leg)
        .where(_is_open(session, reader), ITEM.c.id > after)
        .group_by(ITEM.c.id, ITEM.c.number, ITEM.c.leg)
        .order_by(ITEM.c.id)
        .limit(limit)
    ).all()
    scans = _scans(session, reader, [row.id for row in items])
    return [ChangedStory(row.id, row.number, Leg(row.leg), tuple(scans[row.id])) for row in items]


def _scans(session: Session, reader: Actor, item_ids: Sequence[int]) -> dict[int, list[LateScan]]:
    rows = session.execute(
        select(LATE_EVIDENCE, EVENT.c.type, EVENT.c.actor, EVENT.c.stands_for, EVENT.c.actor_role)
        .add_columns(EVENT.c.stands_for_role, EVENT.c.office_code, EVENT.c.effective_at)
        .join(EVENT, EVENT.c.event_id == LATE_EVIDENCE.c.event_id)
        .join(ITEM, ITEM.c.id == LATE_EVIDENCE.c.item_id)
        .where(_is_open(session, reader), LATE_EVIDENCE.c.item_id.in_(item_ids))
        .order_by(LATE_EVIDENCE.c.id)
    ).all()
    people = display_names(session, {row.stands_for or row.actor for row in rows})
    offices = office_names(session)
    found: dict[int, list[LateScan]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        found[row.item_id].append(_scan(row, people, offices))
    return found


def _scan(row: Row[tuple[object, ...]], people: dict[str, str], offices: dict[str, str]) -> LateScan:
    who = row.stands_for or row.actor
    return LateScan(
        id=row.id,
        type=EventType(row.type),
        who=people.get(who, who),
        role=Role(row.stands_for_role or row.actor_role),
        office=offices.get(row.office_code or "", ""),
        effective_at=row.effective_at,
        recorded_at=row.found_at,
        before=facts_from_json(row.before),
        after=facts_from_json(row.after),
    )


def names_in(session: Session, stories: Sequence[ChangedStory]) -> dict[PartyRef, str]:
    """Of everybody who held one of these before or after."""
    told = [facts for story in stories for scan in story.scans for facts in (scan.before, scan.after)]
    return names_of_parties(session, {(facts.custodian.kind, facts.custodian.ref) for facts in told})


def may_see_late(session: Session, reader: Actor, late_id: int) -> bool:
    asked = select(LATE_EVIDENCE.c.id).join(ITEM, ITEM.c.id == LATE_EVIDENCE.c.item_id)
    seen = asked.where(LATE_EVIDENCE.c.id == late_id, may_see_items(session, reader))
    return session.scalar(seen) is not None


def reviewer_of(session: Session, late_id: int) -> str | None:
    """By display name; None while nobody has looked."""
    asked = select(col(Account.display_name)).join(LATE_REVIEW, LATE_REVIEW.c.reviewed_by == col(Account.name))
    return session.scalar(asked.where(LATE_REVIEW.c.late_id == late_id))


def reviewed_lately(session: Session, reader: Actor) -> list[ReviewedScan]:
    rows = session.execute(_REVIEWED.where(may_see_items(session, reader)))
    return [
        ReviewedScan(
            number=row.number,
            type=EventType(row.type),
            outcome=ReviewOutcome(row.outcome),
            who=row.display_name,
            at=row.reviewed_at,
            note=row.text,
        )
        for row in rows
    ]


_REVIEWED: Select[tuple[object, ...]] = (
    select(ITEM.c.number, EVENT.c.type, LATE_REVIEW.c.outcome, LATE_REVIEW.c.reviewed_at)
    .add_columns(col(Account.display_name), col(LateNote.text))
    .select_from(LATE_REVIEW)
    .join(LATE_EVIDENCE, LATE_EVIDENCE.c.id == LATE_REVIEW.c.late_id)
    .join(ITEM, ITEM.c.id == LATE_EVIDENCE.c.item_id)
    .join(EVENT, EVENT.c.event_id == LATE_EVIDENCE.c.event_id)
    .join(Account, col(Account.name) == LATE_REVIEW.c.reviewed_by)
    .outerjoin(LateNote, col(LateNote.late_id) == LATE_REVIEW.c.late_id)
    .order_by(LATE_REVIEW.c.reviewed_at.desc(), LATE_REVIEW.c.late_id.desc())
    .limit(REVIEWED_SHOWN)
)
