"""Two schedulers on one database, killed and frozen at any moment: the effects of every due slot exactly once."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine

from tests.drills.counting import EFFECTS
from tests.drills.proof import tell_proof
from tests.drills.soaking import IS_SOAK, MARKS
from tests.drills.timetables import Drill, Nursery, a_nursery, coalesced, covered_slots, effects_of, play, wrong

pytestmark = MARKS
SEEDS = range(1, 11) if IS_SOAK else range(1, 2)
EVERY_BLOW = ("kill_leader", "freeze_leader", "kill_all", "stop_leader", "freeze_standby")
BLOWS = EVERY_BLOW * 2 if IS_SOAK else EVERY_BLOW[:3]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with a_nursery() as nursery:
        yield nursery


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
