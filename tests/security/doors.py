"""A small province with strangers in it, and its pages: every person with a browser, every route with an address."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.applications import an_app
from tests.builders import NOW, OPEN_PROCEDURE, PASSWORD
from tests.callers import Api
from tests.web.visitor import Page, Visitor

COOKIE = "giaonhan_session"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
CHANGING = re.compile(r'nonce="[^"]*"|name="form_token" value="[^"]*"|data-event-id="[^"]*"')


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def after(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Person(Visitor):
    """One browser. The form's token is that of its session, as any page of it shows it."""

    def __init__(self, app: Flask, name: str) -> None:
        super().__init__(app.test_client())
        self.name = name
        self.token = ""

    @property
    def cookie(self) -> str:
        found = self.client.get_cookie(COOKIE)
        return found.value if found else ""

    def token_shown(self) -> str:
        first = Page(self.client.get("/lam-viec", follow_redirects=True))
        return str(first.soup.select("input[name=form_token]")[0]["value"])

    def ask(self, method: str, path: str, given: Mapping[str, str] | None = None, **headers: str) -> TestResponse:
        """As our own pages send it: with the session's token."""
        fields = {"form_token": self.token, **(given or {})} if method in UNSAFE else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, data=fields, headers=named)


@dataclass
class Doors:
    api: Api
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.app = an_app(self.api.engine, self.clock)

    def enter(self, name: str, password: str = PASSWORD) -> Person:
        """Signed in through the form."""
        person = Person(self.app, name)
        page = person.sign_in(name, password)
        assert page.status == 303, page.words
        person.token = person.token_shown()
        return person

    def stranger(self) -> Person:
        return Person(self.app, "")

    def routes(self) -> Iterator[tuple[str, Rule]]:
        """Every method of every page; the API has tests of its own."""
        for rule in self.app.url_map.iter_rules():
            if not rule.rule.startswith("/api/"):
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield method, rule


def line_of(method: str, rule: Rule) -> str:
    return f"{method} {rule.rule}"


def address_of(rule: Rule, **ids: str) -> str:
    """With the ids given, and otherwise such as nobody has."""
    known = {
        "number": "EI260115010VN",
        "label_id": "4711",
        "printer_id": "4711",
        "batch_id": "4711",
        "run_id": "4711",
        "orphan_id": "4711",
        "code": OPEN_PROCEDURE,
        "name": "base.css",
        "kind": "forwarded",
        "listing": "giao-nhan",
        "sheet": "PG-BC.CM-261123-77",
        "row": "1",
        "handover": "01990000-0000-7000-8000-000000000001",
        "count": "01990000-0000-7000-8000-000000000002",
        "event_id": "01990000-0000-7000-8000-000000000000",
    }
    known |= {"token": "0" * 26} | ids
    if "/doi-soat/<" in rule.rule:
        known["number"] = ids.get("discrepancy", "4711")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found[1]], rule.rule)


def unchanging(answer: TestResponse, *ids: str) -> tuple[int, str, str]:
    """Status, way and body without what differs from one answer to the next."""
    body, location = CHANGING.sub("", answer.get_data(as_text=True)), answer.headers.get("Location", "")
    for one in ids:
        body, location = body.replace(one, "#"), location.replace(one, "#")
    return answer.status_code, location, body
