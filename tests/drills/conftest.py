"""Drills run on durable databases only."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.drills.installation import Founding, Installation
from tests.drills.open_doors import Open, OpenDoors
from tests.drills.timetables import Nursery, a_nursery
from tests.engines import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[PostgresServer]:
    """The drills' own: fsync and synchronous_commit on, and free to be killed."""
    with postgres_server(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with a_nursery() as nursery:
        yield nursery


@pytest.fixture(scope="session")
def founding(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Founding:
    return Founding(tmp_path_factory.mktemp("founded"), lambda: request.getfixturevalue("durable_postgres"))


@pytest.fixture
def installation(founding: Founding, engine_name: str, tmp_path: Path) -> Iterator[Installation]:
    """Fresh, of this test alone."""
    with founding.copy(engine_name, tmp_path) as installation:
        yield installation


@pytest.fixture(scope="session")
def open_doors(founding: Founding, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenDoors]:
    with ExitStack() as until_the_end:
        yield OpenDoors(founding, tmp_path_factory, until_the_end)


@pytest.fixture
def opened(open_doors: OpenDoors, engine_name: str) -> Open:
    return open_doors.of(engine_name)
