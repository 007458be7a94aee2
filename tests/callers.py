"""A founded province with people of every role, copied for each test; calls go through the real application."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session
from werkzeug.test import TestResponse

from tests.applications import an_app
from tests.builders import (
    AGENCY,
    CENTRE,
    COMMUNE,
    ELSEWHERE,
    NOW,
    OPEN_PROCEDURE,
    POST,
    POST_ELSEWHERE,
    ROOT,
    SignedOn,
    a_number,
    an_account,
    found_province,
    use_quick_passwords,
)
from tests.engines import PostgresServer, postgres_copy, sqlite_copy, sqlite_url
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, reading, transaction

PROVINCE_TEMPLATE = "template_province"
PEOPLE: Mapping[str, tuple[Role, str]] = {
    "clerk": (Role.CLERK, CENTRE),
    "clerk2": (Role.CLERK, COMMUNE),
    "officer": (Role.OFFICER, CENTRE),
    "postclerk": (Role.POSTCLERK, POST),
    "courier": (Role.COURIER, POST),
    "driver": (Role.DRIVER, POST),
    "supervisor": (Role.SUPERVISOR, ROOT),
    "hotline": (Role.HOTLINE, ROOT),
    "admin": (Role.ADMIN, ROOT),
    "auditor": (Role.AUDITOR, ROOT),
    "stranger": (Role.CLERK, ELSEWHERE),
    "strange_officer": (Role.OFFICER, ELSEWHERE),
    "strange_postclerk": (Role.POSTCLERK, POST_ELSEWHERE),
    "strange_courier": (Role.COURIER, POST_ELSEWHERE),
    "strange_supervisor": (Role.SUPERVISOR, ELSEWHERE),
}


@dataclass(frozen=True, slots=True)
class Api:
    """Calls on behalf of people by their names."""

    app: Flask
    engine: Engine
    client: FlaskClient
    people: Mapping[str, SignedOn]

    def headers(self, who: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.people[who].token}"} if who else {}

    def get(self, path: str, who: str | None = "clerk", **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self.headers(who) | _named(headers))

    def post(self, path: str, body: object, who: str | None = "clerk", **headers: str) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=body, headers=self.headers(who) | _named(headers))

    def send(self, path: str, body: bytes, who: str | None = "clerk", **headers: str) -> TestResponse:
        """Bytes as they are, JSON unless said."""
        given = self.headers(who) | {"Content-Type": "application/json"} | _named(headers)
        return self.client.post(f"/api/v1{path}", data=body, headers=given)

    def put(self, path: str, body: bytes, who: str | None = "courier", mimetype: str = "image/jpeg") -> TestResponse:
        return self.client.put(f"/api/v1{path}", data=body, headers=self.headers(who) | {"Content-Type": mimetype})

    @contextmanager
    def session(self) -> Iterator[Session]:
        with reading(self.engine) as session:
            yield session

    def register(self, serial: int = 1, who: str = "clerk", leg: str = "submission", **fields: object) -> str:
        """A dossier of its own and one item; the item's number."""
        assert self.post("/dossiers", a_dossier_body(serial), who).status_code == 201
        answer = self.post("/items", {"dossier": a_number(serial), "leg": leg} | fields, who)
        assert answer.status_code == 201, answer.text
        return str(answer.json["number"]) if answer.json else ""


def faults(problem: Mapping[str, object] | None) -> list[tuple[str, str]]:
    """Each field at fault with its cause, as a problem tells them."""
    told = (problem or {}).get("errors")
    return [(fault["field"], fault["cause"]) for fault in told] if isinstance(told, list) else []


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def a_dossier_body(serial: int = 1, **fields: object) -> dict[str, object]:
    given: dict[str, object] = {
        "number": a_number(serial),
        "procedure": OPEN_PROCEDURE,
        "receiving_office": CENTRE,
        "deciding_agency": AGENCY,
        "applicant": a_person_body(),
        "documents": [{"name": "Tờ khai", "kind": "original", "count": 1}],
        "result_by_post": True,
    }
    return given | fields


def a_person_body(**fields: object) -> dict[str, object]:
    given: dict[str, object] = {
        "name": "Nguyễn Thị Ánh Tuyết",
        "phone": "0912 345 678",
        "address": {"line": "12 Lý Bôn", "ward_code": "32002", "province_code": "96"},
    }
    return given | fields


def _found(url: str) -> dict[str, SignedOn]:
    use_quick_passwords()
    engine = create_engine(url)
    with transaction(engine) as session:
        found_province(session)
        people = {name: an_account(session, role, office, name) for name, (role, office) in PEOPLE.items()}
    engine.dispose()
    return people


@pytest.fixture(scope="session")
def sqlite_province(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, SignedOn]]:
    folder = tmp_path_factory.mktemp("province")
    url = sqlite_copy(sqlite_template, folder)
    people = _found(url)
    return folder / "giaonhan.db", people


@pytest.fixture(scope="session")
def postgres_province(postgres: PostgresServer) -> dict[str, SignedOn]:
    return _found(postgres.create_database(PROVINCE_TEMPLATE, "template_at_head"))


@pytest.fixture
def api(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    if engine_name == "sqlite":
        template, people = request.getfixturevalue("sqlite_province")
        sqlite_copy(template, tmp_path)
        yield from _open(sqlite_url(tmp_path / "giaonhan.db"), people)
        return
    people = request.getfixturevalue("postgres_province")
    with postgres_copy(request.getfixturevalue("postgres"), PROVINCE_TEMPLATE) as url:
        yield from _open(url, people)


def _open(url: str, people: Mapping[str, SignedOn]) -> Iterator[Api]:
    engine = create_engine(url)
    app = an_app(engine, lambda: NOW)
    yield Api(app, engine, app.test_client(), people)
    engine.dispose()
