"""The supervisor's queue: narrowed, given together, waited for, and closed by two where something is lost."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import Engine, select
from sqlmodel import col

from tests.builders import NOW, ROOT, the_config
from tests.web.browsing import Browser, browser, errors_of, open_house, text_of
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.due_dates import set_terms
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import Role
from tracker.store.engine import transaction
from tracker.store.models import Discrepancy

QUEUE = "/dieu-hanh/doi-soat"
OPEN = 53


@pytest.fixture
def supervisor(engine: Engine) -> Browser:
    """More open ones than a page holds, of two kinds."""
    open_house(engine)
    with transaction(engine) as session:
        for number in range(OPEN):
            code = DiscrepancyCode.COUNTER_GAP if number % 2 else DiscrepancyCode.CLOCK_FAULT
            open_finding(session, Finding(code, f"device:{number}", NOW, evidence={"post": {"n": number}}), at=NOW)
        set_terms(session, the_config())
    return browser(engine, Role.SUPERVISOR, ROOT)


def rows(page: BeautifulSoup) -> list[int]:
    return [int(str(box["value"])) for box in page.select(".q input[name=tick]")]


def chosen(page: BeautifulSoup) -> str:
    (row,) = page.select(".q [aria-current]")
    return str(row["href"])


def stored(engine: Engine, number: int) -> Discrepancy:
    with transaction(engine) as session:
        return session.scalars(select(Discrepancy).where(col(Discrepancy.id) == number)).one()


def test_it_is_read_by_pages_and_narrowed_and_an_act_keeps_the_place(supervisor: Browser, engine: Engine) -> None:
    first = supervisor.page(QUEUE)
    (onward,) = first.select("a[data-next-page]")
    second = supervisor.page(str(onward["href"]))
    assert len(rows(first)) == 50
    assert set(rows(first)) & set(rows(second)) == set()
    assert len(rows(first) + rows(second)) == OPEN

    narrowed = supervisor.page(f"{QUEUE}?loai=counter_gap")
    ids = rows(narrowed)
    assert "26 chênh lệch theo bộ lọc" in narrowed.get_text()
    ended = supervisor.send(f"{QUEUE}/{ids[0]}/dong?loai=counter_gap", reason="explained", next=str(ids[1]))
    assert ended.headers["Location"] == f"{QUEUE}?so={ids[1]}&loai=counter_gap"
    assert f"so={ids[1]}&" in chosen(supervisor.page(ended.headers["Location"]))
    assert rows(supervisor.page(f"{QUEUE}?loai=counter_gap")) == ids[1:]

    ticked = [str(number) for number in ids[1:4]]
    sent: dict[str, Any] = {"tick": ticked, "all_to": supervisor.actor.name}  # a field sent thrice
    given = supervisor.send(f"{QUEUE}/giao?loai=counter_gap", **sent)
    assert given.headers["Location"] == f"{QUEUE}?loai=counter_gap"
    assert rows(supervisor.page(f"{QUEUE}?nguoi=me&buoc=in_progress")) == ids[1:4]
    nobody = supervisor.send(f"{QUEUE}/giao", **(sent | {"all_to": ""}))
    assert (nobody.status_code, set(errors_of(nobody))) == (422, {"all_to"})


def test_waiting_says_for_whom_and_a_loss_needs_a_second_person(supervisor: Browser, engine: Engine) -> None:
    number = rows(supervisor.page(QUEUE))[0]
    wrong = supervisor.send(f"{QUEUE}/{number}/cho", waiting_for="", until_on="2026-11-01")
    assert set(errors_of(wrong)) == {"waiting_for"}
    assert supervisor.send(f"{QUEUE}/{number}/cho", waiting_for="agency", until_on="2026-11-25").status_code == 303
    page = " ".join(supervisor.page(f"{QUEUE}?so={number}").get_text(" ").split()).replace("\xa0", " ")
    assert "chờ cơ quan giải quyết, xem lại thứ Tư 25/11" in page
    assert rows(supervisor.page(f"{QUEUE}?buoc=waiting")) == [number]

    supervisor.send(f"{QUEUE}/{number}/dong", reason="written_off", note="tìm hết nơi")
    alone = supervisor.send(f"{QUEUE}/{number}/dong", reason="written_off")
    assert alone.status_code == 422
    assert stored(engine, number).state == "open"
    second = browser(engine, Role.SUPERVISOR, ROOT, name="second")
    assert "đề xuất đóng: Chấp nhận, không xử lý tiếp" in text_of(second.get(f"{QUEUE}?so={number}"))
    second.send(f"{QUEUE}/{number}/duyet")
    assert stored(engine, number).proposed_by is None
    second.send(f"{QUEUE}/{number}/dong", reason="written_off")
    supervisor.send(f"{QUEUE}/{number}/dong", reason="written_off")
    assert stored(engine, number).reason == "written_off"
