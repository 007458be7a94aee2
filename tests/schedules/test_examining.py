"""The books are examined by the clock, together with what left the house; what does not hold fails the run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlmodel import col

from schedules.examining import examined
from schedules.jobs import carry_out
from schedules.leadership import Held, LeaseTerms, take_lease
from schedules.runs import RunClaim, RunResult, start_run
from tests.builders import POST, a_desk, a_dossier, an_account, an_item, found_province
from tests.schedules.planting import CONFIG, NOW
from tests.schedules.test_roots import publishing_in
from tracker.domain.auditing import Fault
from tracker.domain.runs import JobName, RunOutcome
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading, transaction
from tracker.store.models import Item
from tracker.store.queries.auditing import last_verification

Run = Callable[[JobName], RunResult]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "roots"


@pytest.fixture
def run(engine: Engine, folder: Path) -> Run:
    with transaction(engine) as session:
        found_province(session, at=NOW)
        desk = a_desk(an_account(session, Role.POSTCLERK, POST).actor, at=NOW)
        an_item(session, desk, a_dossier(session, desk))
        held = take_lease(session, LeaseTerms("schedules", "me", 600))
    assert held is not None
    return lambda job: _carried_out(engine, folder, job, held)


def _carried_out(engine: Engine, folder: Path, job: JobName, held: Held) -> RunResult:
    with transaction(engine) as session:
        begun = start_run(session, RunClaim(job, NOW, held, is_once=False))
    return carry_out(engine, publishing_in(folder), begun, NOW)


def test_books_that_hold_end_well_and_what_was_looked_at_is_kept(engine: Engine, run: Run) -> None:
    run(JobName.DAILY_ROOT)

    result = run(JobName.EXAMINE_BOOKS)

    told = {"chains": 1, "events": 1, "items": 1, "roots": 1, "faults": 0}
    assert (result.outcome, dict(result.counts), result.fault) == (RunOutcome.COMPLETE, told, "")
    with reading(engine) as session:
        last = last_verification(session)
    assert last is not None
    assert (last.is_sound, last.started_at) == (True, NOW)


def test_what_does_not_hold_fails_the_run_and_is_named_there(engine: Engine, run: Run) -> None:
    with transaction(engine) as session:
        session.execute(update(Item).values(attempts=7).where(col(Item.id) == 1))

    result = run(JobName.EXAMINE_BOOKS)

    assert (result.outcome, result.counts["faults"]) == (RunOutcome.FAILED, 1)
    assert result.fault.startswith("I6 column_attempts: item:1 seq 1 event")


def _gone(folder: Path) -> None:
    (folder / "root-2026-11-23.json").unlink()


def _differs(folder: Path) -> None:
    file = folder / "root-2026-11-23.json"
    file.write_text(file.read_text().replace('"leaves": 1', '"leaves": 2'))


def _unknown(folder: Path) -> None:
    (folder / "root-2026-11-24.json").write_bytes((folder / "root-2026-11-23.json").read_bytes())


@pytest.mark.parametrize(
    ("edit", "cause", "name"),
    [
        (_gone, "published_gone", "root-2026-11-23.json"),
        (_differs, "published_differs", "root-2026-11-23.json"),
        (_unknown, "published_unknown", "root-2026-11-24.json"),
    ],
)
def test_a_published_root_must_tell_what_the_books_tell(
    engine: Engine, run: Run, folder: Path, edit: Callable[[Path], None], cause: str, name: str
) -> None:
    run(JobName.DAILY_ROOT)
    assert examined(engine, publishing_in(folder)).is_sound

    edit(folder)

    assert examined(engine, publishing_in(folder)).told() == [Fault("I8", cause, subject=name)]


def test_a_folder_that_cannot_be_read_is_a_fault_and_no_folder_is_none(engine: Engine, run: Run, folder: Path) -> None:
    run(JobName.DAILY_ROOT)
    (folder / "root-2026-11-23.json").unlink()
    (folder / "root-2026-11-23.json").mkdir()

    (fault,) = examined(engine, publishing_in(folder)).told()

    assert (fault.check, fault.cause) == ("I8", "published_unreadable")
    assert examined(engine, CONFIG).is_sound
