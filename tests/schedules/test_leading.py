"""The schedules as processes: one leads, a killed one is replaced, a stopped one lets its work end."""

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.schedules.planting import CONFIG, a_desk, a_place
from tests.schedules.waiting import within
from tests.standins.running import OneStopServer, one_stop_server
from tracker.actions.runs import ask_run, jobs_of
from tracker.domain.runs import JobName, RunState
from tracker.domain.supervision import slot_of
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import JobRun
from tracker.store.queries.runs import (
    RunView,
    SchedulesHealth,
    database_now,
    runs,
    schedules_health,
)

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30
SHORT_LEASE = {"LEASE_SECONDS": "3", "RENEW_SECONDS": "1", "PULL_SECONDS": "3600", "RECONCILE_SECONDS": "3600"}
SCHEDULES = """
import sys
from schedules.leading import run
from tracker.config import config_from_environment
sys.exit(run(config_from_environment()))
"""


@contextmanager
def a_process(url: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """The real thing: a process of its own, leading on a lease of 3 seconds."""
    given = {f"SCHEDULES__{name}": value for name, value in SHORT_LEASE.items()} | settings
    named = {f"GIAONHAN__{name}": value for name, value in given.items()}
    environment = {**os.environ, **named, "DATABASE_URL": url}
    with subprocess.Popen([sys.executable, "-c", SCHEDULES], cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def is_listening(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has a handler for SIGTERM; before that, being told to stop is being killed."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def history(engine: Engine) -> list[RunView]:
    with reading(engine) as session:
        return runs(session, before=None, limit=20)


def ended(engine: Engine) -> bool:
    return set(jobs_of(CONFIG)) <= {run.job for run in history(engine) if run.ended_at}


def health(engine: Engine) -> SchedulesHealth:
    with reading(engine) as session:
        return schedules_health(session, database_now(session))


def test_a_first_leader_runs_every_job_at_once(engine: Engine, database_url: str) -> None:
    with a_process(database_url):
        within(PATIENCE_SECONDS, lambda: ended(engine))

        assert {run.job for run in history(engine)} == set(jobs_of(CONFIG))
        assert health(engine).is_running


def test_jobs_run_again_by_the_clock(engine: Engine, database_url: str) -> None:
    with a_process(database_url, SCHEDULES__RECONCILE_SECONDS="5"):
        within(PATIENCE_SECONDS, lambda: [run.job for run in history(engine)].count("reconcile") >= 2)


def test_a_process_told_to_stop_makes_way_and_says_since_when(engine: Engine, database_url: str) -> None:
    with a_process(database_url) as process:
        within(PATIENCE_SECONDS, lambda: ended(engine))
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE_SECONDS) == 0

    seen = health(engine)
    assert (seen.is_running, seen.ever_ran) == (False, True)
    assert seen.standing_still_since is not None


def planted(engine: Engine, job: JobName, slot: datetime) -> None:
    with transaction(engine) as session:
        row = JobRun(job=job, slot=slot, attempt=1, token=1, state=RunState.DONE, outcome="complete", started_at=slot)
        row.ended_at = slot
        session.add(row)


def test_a_leader_makes_up_at_once_for_what_is_overdue_and_repeats_nothing(engine: Engine, database_url: str) -> None:
    this_hour = slot_of(datetime.now(UTC), 3600)
    planted(engine, JobName.RECONCILE, this_hour)
    planted(engine, JobName.PULL_ONE_STOP, this_hour - timedelta(hours=7))

    with a_process(database_url):
        within(PATIENCE_SECONDS, lambda: ended(engine))
        within(PATIENCE_SECONDS, lambda: JobName.EXAMINE_BOOKS in {run.job for run in history(engine) if run.ended_at})

    slots = [(run.job, run.slot) for run in history(engine) if run.job in {JobName.RECONCILE, JobName.PULL_ONE_STOP}]
    assert slots == [
        (JobName.PULL_ONE_STOP, this_hour),
        (JobName.PULL_ONE_STOP, this_hour - timedelta(hours=7)),
        (JobName.RECONCILE, this_hour),
    ]


def test_schedules_that_never_ran_stand_still_since_never(engine: Engine) -> None:
    seen = health(engine)

    assert (seen.is_running, seen.ever_ran, seen.standing_still_since) == (False, False, None)


def test_of_two_processes_one_works(engine: Engine, database_url: str) -> None:
    with a_process(database_url) as one, a_process(database_url) as other:
        within(PATIENCE_SECONDS, lambda: ended(engine))
        for process in (one, other):
            within(PATIENCE_SECONDS, partial(is_listening, process))
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE_SECONDS) for process in (one, other)] == [0, 0]

    done = [(run.job, run.slot) for run in history(engine)]
    assert {job for job, _ in done} == set(jobs_of(CONFIG))
    assert len(set(done)) == len(done)


