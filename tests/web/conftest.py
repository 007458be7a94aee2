"""A small province with one person of each role, and a browser for each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.applications import an_app
from tests.builders import (
    AGENCY,
    CENTRE,
    NOW,
    POST,
    ROOT,
    SignedOn,
    an_account,
    found_province,
    use_quick_passwords,
)
from tests.engines import PostgresServer, postgres_copy, sqlite_copy
from tests.web.visitor import Visitor
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction

TOWN_TEMPLATE = "template_town"
PEOPLE = (
    (Role.CLERK, CENTRE),
    (Role.OFFICER, CENTRE),
    (Role.POSTCLERK, POST),
    (Role.COURIER, POST),
    (Role.DRIVER, POST),
    (Role.SUPERVISOR, ROOT),
    (Role.HOTLINE, ROOT),
    (Role.ADMIN, ROOT),
    (Role.AUDITOR, ROOT),
)


@dataclass
class Clock:
    """Every look at it is a second later: two things never happen at one instant."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Town:
    """`people` by role; the clock is the application's own."""

    engine: Engine
    clock: Clock
    people: dict[Role, SignedOn] = field(default_factory=dict)


@pytest.fixture(autouse=True)
def _quick_passwords() -> None:
    use_quick_passwords()


def _found(url: str) -> dict[Role, SignedOn]:
    use_quick_passwords()
    engine = create_engine(url)
    with transaction(engine) as session:
        found_province(session)
        people = {role: an_account(session, role, office) for role, office in PEOPLE}
        people[Role.SYSTEM] = an_account(session, Role.OFFICER, AGENCY, "agency_officer")
    engine.dispose()
    return people


@pytest.fixture(scope="session")
def sqlite_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Role, SignedOn]]:
    folder = tmp_path_factory.mktemp("town")
    people = _found(sqlite_copy(sqlite_template, folder))
    return folder / "giaonhan.db", people


@pytest.fixture(scope="session")
def postgres_town(postgres: PostgresServer) -> tuple[str, dict[Role, SignedOn]]:
    return TOWN_TEMPLATE, _found(postgres.create_database(TOWN_TEMPLATE, "template_at_head"))


@pytest.fixture
def town(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Founded once a process, a copy for each test."""
    if engine_name == "sqlite":
        file, people = request.getfixturevalue("sqlite_town")
        yield from _opened(sqlite_copy(file, tmp_path), people)
        return
    template, people = request.getfixturevalue("postgres_town")
    with postgres_copy(request.getfixturevalue("postgres"), template) as url:
        yield from _opened(url, people)


def _opened(url: str, people: dict[Role, SignedOn]) -> Iterator[Town]:
    engine = create_engine(url)
    yield Town(engine, Clock(), dict(people))
    engine.dispose()


@pytest.fixture
def app(town: Town) -> Flask:
    return an_app(town.engine, town.clock)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser that nobody has signed in with."""
    return Visitor(app.test_client())


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Role], Visitor]:
    """A browser of its own per person, signed in through the form."""

    def enter(role: Role) -> Visitor:
        person = Visitor(app.test_client())
        person.sign_in(role.value)
        return person

    return enter
