"""Every test that asks for `engine` runs once per engine; the summary counts them and says what was not shown."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.closing import ENGINES, Closing
from tests.compiled_once import compile_once
from tests.engines import PostgresServer, migrated_postgres, postgres_copy, sqlite_copy, sqlite_url
from tests.fast_folder import fast_folder
from tests.shown import must_show_all
from tracker.store.engine import create_engine, transaction
from tracker.store.migrate import migrate

compile_once()
if fast := fast_folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(fast))

# Once for all folders: a session fixture imported into two of them would be set up twice.
pytest_plugins = ["tests.callers", "tests.province"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server per test process, without fsync; for drills that kill it see tests.engines.postgres_server."""
    with migrated_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "at_head.db"
    migrate(sqlite_url(file))
    return file


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    request.node.user_properties.append(("engine", name))
    return name


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty installation at the newest schema, of this test alone."""
    if engine_name == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    with postgres_copy(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def blank_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, for tests of the migrations."""
    if engine_name == "sqlite":
        yield sqlite_url(tmp_path / "blank.db")
        return
    with postgres_copy(request.getfixturevalue("postgres"), template="template1") as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One open transaction; on SQLite it holds the write lock until the test ends."""
    with transaction(engine) as session:
        yield session


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Closing(config))


def pytest_report_header() -> str | None:
    if must_show_all():
        return "GIAONHAN_REQUIRE_ALL=1: what this machine cannot show fails"
    return None
