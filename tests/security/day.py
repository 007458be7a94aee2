"""The demo day, seeded once per engine and walked once: many tests look at one walk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlmodel import col

from schedules.commands import reconcile_now
from tests.builders import NOW, the_config, use_quick_passwords
from tests.security.books import Personal, content
from tests.security.walk import Seen, Walker, listening, seen_of
from tests.web.visitor import Visitor
from tracker.actions.accounts import create_token
from tracker.app import create_app
from tracker.demo.offices import ACCOUNTS, PASSWORD
from tracker.demo.seed import seed
from tracker.store.engine import reading, transaction
from tracker.store.models import DossierNumberRow, Item, Label
from tracker.web.language import LANGUAGES

PEOPLE = tuple(row[0] for row in ACCOUNTS)
ONE_OF_EACH_ROLE = ("clerk", "officer", "postclerk", "courier", "driver", "supervisor", "hotline", "admin", "auditor")
ALIKE_FOR_A_ROLE, ALIKE_FOR_ONE = 3, 200
ONE = "clerk"
LISTS = ("/me", "/offices", "/procedures", "/dossiers", "/items", "/discrepancies", "/runs", "/openapi.json", "/docs")


@dataclass(frozen=True)
class Day:
    engine: Engine
    app: Flask
    tokens: dict[str, str]

    def enter(self, name: str) -> FlaskClient:
        """Signed in through the form."""
        person = Visitor(self.app.test_client())
        assert person.sign_in(name, PASSWORD).status == 303
        return person.client

    def labels(self) -> Sequence[str]:
        with reading(self.engine) as session:
            return session.scalars(select(col(Label.token)).order_by(col(Label.id))).all()

    def numbers(self) -> list[str]:
        with reading(self.engine) as session:
            items = session.scalars(select(col(Item.number)).order_by(col(Item.id))).all()
            return [*items, *session.scalars(select(col(DossierNumberRow.text)))]


def found_day(url: str, engine: Engine) -> Day:
    """Seeded through the product's own actions, and reconciled once as the schedules do it."""
    use_quick_passwords()
    config = the_config()
    config = config.model_copy(update={"database": config.database.model_copy(update={"url": url})})
    seed(engine, config, NOW)
    assert reconcile_now(config, NOW).succeeded
    with transaction(engine) as session:
        tokens = {name: create_token(session, name, at=NOW) for name in PEOPLE}
    return Day(engine, create_app(config, engine, lambda: NOW), tokens)


@dataclass
class Walked:
    """What was seen, what was said in the log meanwhile, and the tables before and after."""

    day: Day
    seen: list[Seen] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)

    @cached_property
    def personal(self) -> Personal:
        return Personal(self.day.engine)

    def pages(self, *, who: str | None = None, language: str | None = None) -> list[Seen]:
        return [
            one
            for one in self.seen
            if one.is_page and who in {None, one.who} and language in {None, one.language} and "/api/" not in one.path
        ]


def walk_the_day(day: Day) -> Walked:
    """One person opens nearly everything, on SQLite only: what a page says of its rows no engine decides."""
    longest = ALIKE_FOR_ONE if day.engine.dialect.name == "sqlite" else ALIKE_FOR_A_ROLE
    entered = {(name, language): day.enter(name) for name in ONE_OF_EACH_ROLE for language in LANGUAGES}
    walked = Walked(day, before=dict(content(day.engine)))
    with listening() as said:
        for language in LANGUAGES:
            walked.seen += _as_strangers(day, language)
        for (name, language), client in entered.items():
            most = longest if (name, language) == (ONE, "en") else ALIKE_FOR_A_ROLE
            walked.seen += Walker(day.app, client, name, language, most).walk(f"/lam-viec?lang={language}")
        for name in ONE_OF_EACH_ROLE:
            walked.seen += _through_the_api(day, name)
    walked.said, walked.after = said, dict(content(day.engine))
    return walked


def _as_strangers(day: Day, language: str) -> list[Seen]:
    starts = [f"/?lang={language}", f"/dang-nhap?lang={language}", f"/khong-co?lang={language}", "/healthz", "/readyz"]
    starts += [f"/t/{token}?lang={language}" for token in day.labels()]
    starts += [f"/tra-cuu?number={number}&lang={language}" for number in (*day.numbers(), "EI000000000VN")]
    return Walker(day.app, day.app.test_client(), "", language, len(starts)).walk(*starts)


def _through_the_api(day: Day, name: str) -> list[Seen]:
    client, headers = day.app.test_client(), {"Authorization": f"Bearer {day.tokens[name]}"}

    def ask(path: str, method: str = "GET") -> Seen:
        return seen_of(name, "vi", client.open(f"/api/v1{path}", method=method, headers=headers))

    seen = [ask(f"{path}{'?limit=40' if path[1] in 'di' and 'docs' not in path else ''}") for path in LISTS]
    for path, number in (("/dossiers", "number"), ("/items", "number")):
        answer = client.get(f"/api/v1{path}?limit=3", headers=headers)
        rows = answer.get_json()["data"] if answer.status_code == 200 else [{number: "EI000000000VN"}]
        seen += [ask(f"{path}/{row[number]}", method) for row in rows for method in ("GET", "HEAD")]
    return seen
