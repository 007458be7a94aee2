"""A pull of a feed in a test: its run, what it left behind."""

from datetime import timedelta

from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.jobs import job_named
from schedules.leadership import LeaseTerms, take_lease
from schedules.runs import Run, RunClaim, RunResult, start_run
from tests.schedules.planting import CONFIG, NOW
from tracker.config import Config
from tracker.domain.runs import JobName
from tracker.store.engine import reading, transaction
from tracker.store.models import Discrepancy
from tracker.store.queries.claims import cursor_of
from tracker.store.queries.runs import rejected_rows


def a_run(engine: Engine, job: JobName, at_minute: int = 0) -> Run:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms(f"lease {at_minute}", "me", 600))
        assert held is not None
        return start_run(session, RunClaim(job, NOW + timedelta(minutes=at_minute), held))


def pulled(engine: Engine, config: Config, job: JobName, at_minute: int = 0) -> RunResult:
    run = a_run(engine, job, at_minute)
    return job_named(job).work(engine, config, run, NOW + timedelta(minutes=at_minute))


def with_feed(name: str, **keys: object) -> Config:
    feed = getattr(CONFIG.feeds, name).model_copy(update=keys)
    return CONFIG.model_copy(update={"feeds": CONFIG.feeds.model_copy(update={name: feed})})


def feed_down(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        rows = session.execute(
            select(col(Discrepancy.subject), col(Discrepancy.state)).where(col(Discrepancy.code) == "feed_down")
        )
        return [(subject, state) for subject, state in rows]


def cursor(engine: Engine, source: str) -> str:
    with reading(engine) as session:
        return cursor_of(session, source)


def rejected(engine: Engine, result: RunResult) -> list[tuple[int, str, str]]:
    with reading(engine) as session:
        return [(row.line, row.field, row.fault) for row in rejected_rows(session, result.run_id or 0)]
