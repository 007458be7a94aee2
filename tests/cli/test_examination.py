"""The doctor says which job is not well, and where to look."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from tests.schedules.planting import config_for
from tracker.cli.examination import Finding, examine
from tracker.domain.runs import JobName, RunState
from tracker.store.engine import transaction
from tracker.store.models import JobRun


def done(engine: Engine, job: JobName, at: datetime) -> None:
    with transaction(engine) as session:
        row = JobRun(job=job, slot=at, attempt=1, token=1, state=RunState.DONE, outcome="complete", started_at=at)
        row.ended_at = at
        session.add(row)


def found(url: str, now: datetime) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(config_for(url), now)}


def test_a_missed_job_is_wrong_and_one_in_time_is_well(engine: Engine, database_url: str) -> None:
    now = datetime.now(UTC)
    done(engine, JobName.RECONCILE, now - timedelta(minutes=20))
    done(engine, JobName.PULL_ONE_STOP, now)

    seen = found(database_url, now)

    assert (seen["job reconcile"].is_well, seen["job pull_one_stop"].is_well) == (False, True)
    assert seen["job reconcile"].found.startswith("down, last good run: ")
    assert seen["job reconcile"].remedy == "see why at /dieu-hanh/tac-vu?job=reconcile"


def test_a_clock_far_from_the_databases_is_wrong(engine: Engine, database_url: str) -> None:
    now = datetime.now(UTC)

    assert found(database_url, now)["clocks"].is_well
    assert not found(database_url, now + timedelta(hours=1))["clocks"].is_well
