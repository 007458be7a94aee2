"""The application as a stranger, a colleague of another office and a hostile program meet it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.applications import an_app
from tests.builders import NOW, SignedOn
from tests.callers import Api
from tests.engines import sqlite_copy
from tests.security.day import Walked, found_day, walk_the_day
from tests.security.doors import Doors
from tracker.store.engine import create_engine


@pytest.fixture(scope="session")
def walks() -> Iterator[tuple[dict[str, Walked], ExitStack]]:
    with ExitStack() as until_the_end:
        yield {}, until_the_end


@pytest.fixture
def walked(
    engine_name: str,
    walks: tuple[dict[str, Walked], ExitStack],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Walked:
    """The walk through the day of this engine; the first test that asks pays for it."""
    done, until_the_end = walks
    if engine_name not in done:
        if engine_name == "sqlite":
            url = sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("walked"))
        else:
            url = request.getfixturevalue("postgres").create_database("walked_day", "template_at_head")
        engine = create_engine(url)
        until_the_end.callback(engine.dispose)
        done[engine_name] = walk_the_day(found_day(url, engine))
    return done[engine_name]


@pytest.fixture
def quick_doors(sqlite_province: tuple[Path, dict[str, SignedOn]], tmp_path: Path) -> Iterator[Doors]:
    """The same, for what no database decides."""
    template, people = sqlite_province
    engine = create_engine(sqlite_copy(template, tmp_path))
    app = an_app(engine, lambda: NOW)
    yield Doors(Api(app, engine, app.test_client(), people))
    engine.dispose()


@pytest.fixture
def doors(api: Api) -> Doors:
    """The pages of a small province, of this test alone; its clock stands until it is moved."""
    return Doors(api)
