"""A small province with one person of each role, and a browser for each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
from tests.web.visitor import Visitor
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction

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


@pytest.fixture
def town(engine: Engine) -> Town:
    town = Town(engine, Clock())
    with transaction(engine) as session:
        found_province(session)
        for role, office in PEOPLE:
            town.people[role] = an_account(session, role, office)
        town.people[Role.SYSTEM] = an_account(session, Role.OFFICER, AGENCY, "agency_officer")
    return town


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
