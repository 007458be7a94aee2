"""The runner of a reconciliation killed at any of its steps: the next run gives the same result, nothing twice."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, select
from sqlmodel import Session, col

from tests.drills.proof import tell_proof
from tests.drills.soaking import IS_SOAK, MARKS
from tests.drills.timetables import Nursery, within
from tests.engines import PostgresServer, postgres_copy, sqlite_url
from tests.schedules.planting import NOW, a_dossier, a_place, an_item
from tracker.actions.discrepancies import Finding, open_finding
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.models import Discrepancy, DiscrepancyStep, JobRun, Lease
from tracker.store.queries.runs import database_now

pytestmark = MARKS
SILENT, FRESH = 5, 3
LEASE_SECONDS = 0.3
# Spread over all of them; `make soak` takes each.
STEPS_TRIED = 4
A_WEEK = timedelta(days=7)


def planted(session: Session) -> None:
    """Items silent for a week, and others that moved again since they were found silent: these are answered."""
    place = a_place(session)
    for number in range(SILENT + FRESH):
        dossier_id = a_dossier(session, place, f"000.00.22.H12-261112-{number:04}")
        at = NOW - A_WEEK if number < SILENT else NOW
        named = f"EE{number:08}5VN"
        item_id = an_item(session, place, [dossier_id], number=named, last_event_at=at, registered_at=NOW - A_WEEK)
        if number >= SILENT:
            code, subject = DiscrepancyCode.SILENT_ITEM, f"item:{item_id}"
            finding = Finding(code, subject, NOW - A_WEEK, item_id=item_id, evidence={"post": {}})
            open_finding(session, finding, at=NOW - A_WEEK)


@dataclass(frozen=True, slots=True)
class Planted:
    """A database to be copied before each run: its steps cannot be taken back."""

    url: str
    server: PostgresServer | None

    @contextmanager
    def copy(self, folder: Path) -> Iterator[str]:
        if self.server is not None:
            with postgres_copy(self.server, template=str(make_url(self.url).database)) as url:
                yield url
            return
        file = folder / "copy.db"
        for left in folder.glob("copy.db*"):
            left.unlink()
        shutil.copyfile(str(make_url(self.url).database), file)
        yield sqlite_url(file)


@pytest.fixture
def world(engine: Engine, engine_name: str, database_url: str, request: pytest.FixtureRequest) -> Planted:
    with transaction(engine) as session:
        planted(session)
    server = None if engine_name == "sqlite" else request.getfixturevalue("postgres")
    return to_be_copied(engine, database_url, server)


def to_be_copied(engine: Engine, url: str, server: PostgresServer | None) -> Planted:
    if server is None:
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return Planted(url, server)


Rows = list[tuple[object, ...]]


def result(engine: Engine) -> tuple[Rows, Rows]:
    """What stands there, and every step that led to it."""
    of, steps = Discrepancy, DiscrepancyStep
    what = (of.code, of.subject, of.state, of.opened_at, of.closed_at, of.times_opened, of.evidence_hash)
    how = (of.subject, steps.at, steps.step, steps.actor)
    with reading(engine) as session:
        stands = sorted(tuple(row) for row in session.execute(select(*map(col, what))))
        led = select(*map(col, how)).join(Discrepancy, col(of.id) == col(steps.discrepancy_id))
        return stands, sorted(tuple(row) for row in session.execute(led))


def states(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(col(JobRun.state)).order_by(col(JobRun.id))))


def lease_is_over(engine: Engine) -> bool:
    with reading(engine) as session:
        until_at: datetime = session.scalars(select(col(Lease.until_at))).one()
        return until_at <= database_now(session)


@dataclass(frozen=True, slots=True)
class Runner:
    """One process per run, killed before its n-th step or not at all."""

    nursery: Nursery
    told: Path

    def run(self, url: str, *, die_at: int = 0) -> int:
        told = {"now": NOW.isoformat(), "lease_seconds": str(LEASE_SECONDS), "steps": str(self.told)}
        pid = self.nursery.ask("reconcile", url=url, die_at=str(die_at), **told)
        return self.nursery.ended(pid)

    def undisturbed(self, url: str) -> tuple[Rows, Rows]:
        assert self.run(url) == 0
        with opened(url) as engine:
            return result(engine)

    def killed(self, url: str, step: int) -> tuple[Rows, Rows]:
        """What stands there when another has run after it."""
        assert self.run(url, die_at=step) == -signal.SIGKILL, step
        with opened(url) as engine:
            within(20, lambda: lease_is_over(engine))
            assert self.run(url) == 0, step
            assert states(engine) == ["abandoned", "done"], step
            return result(engine)

    @property
    def steps(self) -> int:
        return int(self.told.read_text(encoding="ascii"))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def chosen(steps: int, tried: int = STEPS_TRIED) -> list[int]:
    """The first, the last, and some between."""
    if IS_SOAK:
        return list(range(1, steps + 1))
    return sorted({1 + round(place * (steps - 1) / (tried - 1)) for place in range(tried)})


def test_a_reconciliation_killed_at_any_step_is_made_up_for_and_nothing_is_doubled(
    nursery: Nursery, world: Planted, engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    runner = Runner(nursery, tmp_path / "steps")
    with world.copy(tmp_path) as url:
        undisturbed = runner.undisturbed(url)
    assert sorted(str(row[2]) for row in undisturbed[0]) == ["closed"] * FRESH + ["open"] * SILENT

    tried = chosen(steps := runner.steps)
    for step in tried:
        with world.copy(tmp_path) as url:
            assert runner.killed(url, step) == undisturbed, step

    told = f"before {len(tried)} of its {steps} steps, the next run's result the same, nothing doubled"
    tell_proof(request, f"kill -9 of a reconciliation, {engine_name}: {told}")
