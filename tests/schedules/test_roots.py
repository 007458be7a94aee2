"""Each day's root is made once and leaves the house whole, once, and over no other."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.commands import make_root_now
from schedules.jobs import carry_out
from schedules.leadership import Held, LeaseLostError, LeaseTerms, give_up_lease, take_lease
from schedules.runs import Run, RunClaim, RunResult, start_run
from tests.schedules.planting import CONFIG, NOW
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.models import RootPublication
from tracker.store.queries.roots import StoredRoot, all_roots

DAY = timedelta(days=1)


def publishing_in(folder: Path) -> Config:
    return CONFIG.model_copy(update={"roots": CONFIG.roots.model_copy(update={"folder": str(folder)})})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "roots"


@pytest.fixture
def held(engine: Engine) -> Held:
    with transaction(engine) as session:
        held = take_lease(session, LeaseTerms("schedules", "me", 600))
    assert held is not None
    return held


@pytest.fixture
def run_at(engine: Engine, held: Held, folder: Path) -> Callable[[int], RunResult]:
    """One run of the job so many days later, as a new leader would begin it."""

    def run(days: int) -> RunResult:
        return carry_out(engine, publishing_in(folder), begun(engine, held, days), NOW + days * DAY)

    return run


def begun(engine: Engine, held: Held, days: int = 0) -> Run:
    with transaction(engine) as session:
        return start_run(session, RunClaim(JobName.DAILY_ROOT, NOW + days * DAY, held, is_once=False))


def roots(engine: Engine) -> list[StoredRoot]:
    with reading(engine) as session:
        return all_roots(session)


def told(folder: Path) -> dict[str, dict[str, object]]:
    return {file.name: json.loads(file.read_bytes()) for file in sorted(folder.iterdir())}


def test_a_day_has_one_root_and_one_file(engine: Engine, folder: Path, run_at: Callable[[int], RunResult]) -> None:
    counts = [dict(run_at(days).counts) for days in (0, 0, 1)]

    assert [count["roots"] for count in counts] == [count["published"] for count in counts] == [1, 0, 1]
    first, second = roots(engine)
    assert told(folder) == {
        "root-2026-11-23.json": {
            "number": 1, "day": "2026-11-23", "made_at": "2026-11-23T03:00:00.000Z",
            "previous": None, "leaves": 0, "root": first.root,
        },
        "root-2026-11-24.json": {
            "number": 2, "day": "2026-11-24", "made_at": "2026-11-24T03:00:00.000Z",
            "previous": first.root, "leaves": 0, "root": second.root,
        },
    }  # fmt: skip


def test_what_could_not_be_published_goes_out_with_the_next_run(
    folder: Path, run_at: Callable[[int], RunResult]
) -> None:
    folder.write_text("not a folder")
    failed = run_at(0)
    folder.unlink()

    mended = run_at(1)

    assert (failed.outcome, failed.counts["roots"], failed.counts["published"]) == (RunOutcome.FAILED, 1, 0)
    assert "FileExistsError" in failed.fault
    assert (mended.outcome, mended.counts["published"]) == (RunOutcome.COMPLETE, 2)
    assert list(told(folder)) == ["root-2026-11-23.json", "root-2026-11-24.json"]


def test_another_root_under_the_same_name_is_left_alone_and_told(
    folder: Path, run_at: Callable[[int], RunResult]
) -> None:
    folder.mkdir()
    strange = folder / "root-2026-11-23.json"
    strange.write_text("{}")

    result = run_at(0)

    assert (result.outcome, result.fault) == (RunOutcome.FAILED, "AnotherRootThereError: root-2026-11-23.json")
    assert strange.read_text() == "{}"
    assert list(folder.iterdir()) == [strange]


def test_a_leader_that_lost_its_lease_makes_none(engine: Engine, held: Held, folder: Path) -> None:
    run = begun(engine, held)
    with transaction(engine) as session:
        give_up_lease(session, held)
        assert take_lease(session, LeaseTerms("schedules", "another", 600)) is not None

    with pytest.raises(LeaseLostError):
        carry_out(engine, publishing_in(folder), run, NOW)

    assert roots(engine) == []


def test_without_a_folder_roots_are_made_and_stay(engine: Engine, held: Held) -> None:
    result = carry_out(engine, CONFIG, begun(engine, held), NOW)

    assert (result.outcome, dict(result.counts)) == (RunOutcome.COMPLETE, {"roots": 1, "leaves": 0, "published": 0})


def test_by_hand_there_is_one_more_whenever_it_is_asked_for(engine: Engine, database_url: str, folder: Path) -> None:
    config = publishing_in(folder)
    config = config.model_copy(update={"database": config.database.model_copy(update={"url": database_url})})

    results = [make_root_now(config, NOW) for _ in range(2)]

    assert [result.outcome for result in results] == [RunOutcome.COMPLETE] * 2
    assert [(root.number, root.of_day) for root in roots(engine)] == [(1, 1), (2, 2)]
    assert list(told(folder)) == ["root-2026-11-23-2.json", "root-2026-11-23.json"]
    with reading(engine) as session:
        places = session.scalars(select(col(RootPublication.place)).order_by(col(RootPublication.root_number))).all()
    assert places == ["root-2026-11-23.json", "root-2026-11-23-2.json"]
