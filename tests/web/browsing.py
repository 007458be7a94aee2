"""A browser without a screen: the application on a database, and people signed in through its own form."""

from dataclasses import dataclass
from datetime import datetime

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from tests.applications import an_app
from tests.builders import CENTRE, NOW, PASSWORD, an_account, found_province, use_quick_passwords
from tracker.domain.actor import Actor
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction


@dataclass(slots=True)
class Clock:
    """Stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Browser:
    """One person at one screen."""

    client: FlaskClient
    actor: Actor
    clock: Clock

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str) -> BeautifulSoup:
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return soup_of(answer)

    def send(self, path: str, **fields: str) -> TestResponse:
        """As a form of ours sends it; `__` in a name stands for the hyphen."""
        token = {"form_token": self.form_token()}
        return self.client.post(path, data=token | {name.replace("__", "-"): value for name, value in fields.items()})

    def form_token(self) -> str:
        field = soup_of(self.client.get("/ban-quay/tim")).select_one("input[name=form_token]")
        field = field or soup_of(self.client.get("/lam-viec", follow_redirects=True)).select_one(
            "input[name=form_token]"
        )
        assert field is not None
        return str(field["value"])


def soup_of(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def errors_of(answer: TestResponse) -> dict[str, str]:
    """The sentences beside their fields, by the id of the field."""
    shown = soup_of(answer).select("p.err[id$=-error]")
    return {
        str(part["id"]).removesuffix("-error"): part.get_text(" ", strip=True).removeprefix("Lỗi: ") for part in shown
    }


def text_of(answer: TestResponse) -> str:
    return " ".join(soup_of(answer).get_text(" ").split())


def open_house(engine: Engine) -> None:
    """A founded province and quick passwords."""
    use_quick_passwords()
    with transaction(engine) as session:
        found_province(session)


def browser(
    engine: Engine, role: Role, office: str = CENTRE, *, name: str | None = None, at: datetime = NOW
) -> Browser:
    """A new person of this role, signed in through the form at that instant."""
    with transaction(engine) as session:
        actor = an_account(session, role, office, name).actor
    clock = Clock(at)
    client = an_app(engine, clock).test_client()
    form = soup_of(client.get("/dang-nhap")).select_one("input[name=form_token]")
    assert form is not None
    signed = client.post("/dang-nhap", data={"form_token": form["value"], "name": actor.name, "password": PASSWORD})
    assert signed.status_code == 303
    return Browser(client, actor, clock)
