"""Late evidence that changed a story: kept as it comes in, and looked at by a supervisor. Custody stays untouched."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.custody_findings import Turn
from tracker.actions.desk import Desk
from tracker.domain.late_evidence import ReviewOutcome, changes, facts_of, latest_late, order_of_facts
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.store.insert import insert_if_absent
from tracker.store.late_json import facts_to_json
from tracker.store.models import LateNote
from tracker.store.queries.late_evidence import may_see_late, reviewer_of
from tracker.store.tables import LATE_EVIDENCE, LATE_REVIEW

LONGEST_NOTE = 1000


def note_late(session: Session, item_id: int, turn: Turn, because: Sequence[UUID], at: datetime) -> None:
    """`because`: the events that have just been recorded, or that count for this item from now on."""
    before, after = facts_of(turn.before), facts_of(turn.story.standing)
    if not because or not changes(before, after):
        return
    events = [stored.event for stored in turn.story.events]
    order = order_of_facts(events, turn.story.folded)
    late = latest_late([event for event in events if event.id in because], order, at)
    if late is None:
        return
    row = {
        "item_id": item_id,
        "event_id": late,
        "found_at": at,
        "before": facts_to_json(before),
        "after": facts_to_json(after),
    }
    insert_if_absent(session, LATE_EVIDENCE, row)


def accept_late(session: Session, late_ids: Sequence[int], by: Desk) -> None:
    """It is so, and nothing more need be said. Raises Refusal: not_found, already_reviewed."""
    if not late_ids:
        raise Refusal(cause=Cause.NOT_FOUND)
    for late_id in sorted(set(late_ids)):
        _review(session, late_id, ReviewOutcome.ACCEPTED, by)


def annotate_late(session: Session, late_id: int, note: str, by: Desk) -> None:
    """Raises Refusal: not_found, already_reviewed, note_missing, field_too_long; the fault names this row's field."""
    field, text = f"note_{late_id}", clean_text(note, len(note))
    if not text:
        raise Refusal(cause=Cause.NOTE_MISSING, fields={field: Cause.NOTE_MISSING})
    if len(text) > LONGEST_NOTE:
        facts = {"limit": str(LONGEST_NOTE)}
        raise Refusal(cause=Cause.FIELD_TOO_LONG, fields={field: Cause.FIELD_TOO_LONG}, facts=facts)
    _review(session, late_id, ReviewOutcome.ANNOTATED, by)
    session.execute(insert(LateNote).values(late_id=late_id, text=text))


def _review(session: Session, late_id: int, outcome: ReviewOutcome, by: Desk) -> None:
    """Between two at once the primary key decides on PostgreSQL, the one write lock on SQLite."""
    if not may_see_late(session, by.actor, late_id):
        raise Refusal(cause=Cause.NOT_FOUND)
    row = {"late_id": late_id, "outcome": outcome, "reviewed_by": by.actor.name, "reviewed_at": by.at}
    if reviewer_of(session, late_id) is not None or not insert_if_absent(session, LATE_REVIEW, row):
        raise Refusal(cause=Cause.ALREADY_REVIEWED, facts={"who": reviewer_of(session, late_id) or ""})
    note_audit(session, Deed(f"late scan {outcome}", f"late:{late_id}"), at=by.at, actor=by.actor.name)
