"""The demo day as it stands after the seed, and after one pull and one reconciliation of it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.commands import pull_now, reconcile_now
from tests.builders import the_config, use_quick_passwords
from tests.engines import sqlite_copy
from tests.standins.running import one_stop_server
from tracker.config import Config
from tracker.demo.seed import agency_side, seed
from tracker.store.engine import create_engine, reading
from tracker.store.models import Discrepancy, JobRun

# Nobody is at work: the night after a Sunday; and the first minutes after the closed days of Tết.
MOMENTS = {
    "Sunday night": datetime(2026, 11, 22, 19, 30, tzinfo=UTC),
    "after Tết": datetime(2027, 2, 15, 0, 10, tzinfo=UTC),
}


@dataclass(frozen=True, slots=True)
class DemoDay:
    """`recorded` are the codes that stood open after the seed alone, `found` those after the jobs, one per row."""

    engine: Engine
    runs_of_the_seed: Sequence[int | None]
    recorded: Sequence[str]
    found: Sequence[str]


@pytest.fixture(scope="session")
def demo_days() -> Iterator[tuple[dict[tuple[str, str], DemoDay], ExitStack]]:
    with ExitStack() as until_the_end:
        yield {}, until_the_end


@pytest.fixture(params=MOMENTS)
def demo_day(
    engine_name: str,
    demo_days: tuple[dict[tuple[str, str], DemoDay], ExitStack],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> DemoDay:
    """Of this engine and moment; the first test that asks pays for it, all of them only look."""
    days, until_the_end = demo_days
    moment = str(request.param)
    if (engine_name, moment) not in days:
        if engine_name == "sqlite":
            url = sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("demo"))
        else:
            name = f"demo_{list(MOMENTS).index(moment)}"
            url = request.getfixturevalue("postgres").create_database(name, "template_at_head")
        engine = create_engine(url)
        until_the_end.callback(engine.dispose)
        days[engine_name, moment] = seeded(url, engine, MOMENTS[moment])
    return days[engine_name, moment]


def seeded(url: str, engine: Engine, now: datetime) -> DemoDay:
    use_quick_passwords()
    plain = the_config()
    config = plain.model_copy(update={"database": plain.database.model_copy(update={"url": url})})
    seed(engine, config, now)
    with reading(engine) as session:
        runs = session.scalars(select(col(JobRun.id))).all()
    recorded = open_codes(engine)
    run_the_jobs(engine, config, now)
    return DemoDay(engine, runs, recorded, open_codes(engine))


def open_codes(engine: Engine) -> Sequence[str]:
    with reading(engine) as session:
        return session.scalars(select(col(Discrepancy.code)).where(col(Discrepancy.state) == "open")).all()


def run_the_jobs(engine: Engine, config: Config, now: datetime) -> None:
    office = agency_side(engine)
    assert isinstance(office, list)
    ahead = (now - datetime.now(UTC)).total_seconds()
    with one_stop_server(office, now_offset_seconds=ahead) as server:
        told = {"base_url": server.base_url, "username": server.username, "password": server.password}
        feed = config.feeds.one_stop.model_copy(update=told | {"group_id": server.group_id})
        fed = config.model_copy(update={"feeds": config.feeds.model_copy(update={"one_stop": feed})})
        assert pull_now(fed, "one_stop", now).succeeded
        assert reconcile_now(fed, now).succeeded
