"""A counter prints: each copy by itself once, whatever is pressed; a spoiled one is voided by keyboard."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright
from sqlmodel import col, select

from tests.browser.people import Person, at_browser
from tests.browser.sight import Eye
from tests.builders import (
    PASSWORD,
    POST,
    a_desk,
    a_dossier,
    a_number,
    an_account,
    an_item,
    found_province,
    use_quick_passwords,
)
from tests.drills.served import Served
from tests.engines import sqlite_copy
from tests.shown import chromium
from tracker.actions.early_labels import print_result_label
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction
from tracker.store.models import Dossier

pytestmark = pytest.mark.browser

EARLY_NUMBER = "EI260115037VN"
COUNT_PRINTS = "window.print = () => { top.printed = (top.printed || 0) + 1; };"


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    chromium()
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served centre with an envelope for each test, no label yet."""
    use_quick_passwords()
    folder = tmp_path_factory.mktemp("labels")
    url, then = sqlite_copy(sqlite_template, folder), datetime.now(UTC) - timedelta(hours=1)
    engine = create_engine(url)
    with transaction(engine) as session:
        found_province(session, at=then)
        desk = a_desk(an_account(session, Role.CLERK).actor, at=then)
        an_account(session, Role.POSTCLERK, POST)
        for serial in (1, 2, 3):
            an_item(session, desk, a_dossier(session, desk, a_number(serial)))
        a_dossier(session, desk, a_number(4))
        newest = session.scalars(select(Dossier).order_by(col(Dossier.id).desc())).first()
        assert newest is not None
        assert newest.id is not None
        assert print_result_label(session, newest.id, "a6", desk).number == EARLY_NUMBER
    engine.dispose()
    served = Served(url, folder / "serve.log")
    served.start()
    yield served.address
    served.kill_all()


@pytest.fixture
def clerk(driver: Playwright, address: str) -> Iterator[Person]:
    """Prints of every frame are counted in the page that holds it; a paper is shown as a page that can print."""
    with at_browser(driver, address, "clerk", Eye()) as person:
        context = person.page.context
        context.add_init_script(COUNT_PRINTS)
        context.route("**/nhan/*.pdf*", lambda route: route.fulfill(body="<p>paper</p>", content_type="text/html"))
        person.sign_in(PASSWORD)
        yield person


def print_label(clerk: Person, serial: int, reason: str = "") -> str:
    """From the page of the dossier's envelope; answers the address of what was printed."""
    clerk.go(f"/ban-quay/ho-so/{a_number(serial)}")
    clerk.page.click("main a.code[href*='/buu-gui/']")
    if reason:
        clerk.page.select_option("#reason", reason)
    with clerk.page.expect_navigation():
        clerk.page.click("#reprint form button.btn")
    return clerk.page.url


def asked_to_print(page: Page) -> int:
    """After the page has had its say: the server was asked, and what it allowed has happened."""
    page.wait_for_load_state("networkidle")
    return int(page.evaluate("window.printed || 0"))


def test_a_copy_prints_by_itself_once_and_never_on_reload_return_or_in_a_second_tab(clerk: Person) -> None:
    place = print_label(clerk, 1)
    first = asked_to_print(clerk.page)
    clerk.page.reload()
    reloaded = asked_to_print(clerk.page)
    clerk.go("/ban-quay/")
    clerk.page.go_back()
    returned = asked_to_print(clerk.page)
    with clerk.page.context.expect_page() as opened:
        clerk.page.evaluate("place => window.open(place, '_blank', 'noopener')", place)
    second_tab = asked_to_print(opened.value)
    print_label(clerk, 1, "faint")
    next_copy = asked_to_print(clerk.page)

    assert [first, reloaded, returned, second_tab, next_copy] == [1, 0, 0, 0, 1]
    assert (clerk.strangers, clerk.broken) == ([], [])


def test_where_it_is_turned_off_nothing_prints_and_what_was_printed_by_hand_is_not_printed_again(
    clerk: Person,
) -> None:
    print_label(clerk, 2)
    asked_to_print(clerk.page)
    clerk.press_button("button[name=auto_print]")
    assert "không tự in" in clerk.page.inner_text("main")
    print_label(clerk, 2, "torn")
    silent = asked_to_print(clerk.page)
    with clerk.page.context.expect_page():
        clerk.tab_to("[data-print]")
        clerk.press("Enter")
    clerk.page.wait_for_load_state("networkidle")
    clerk.press_button("button[name=auto_print]")

    assert (silent, asked_to_print(clerk.page)) == (0, 0)


def test_the_label_of_a_result_to_come_leads_by_keyboard_to_posting_it(clerk: Person) -> None:
    clerk.go("/ban-quay/quet")
    clerk.page.keyboard.type(EARLY_NUMBER)
    clerk.press("Enter")
    clerk.page.wait_for_selector(".verdict")
    clerk.look("scan-early", keep=False)
    with clerk.page.expect_navigation():
        clerk.press("Enter")
    prefilled = clerk.page.input_value("#number")
    clerk.look("posting-early", keep=False)
    clerk.go(f"/tra-cuu?number={EARLY_NUMBER}")
    clerk.look("early", keep=False)

    assert prefilled == EARLY_NUMBER
    assert (clerk.eye.faults, clerk.broken) == ([], [])


def test_a_spoiled_copy_is_voided_by_keyboard(clerk: Person) -> None:
    print_label(clerk, 3)
    print_label(clerk, 3, "misaligned")
    clerk.go("/ban-quay/")
    clerk.press("F8")
    clerk.page.wait_for_url("**/so-nhan")
    clerk.look("ledger")
    clerk.tab_to("summary")
    clerk.press("Enter")
    clerk.press_button(".ledger details[open] .btn")
    expect(clerk.page.locator("#errors")).to_be_focused()
    clerk.look("ledger-refused", keep=False)
    clerk.tab_to("select[name^=reason_]")
    clerk.page.keyboard.type("Máy in")
    clerk.press_button(".ledger details[open] .btn")

    assert "Hủy lúc" in clerk.page.inner_text(".ledger tbody tr:first-child")
    assert "Máy in kẹt giấy" in clerk.page.inner_text(".ledger tbody tr:first-child")
    assert (clerk.eye.faults, clerk.broken) == ([], [])


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_tabs_of_a_post_office_leave_room_for_signing_out(driver: Playwright, address: str, width: int) -> None:
    with at_browser(driver, address, "postclerk", Eye(), width=width) as person:
        person.sign_in(PASSWORD)
        expect(person.page.locator("nav.tabs kbd")).to_have_count(6)
        sticking_out = person.page.evaluate(
            "Math.max(...[...document.querySelectorAll('header *')].map(e => e.getBoundingClientRect().right))"
        )

    assert sticking_out <= width
