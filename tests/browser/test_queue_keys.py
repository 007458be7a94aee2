"""A supervisor on Monday morning works the queue without touching the mouse."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import Engine, select
from sqlmodel import col
from werkzeug.serving import make_server

from tests.applications import an_app
from tests.browser.people import QUIET
from tests.browser.sight import Eye
from tests.builders import CENTRE, NOW, PASSWORD, ROOT, a_desk, a_dossier, a_number, an_account, an_item, the_config
from tests.engines import sqlite_copy
from tests.shown import chromium
from tests.web.browsing import open_house
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.due_dates import set_terms
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction
from tracker.store.models import Discrepancy

pytestmark = pytest.mark.browser

CHOSEN = re.compile(r"so=(\d+)")
KINDS = (
    DiscrepancyCode.SILENT_ITEM,
    DiscrepancyCode.TWO_HOLDERS,
    DiscrepancyCode.MISSED_SCAN,
    DiscrepancyCode.MISROUTED,
)


@dataclass
class Morning:
    engine: Engine
    page: Page
    base_url: str

    def go(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def goes(self, *keys: str) -> int:
        """Each key leads to another page, or to the same one anew; answers which row is chosen there."""
        for key in keys:
            with self.page.expect_navigation():
                self.page.keyboard.press(key)
        return self.chosen

    @property
    def chosen(self) -> int:
        found = CHOSEN.search(self.page.locator("[data-row][aria-current]").get_attribute("href") or "")
        assert found is not None
        return int(found[1])

    def rows(self) -> dict[int, Discrepancy]:
        with transaction(self.engine) as session:
            return {row.id or 0: row for row in session.scalars(select(Discrepancy).order_by(col(Discrepancy.id)))}


def _plant(engine: Engine) -> None:
    open_house(engine)
    with transaction(engine) as session:
        an_account(session, Role.SUPERVISOR, ROOT)
        clerk = an_account(session, Role.CLERK, CENTRE).actor
        by = a_desk(clerk)
        for number, code in enumerate(KINDS, start=1):
            item = an_item(session, by, a_dossier(session, by, a_number(number)))
            sides = {"post": {"item": item.number, "status": "registered"}}
            since_at = NOW - timedelta(hours=30 * number)
            finding = Finding(code, f"item:{item.item_id}", since_at, None, item.item_id, clerk.office_id, sides)
            open_finding(session, finding, at=since_at)
        set_terms(session, the_config())


@pytest.fixture
def morning(sqlite_template: Path, tmp_path: Path) -> Iterator[Morning]:
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path))
    _plant(engine)
    server = make_server("127.0.0.1", 0, an_app(engine, lambda: NOW))
    base_url = f"http://127.0.0.1:{server.server_port}"
    public = the_config().public.model_copy(update={"base_url": base_url})
    server.app = an_app(engine, lambda: NOW, the_config().model_copy(update={"public": public}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium()), args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        yield Morning(engine, page, base_url)
        browser.close()
    server.shutdown()
    engine.dispose()


def test_the_queue_is_worked_by_keyboard_alone(morning: Morning) -> None:
    page, eye = morning.page, Eye()
    morning.go("/dang-nhap")
    page.fill("#name", "supervisor")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("header").first).to_be_visible()
    morning.go("/dieu-hanh/doi-soat?tuoi=day")
    first = morning.chosen

    second, third = morning.goes("j"), morning.goes("ArrowDown")
    assert len({first, second, third}) == 3
    assert morning.goes("k", "k") == first

    morning.goes("n")
    expect(page.locator("[data-row][aria-current] .whose").first).to_have_text("Bạn")
    assert "tuoi=day" in page.url
    eye.look(page, "queue-keys", picture=False)

    page.keyboard.press("c")
    page.keyboard.type("Cơ quan")
    page.locator("#until_on").fill("2026-11-25")
    morning.goes("Enter")
    expect(page.locator(".q [aria-current] .tag")).to_have_text("Đang chờ")

    page.keyboard.press("d")
    for key in ("ArrowDown", "ArrowDown", "Tab"):  # the second reason
        page.keyboard.press(key)
    page.keyboard.type("xem n và j")  # letters of keys, typed into a field, do nothing else
    assert morning.goes("Enter") == second
    expect(page.locator(f"[data-row][href*='so={first}&']")).to_have_count(0)
    assert morning.rows()[first].reason == "explained"

    page.locator("[data-switch]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.wait_for_timeout(50)
    assert morning.chosen == second, "switched off, a letter is a letter"
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_viewport_size({"width": 320, "height": 800})
    eye.look(page, "queue-keys-narrow", picture=False)
    assert eye.faults == []
