"""Two schedulers on one database, killed and frozen at any moment: the effects of every due slot exactly once."""

import os
import signal
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from tests.drills.counting import EFFECTS
from tests.drills.proof import tell_proof
from tests.drills.soaking import IS_SOAK, MARKS
from tests.drills.timetables import Drill, Nursery, coalesced, covered_slots, effects_of, play, within, wrong
from tracker.store.engine import reading
from tracker.store.models import JobRun, Lease
from tracker.store.queries.runs import database_now

pytestmark = MARKS
SEEDS = range(1, 6) if IS_SOAK else range(1, 2)
EVERY_BLOW = ("kill_leader", "freeze_leader", "kill_all", "stop_leader", "freeze_standby")
BLOWS = EVERY_BLOW * 2 if IS_SOAK else EVERY_BLOW[:3]


@pytest.fixture
def counted(engine: Engine) -> Engine:
    EFFECTS.metadata.create_all(engine)
    return engine


@pytest.mark.parametrize("seed", SEEDS)
def test_the_effects_of_every_due_slot_are_there_exactly_once(
    nursery: Nursery, counted: Engine, database_url: str, seed: int, request: pytest.FixtureRequest
) -> None:
    drill = Drill(nursery, counted, database_url, Random(seed))
    play(drill, drill.draw.sample(BLOWS, len(BLOWS)))

    assert wrong(counted) == []
    assert coalesced(counted) > 0
    slots, longest = covered_slots(counted), max(drill.take_overs)
    tell_proof(
        request,
        f"two schedulers, {counted.dialect.name}: {len(BLOWS)} blows, {slots} due slots in "
        f"{len(effects_of(counted))} runs, each exactly once; longest take-over {longest:.1f} s "
        f"with a lease of 1 s; seed {seed}",
    )


@pytest.mark.soak
def test_the_drill_finds_a_scheduler_that_writes_without_its_fence(
    nursery: Nursery, counted: Engine, database_url: str
) -> None:
    drill = Drill(nursery, counted, database_url, Random(1), work="fenceless")

    play(drill, ["freeze_leader"] * 6)

    assert wrong(counted)


def states(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(col(JobRun.state))))


def test_told_twice_to_stop_the_process_leaves_at_once_and_nothing_more_is_written(
    nursery: Nursery, counted: Engine, database_url: str
) -> None:
    pid = nursery.ask("start", url=database_url, work="long")
    within(40, lambda: "running" in states(counted))

    # Again and again: two signals sent at once arrive as one.
    within(40, lambda: told_to_stop(pid) and set(states(counted)) == {"abandoned"})

    assert nursery.ended(pid) == 0
    assert effects_of(counted) == []
    with reading(counted) as session:
        assert session.scalars(select(col(Lease.until_at))).one() <= database_now(session)


def told_to_stop(pid: int) -> bool:
    os.kill(pid, signal.SIGTERM)
    return True
