"""Making the day's root and publishing what has not left the house yet."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.publishing import AnotherRootThereError, publish
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.roots import make_daily_root, make_root
from tracker.config import Config
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.runs import RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.queries.roots import StoredRoot, note_publication, unpublished_roots

Make = Callable[[Session, datetime, date], StoredRoot | None]


def daily_root(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """One a day, by the office's date, however often it runs."""
    return _carry_out(engine, config, run, now, _make_daily)


def further_root(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """One more, for whoever needs a proof of what was recorded since."""
    return _carry_out(engine, config, run, now, _make_further)


def _make_daily(session: Session, at: datetime, day: date) -> StoredRoot | None:
    return make_daily_root(session, at=at, day=day, actor=SYSTEM_NAME)


def _make_further(session: Session, at: datetime, day: date) -> StoredRoot | None:
    return make_root(session, at=at, day=day, actor=SYSTEM_NAME)


def _carry_out(engine: Engine, config: Config, run: Run, now: datetime, make: Make) -> RunResult:
    with transaction(engine) as session:
        hold_fence(session, run)
        made = make(session, now, config.office.local_date(now))
    counts = {"roots": int(made is not None), "leaves": made.size if made else 0}
    published, fault = _publish_all(engine, config.roots.folder, now)
    outcome = RunOutcome.FAILED if fault else RunOutcome.COMPLETE
    with transaction(engine) as session:
        return finish_run(session, run, RunEnd(outcome, {**counts, "published": published}, fault))


def _publish_all(engine: Engine, folder: str, now: datetime) -> tuple[int, str]:
    """How many, and what stopped it; whatever is left over goes with the next run."""
    if not folder:
        return 0, ""
    with reading(engine) as session:
        waiting = unpublished_roots(session)
    for number, root in enumerate(waiting):
        try:
            place = publish(Path(folder), root)
        except (OSError, AnotherRootThereError) as error:
            return number, f"{type(error).__name__}: {error}"
        with transaction(engine) as session:
            note_publication(session, root.number, place, at=now)
    return len(waiting), ""
