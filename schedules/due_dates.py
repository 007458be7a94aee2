"""Recomputing what follows from a changed calendar, in parts: what was done before a kill stays done."""

from datetime import datetime

from sqlalchemy import Engine

from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.due_dates import AT_ONCE, set_terms, sweep_part, unfinished_changes
from tracker.config import Config
from tracker.domain.runs import RunOutcome
from tracker.store.engine import reading, transaction


def recompute_due_dates(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    with reading(engine) as session:
        changes = unfinished_changes(session)
    counts = {"items": 0, "moved": 0, "terms": 0}
    for change_id in changes:
        is_over = False
        while not is_over:
            with transaction(engine) as session:
                hold_fence(session, run)
                part = sweep_part(session, change_id, config, at=now)
            counts["items"] += part.looked_at
            counts["moved"] += part.moved
            is_over = part.is_over
    counts["terms"] = _set_terms(engine, config, run)
    with transaction(engine) as session:
        return finish_run(session, run, RunEnd(RunOutcome.COMPLETE, counts))


def _set_terms(engine: Engine, config: Config, run: Run) -> int:
    """Those that opened without the calendar at hand, and those whose calendar changed."""
    total, last = 0, AT_ONCE
    while last == AT_ONCE:
        with transaction(engine) as session:
            hold_fence(session, run)
            last = set_terms(session, config)
        total += last
    return total
