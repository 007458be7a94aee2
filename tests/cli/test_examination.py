"""The doctor says which job is not well, and where to look."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, update
from sqlmodel import col

from tests.builders import NOW, POST, found_province
from tests.schedules.planting import config_for
from tracker.actions.founding import NewRange, grant_ranges
from tracker.cli.examination import Finding, examine
from tracker.domain.runs import JobName, RunState
from tracker.store.engine import transaction
from tracker.store.models import JobRun, SerialPool


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


def test_a_range_of_numbers_at_its_last_tenth_is_told_with_its_office(engine: Engine, database_url: str) -> None:
    with transaction(engine) as session:
        found_province(session)
        grant_ranges(session, [NewRange(POST, "RQ", 1, 20)], at=NOW)
    before = found(database_url, NOW)["item numbers"]
    with transaction(engine) as session:
        session.execute(update(SerialPool).where(col(SerialPool.prefix) == "RQ").values(next_serial=19))

    after = found(database_url, NOW)["item numbers"]

    assert (before.is_well, after.is_well) == (True, False)
    assert after.found.endswith("2 left of RQ")
