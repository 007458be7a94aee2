"""kill -9 in the middle of a burst of scans: what was acknowledged is there, each once, and its chain holds."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.drills.crash import Run, crash
from tests.drills.installation import Founding, Installation
from tests.drills.proof import tell_proof
from tests.drills.served import served
from tests.drills.soaking import MARKS, times
from tests.drills.verdict import CLEAN
from tests.engines import PostgresServer

pytestmark = MARKS
RUNS = times(10)
CONTROL = (sys.executable, "-m", "tests.drills.early_ack")


@pytest.fixture
def on_postgres(founding: Founding, tmp_path: Path) -> Iterator[Installation]:
    with founding.copy("postgresql", tmp_path) as installation:
        yield installation


def found_wrong(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if (run.verdict, run.retry) != (CLEAN, CLEAN)]


def summary(what: str, runs: Sequence[Run]) -> str:
    acknowledged, kept, dropped = (
        sum(getattr(run, name) for run in runs) for name in ("acknowledged", "kept", "dropped")
    )
    seeds = f"seeds {runs[0].seed}-{runs[-1].seed}"
    return (
        f"{what}: {len(runs)} runs, {acknowledged} acknowledged, 0 lost, 0 doubled; "
        f"under way at the kill: {kept} committed, {dropped} not; {seeds}"
    )


def test_no_acknowledged_scan_is_lost_when_the_web_process_is_killed(
    installation: Installation, engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with served(installation.url, tmp_path) as server:
        # By turns the worker alone, which its parent replaces, and the whole group of processes.
        blows = (server.kill_worker, server.kill_all)
        runs = [crash(installation, server, seed, (blows[seed % 2], server.start)) for seed in range(1, RUNS + 1)]

    assert found_wrong(runs) == []
    tell_proof(request, summary(f"kill -9 of the web process, {engine_name}", runs))


def test_no_acknowledged_scan_is_lost_when_the_postmaster_is_killed(
    on_postgres: Installation, durable_postgres: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with served(on_postgres.url, tmp_path) as server:

        def rise() -> None:
            durable_postgres.start()
            server.start()

        runs = [crash(on_postgres, server, seed, (durable_postgres.kill, rise)) for seed in range(1, RUNS + 1)]

    assert found_wrong(runs) == []
    tell_proof(request, summary("kill -9 of the postmaster, fsync on", runs))


def test_a_build_that_acknowledges_before_commit_fails_the_same_drill(
    installation: Installation, tmp_path: Path
) -> None:
    with served(installation.url, tmp_path, CONTROL) as server:
        run = crash(installation, server, 1, (server.kill_all, server.start))

    assert run.verdict.lost
