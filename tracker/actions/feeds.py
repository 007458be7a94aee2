"""How a feed fares, and the discrepancy that says so while it does not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.discrepancies import Finding, converge, open_finding
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.models import Discrepancy, FeedState


def _subject(source: str) -> str:
    return f"source:{source}"


def _state_of(session: Session, source: str) -> FeedState:
    state = session.get(FeedState, source)
    if state is None:
        state = FeedState(source=source)
        session.add(state)
    return state


def note_feed_failure(session: Session, source: str, fault: str, *, at: datetime, run_id: int | None = None) -> None:
    """From now on the feed's silence proves nothing: what rests on its word is not closed."""
    state = _state_of(session, source)
    state.failing_since = state.failing_since or at
    state.last_failure_at, state.fault = at, fault
    finding = Finding(
        code=DiscrepancyCode.FEED_DOWN,
        subject=_subject(source),
        since_at=state.failing_since,
        evidence={"agency": {"source": source, "fault": fault}},
    )
    open_finding(session, finding, at=at, run_id=run_id)


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """`newest_at` is the newest instant the source stated, if any."""

    source: str
    rows: int
    newest_at: datetime | None = None


def note_feed_success(session: Session, answer: FeedAnswer, *, at: datetime, run_id: int | None = None) -> None:
    """The watermark never goes back, nor ahead of us."""
    state = _state_of(session, answer.source)
    stated = [told for told in (state.watermark, answer.newest_at) if told is not None and told <= at]
    state.watermark = max(stated, default=state.watermark)
    state.last_success_at, state.failing_since, state.fault, state.rows_last = at, None, "", answer.rows
    open_rows = session.scalars(
        select(col(Discrepancy.id)).where(
            col(Discrepancy.code) == DiscrepancyCode.FEED_DOWN,
            col(Discrepancy.subject) == _subject(answer.source),
            col(Discrepancy.state) == DiscrepancyState.OPEN,
        )
    )
    converge(session, [row for row in open_rows if row is not None], at=at, run_id=run_id)


def move_cursor(session: Session, source: str, cursor: str) -> None:
    """In the transaction that keeps what was read up to there, and in no other."""
    _state_of(session, source).cursor = cursor
