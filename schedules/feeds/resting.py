"""A feed whose breaker is open is left in peace: the run ends before it touches the network."""

from datetime import datetime

from sqlalchemy import Engine

from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.feeds import may_call
from tracker.domain.runs import FeedFault, RunOutcome
from tracker.store.engine import transaction
from tracker.store.queries.runs import is_asked_for


def held_back(engine: Engine, source: str, run: Run, now: datetime) -> RunResult | None:
    """How the run ended; None when it may call. The breaker stands in the books, so all processes agree on it."""
    with transaction(engine) as session:
        hold_fence(session, run)
        if may_call(session, source, at=now, is_asked=is_asked_for(session, run.id)):
            return None
        return finish_run(session, run, RunEnd(RunOutcome.UNREACHABLE, fault=FeedFault.RESTING))