def fed_by(server: OneStopServer, **more: str) -> dict[str, str]:
    told = {"BASE_URL": server.base_url, "USERNAME": server.username, "PASSWORD": server.password}
    told |= {"GROUP_ID": server.group_id} | more
    return {f"FEEDS__ONE_STOP__{name}": value for name, value in told.items()}


def pulls(engine: Engine) -> list[tuple[int, str, str]]:
    return [(run.attempt, run.state, run.fault) for run in history(engine) if run.job == JobName.PULL_ONE_STOP]


def test_a_leader_killed_in_its_work_is_replaced_and_the_work_done_again(engine: Engine, database_url: str) -> None:
    with one_stop_server() as server:
        server.fault("slow")
        with a_process(database_url, **fed_by(server)) as first:
            within(PATIENCE_SECONDS, lambda: pulls(engine) == [(1, RunState.RUNNING, "")])
            first.kill()
            first.wait()
        server.fault("none")

        with a_process(database_url, **fed_by(server)):
            done = [(2, RunState.DONE, ""), (1, RunState.ABANDONED, "")]
            within(PATIENCE_SECONDS, lambda: pulls(engine) == done)


def test_a_process_told_to_stop_lets_its_work_end(engine: Engine, database_url: str) -> None:
    with one_stop_server() as server:
        server.fault("slow")
        with a_process(database_url, **fed_by(server, TIMEOUT_SECONDS="3")) as process:
            within(PATIENCE_SECONDS, lambda: bool(pulls(engine)))
            process.send_signal(signal.SIGTERM)

            assert process.wait(PATIENCE_SECONDS) == 0

    assert pulls(engine) == [(1, RunState.FAILED, "timeout")]


def the_run(engine: Engine, run_id: int) -> RunView:
    """That run among those whose slot came by the clock meanwhile."""
    return next(run for run in history(engine) if run.id == run_id)


def test_what_a_person_asks_for_is_run_soon(engine: Engine, database_url: str) -> None:
    with a_process(database_url):
        within(PATIENCE_SECONDS, lambda: ended(engine))
        with transaction(engine) as session:
            by = a_desk(session, Role.SUPERVISOR, a_place(session).province)
            run_id = ask_run(session, "reconcile", by)

        within(PATIENCE_SECONDS, lambda: the_run(engine, run_id).state is RunState.DONE)

    assert the_run(engine, run_id).started_by == "supervisor"


@pytest.mark.parametrize(
    ("clock", "slot"), [("10:04:59", "10:00:00"), ("10:05:00", "10:05:00"), ("10:09:59", "10:05:00")]
)
def test_every_leader_means_the_same_slot(clock: str, slot: str) -> None:
    def today(at: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-23T{at}+00:00")

    assert slot_of(today(clock), 300) == today(slot)


def test_only_the_timetable_knows_the_scheduler() -> None:
    files = [file for package in ("tracker", "labels", "schedules") for file in (ROOT / package).rglob("*.py")]

    assert [file.name for file in files if "apscheduler" in imported_by(file)] == ["timetable.py"]


def imported_by(file: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    of = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name.split(".")[0] for name in plain | of}
