"""How a feed fares, and the discrepancy that says so while it does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.discrepancies import Finding, converge, open_finding
from tracker.config import Config
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.feeds import Breaker, BreakerState, BreakerTerms
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.runs import is_answered, is_call_failed
from tracker.store.models import Discrepancy, DroppedFile, FeedState


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
    state.last_failure_at, state.fault, state.doubted_rows = at, fault, None
    finding = Finding(
        code=DiscrepancyCode.FEED_DOWN,
        subject=_subject(source),
        since_at=state.failing_since,
        evidence={"agency": {"source": source, "fault": fault}},
    )
    open_finding(session, finding, at=at, run_id=run_id)


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """`newest_at` is the newest instant the source stated, if any; `listed` how many rows the next answer must hold."""

    source: str
    rows: int
    newest_at: datetime | None = None
    listed: int | None = None


def note_feed_success(session: Session, answer: FeedAnswer, *, at: datetime, run_id: int | None = None) -> None:
    """The watermark never goes back, nor ahead of us."""
    state = _state_of(session, answer.source)
    stated = [told for told in (state.watermark, answer.newest_at) if told is not None and told <= at]
    state.watermark = max(stated, default=state.watermark)
    state.last_success_at, state.rows_last = at, answer.rows
    state.listed_last = answer.listed
    _put(state, _breaker(state).answered(at))
    _recover(session, state, at=at, run_id=run_id)


def _recover(session: Session, state: FeedState, *, at: datetime, run_id: int | None = None) -> None:
    state.failing_since, state.fault, state.doubted_rows = None, "", None
    open_rows = session.scalars(
        select(col(Discrepancy.id)).where(
            col(Discrepancy.code) == DiscrepancyCode.FEED_DOWN,
            col(Discrepancy.subject) == _subject(state.source),
            col(Discrepancy.state) == DiscrepancyState.OPEN,
        )
    )
    converge(session, [row for row in open_rows if row is not None], at=at, run_id=run_id)


def note_doubt(session: Session, source: str, rows: int) -> None:
    """The answer that was just noted as a failure waits for a person: it held only so many rows."""
    _state_of(session, source).doubted_rows = rows


def believe_answer(session: Session, source: str, *, at: datetime, actor: str) -> None:
    """A person says that the short answer is right: what it lost is gone, and silence proves something again.

    Raises Refusal: not_allowed_now when no answer of the source waits.
    """
    state = session.get(FeedState, source, with_for_update=True)
    if state is None or state.doubted_rows is None:
        raise Refusal(cause=Cause.NOT_ALLOWED_NOW, fields={"source": Cause.NOT_ALLOWED_NOW})
    told = f"{state.doubted_rows} rows instead of {state.listed_last if state.listed_last is not None else 'some'}"
    note_audit(session, Deed("feed answer believed", _subject(source), told), at=at, actor=actor)
    state.listed_last, state.last_success_at = state.doubted_rows, state.last_failure_at
    _recover(session, state, at=at)


def breaker_terms(config: Config) -> BreakerTerms:
    feeds = config.feeds
    return BreakerTerms(
        feeds.breaker_failures,
        timedelta(seconds=feeds.breaker_first_seconds),
        timedelta(seconds=feeds.breaker_most_seconds),
    )


def may_call(session: Session, source: str, *, at: datetime, is_asked: bool) -> bool:
    """Before the network is touched. Whoever asks by hand is never told to wait; the call is then the probe."""
    state = session.get(FeedState, source)
    if state is None:  # a row of it would say that it was heard of
        return True
    breaker = _breaker(state)
    if not is_asked and not breaker.lets_call(at):
        return False
    _put(state, breaker.calling(at))
    return True


def note_call(session: Session, source: str, fault: str, terms: BreakerTerms, *, at: datetime) -> None:
    """How a call that brought no success ended, for the next one."""
    state = _state_of(session, source)
    if is_call_failed(fault):
        _put(state, _breaker(state).failed(terms, at))
    elif is_answered(fault):
        _put(state, _breaker(state).answered(at))


def _breaker(state: FeedState) -> Breaker:
    return Breaker(BreakerState(state.breaker), state.failures, state.breaker_at, state.resting_until)


def _put(state: FeedState, breaker: Breaker) -> None:
    state.breaker, state.failures = breaker.state, breaker.failures
    state.breaker_at, state.resting_until = breaker.since_at, breaker.resting_until


def move_cursor(session: Session, source: str, cursor: str) -> None:
    """In the transaction that keeps what was read up to there, and in no other."""
    _state_of(session, source).cursor = cursor


def note_dropped_file(
    session: Session, sha256: str, counted: tuple[int, int], *, at: datetime, run_id: int | None = None
) -> None:
    """Done for ever, in the transaction that keeps its last rows. `counted`: its rows, and those at fault."""
    rows, rejected = counted
    session.add(DroppedFile(sha256=sha256, rows=rows, rejected=rejected, done_at=at, run_id=run_id))
