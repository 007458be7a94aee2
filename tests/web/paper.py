"""Outage sheets as a person at a desk prints and enters them."""

from datetime import timedelta

from sqlmodel import col, select

from tests.web.conftest import Town
from tests.web.test_scan import Envelope
from tests.web.visitor import Page, Visitor
from tracker.store.engine import reading
from tracker.store.models import OutageRow

SHEETS = "/ban-quay/phieu-giay/"
WRITTEN = "2026-11-23T10:04"
A_WHILE = timedelta(minutes=9)


def send(person: Visitor, path: str, **given: str) -> Page:
    form_token = str(person.get(SHEETS).soup.select("input[name=form_token]")[0]["value"])
    return person.post(path, {"form_token": form_token, **given})


def printed_by(person: Visitor, wanted: str, count: str = "1") -> str:
    """The number of the first sheet."""
    page = send(person, SHEETS, **{"for": wanted, "count": count})
    assert page.status == 303, page.words
    return str(page.answer.location).rpartition("/")[2]


def post_sheet(person: Visitor, town: Town) -> str:
    number = printed_by(person, "BC.CM:post")
    town.clock.at += A_WHILE
    return number


def asked_of(person: Visitor, number: str, row: int, envelope: Envelope, kind: str) -> Page:
    return send(person, f"{SHEETS}{number}/{row}", code=envelope.number, type=kind)


def entered_on(person: Visitor, number: str, row: int, asked: Page, **answers: str) -> Page:
    given = {name.replace("__", "-"): value for name, value in answers.items()}
    return person.post(f"{SHEETS}{number}/{row}", asked.fields() | {"happened_at": WRITTEN} | given)


def wrong_fields(page: Page) -> list[str]:
    return [str(link["href"]).removeprefix("#") for link in page.soup.select("#errors a")]


def states(town: Town) -> list[str]:
    with reading(town.engine) as session:
        return list(session.exec(select(col(OutageRow.state)).order_by(col(OutageRow.line))))
