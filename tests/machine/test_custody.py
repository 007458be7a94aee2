"""Hypothesis runs the day: the product and the model must agree after every step, whatever happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders import AGENCY, POST, POST_AFAR, an_account
from tests.callers import PROVINCE_TEMPLATE
from tests.drills.proof import tell_proof
from tests.drills.soaking import MARKS, times
from tests.engines import postgres_copy, sqlite_copy, sqlite_url
from tests.machine.custody import Custody
from tests.machine.world import World
from tests.model.histories import LIFE_CYCLE
from tracker.actions.founding import NewRange, grant_ranges
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction

pytestmark = MARKS
RUNS, STEPS = times(5), 26


@pytest.fixture
def world(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The province of the API's tests, with a second post office's people."""
    if engine_name == "sqlite":
        template, _ = request.getfixturevalue("sqlite_province")
        sqlite_copy(template, tmp_path)
        yield from opened(sqlite_url(tmp_path / "giaonhan.db"))
        return
    request.getfixturevalue("postgres_province")
    with postgres_copy(request.getfixturevalue("postgres"), PROVINCE_TEMPLATE) as url:
        yield from opened(url)


def opened(url: str) -> Iterator[World]:
    engine = create_engine(url)
    with transaction(engine) as session:
        an_account(session, Role.POSTCLERK, POST_AFAR, "postclerk2")
        an_account(session, Role.COURIER, POST_AFAR, "courier2")
        an_account(session, Role.OFFICER, AGENCY, "officer2")
        grant_ranges(session, [NewRange(POST, "RK", 40_000_000, 40_099_999)], at=World(engine).clock())
    yield World(engine)
    engine.dispose()


def test_product_and_model_agree_after_every_step(
    world: World, engine_name: str, request: pytest.FixtureRequest
) -> None:
    class Day(Custody):
        pass

    Day.world, Day.sent, Custody.steps = world, {}, 0
    drawn = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Day, settings=drawn)

    assert Day.sent.keys() == LIFE_CYCLE.keys()
    recorded = sum("recorded" in outcomes for outcomes in Day.sent.values())
    tell_proof(
        request,
        f"state machine over the API, {engine_name}: {RUNS} runs, {Custody.steps} steps, all {len(Day.sent)} events "
        f"sent, {recorded} recorded, 0 differences; derandomized",
    )
