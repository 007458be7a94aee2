"""One pull of the one-stop system: the network first, outside any transaction, then short writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert
from sqlmodel import Session

from schedules.feeds.one_stop import Gathered, Plan, gather
from schedules.feeds.resting import held_back
from schedules.feeds.wire import FeedError
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.claims import ClaimSeen, ClaimsTaken, take_claims
from tracker.actions.feeds import (
    FeedAnswer,
    breaker_terms,
    note_call,
    note_doubt,
    note_feed_failure,
    note_feed_success,
)
from tracker.actions.mappings import mapping_named
from tracker.config import Config
from tracker.domain.feeds import is_lost
from tracker.domain.runs import BELIEVABLE, FeedFault, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import FeedState, RejectedRow
from tracker.store.queries.claims import ONE_STOP, followed_dossiers, has_claims

# At most this many dossiers are asked for one by one in a pull.
MOST_FOLLOWED = 200
# A desk waits for the writer's lock no longer than one of these takes (about 100 ms).
CLAIMS_PER_TRANSACTION = 100
MOST_REJECTED_KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Known:
    """`listed` is how many dossiers under way the last believed answer held; None: that was never counted."""

    plan: Plan
    has_claims: bool
    listed: int | None
    most_lost_percent: int


def pull_one_stop(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    if resting := held_back(engine, ONE_STOP, run, now):
        return resting
    known = _known(engine, config, now)
    try:
        gathered = gather(config.feeds.one_stop, known.plan)
    except FeedError as error:
        return _note_failure(engine, config, run, error.fault, now)
    *first, last = _in_parts(list(gathered.claims.values()))
    taken = [_take_part(engine, run, part, now) for part in first]
    with transaction(engine) as session:
        hold_fence(session, run)
        taken.append(take_claims(session, last, at=now, run_id=run.id))
        _keep_rejected(session, run, gathered)
        fault = _doubt(gathered, known)
        _note_state(session, run, gathered, fault, now)
        note_call(session, ONE_STOP, fault, breaker_terms(config), at=now)
        return finish_run(session, run, RunEnd(_outcome(gathered, fault), _counts(gathered, taken), fault))


def _known(engine: Engine, config: Config, now: datetime) -> _Known:
    with reading(engine) as session:
        state = session.get(FeedState, ONE_STOP)
        plan = Plan(
            now=now,
            watermark=state.watermark if state else None,
            followed=followed_dossiers(session, ONE_STOP, MOST_FOLLOWED),
            zone=ZoneInfo(config.office.zone),
            mapping=mapping_named(config, config.feeds.one_stop.mapping),
            answered_at=state.last_success_at if state else None,
        )
        listed = state.listed_last if state else None
        return _Known(plan, has_claims(session, ONE_STOP), listed, config.feeds.most_lost_percent)


def _note_failure(engine: Engine, config: Config, run: Run, fault: str, now: datetime) -> RunResult:
    with transaction(engine) as session:
        hold_fence(session, run)
        note_feed_failure(session, ONE_STOP, fault, at=now, run_id=run.id)
        note_call(session, ONE_STOP, fault, breaker_terms(config), at=now)
        return finish_run(session, run, RunEnd(RunOutcome.UNREACHABLE, fault=fault))


def _in_parts(claims: list[ClaimSeen]) -> list[list[ClaimSeen]]:
    """At least one, so that the last one can carry the end of the run."""
    starts = range(0, max(len(claims), 1), CLAIMS_PER_TRANSACTION)
    return [claims[start : start + CLAIMS_PER_TRANSACTION] for start in starts]


def _take_part(engine: Engine, run: Run, part: Sequence[ClaimSeen], now: datetime) -> ClaimsTaken:
    with transaction(engine) as session:
        hold_fence(session, run)
        return take_claims(session, part, at=now, run_id=run.id)


def _keep_rejected(session: Session, run: Run, gathered: Gathered) -> None:
    rows = [
        {"run_id": run.id, "line": row.line, "field": row.field, "fault": row.fault}
        for row in gathered.rejected[:MOST_REJECTED_KEPT]
    ]
    if rows:
        session.execute(insert(RejectedRow), rows)


def _doubt(gathered: Gathered, known: _Known) -> str:
    """Why the answer as a whole is not believed, though it could be read; empty when it is."""
    if gathered.lines == 0:
        is_expected_empty = known.listed == 0 or (known.listed is None and not known.has_claims)
        return "" if is_expected_empty else FeedFault.EMPTY
    if not gathered.claims:
        return FeedFault.UNREADABLE
    if gathered.is_short:
        return FeedFault.SHORT
    accounted = gathered.accounted(known.plan.answered_at)
    return FeedFault.LOSS if is_lost(known.listed, accounted, known.most_lost_percent) else ""


def _note_state(session: Session, run: Run, gathered: Gathered, fault: str, now: datetime) -> None:
    if fault:
        note_feed_failure(session, ONE_STOP, fault, at=now, run_id=run.id)
        if fault in BELIEVABLE:
            note_doubt(session, ONE_STOP, len(gathered.listed))
        return
    listed = len(gathered.listed)
    answer = FeedAnswer(ONE_STOP, rows=len(gathered.claims), newest_at=gathered.newest_at, listed=listed)
    note_feed_success(session, answer, at=now, run_id=run.id)


def _outcome(gathered: Gathered, fault: str) -> RunOutcome:
    if fault:
        return RunOutcome.SUSPICIOUS
    return RunOutcome.PARTIAL if gathered.rejected else RunOutcome.COMPLETE


def _counts(gathered: Gathered, taken: Sequence[ClaimsTaken]) -> dict[str, int]:
    return {
        "pages": gathered.pages,
        "rows": gathered.lines,
        "rejected": len(gathered.rejected),
        "unknown_statuses": sum(claim.status is None for claim in gathered.claims.values()),
        "new": sum(part.new for part in taken),
        "unchanged": sum(part.unchanged for part in taken),
        "unknown_dossiers": sum(part.unknown for part in taken),
    }
