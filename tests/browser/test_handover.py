"""Twenty envelopes, two people, two browsers: one missing, one surplus, and one record that both signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Playwright, expect, sync_playwright
from sqlalchemy import Engine

from tests.browser.people import Person, at_browser
from tests.browser.sight import Eye
from tests.builders import (
    PASSWORD,
    POST,
    a_desk,
    a_dossier,
    a_number,
    a_scan,
    an_account,
    an_item,
    found_province,
    scanned,
    use_quick_passwords,
)
from tests.drills.served import Served
from tests.province import PACKED, SENDER
from tests.shown import chromium
from tracker.domain.vocabulary import EventType, Leg, Role
from tracker.store.engine import transaction

pytestmark = pytest.mark.browser

LISTED = 20
SOON_MS = 20_000


@dataclass(slots=True)
class House:
    """A served installation with a stock of envelopes at its post office."""

    address: str
    numbers: list[str]


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    chromium()
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def house(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[House]:
    use_quick_passwords()
    numbers = _stock(engine)
    engine.dispose()
    served = Served(database_url, tmp_path / "serve.log")
    served.start()
    yield House(served.address, numbers)
    served.kill_all()


def _stock(engine: Engine) -> list[str]:
    """By the clock of the server: what it records next must come after what lies there."""
    then = datetime.now(UTC) - timedelta(hours=1)
    with transaction(engine) as session:
        found_province(session, at=then)
        clerk = an_account(session, Role.CLERK)
        postclerk = an_account(session, Role.POSTCLERK, POST)
        an_account(session, Role.COURIER, POST)
        numbers = []
        for serial in range(1, LISTED + 2):
            desk = a_desk(clerk.actor, at=then)
            item = an_item(session, desk, a_dossier(session, desk, a_number(serial)), leg=Leg.SUBMISSION)
            accepted = a_scan(item.number, EventType.ACCEPTED, at=then, counterparty=SENDER, details=PACKED)
            scanned(session, postclerk.actor, accepted, at=then)
            numbers.append(item.number)
        return numbers


def test_two_people_hand_over_twenty_envelopes_and_both_see_what_does_not_match(
    house: House, driver: Playwright, tmp_path: Path
) -> None:
    eye = Eye()
    listed, stray = house.numbers[:LISTED], house.numbers[LISTED]
    lacking = listed[7]
    came = [number for number in listed if number != lacking]
    with (
        at_browser(driver, house.address, "postclerk", eye) as giver,
        at_browser(driver, house.address, "courier", eye, width=360) as receiver,
    ):
        giver.sign_in(PASSWORD)
        receiver.sign_in(PASSWORD)
        address = _giver_lists_and_offers(giver, listed, tmp_path)
        _receiver_opens(receiver, address)
        _scan(receiver, came[:18])
        receiver.look("handover-take", keep=False)
        expect(giver.page.locator("[data-live] .cnt")).to_have_text(f"18/{LISTED}", timeout=SOON_MS)
        assert _scan_one(receiver, came[18]) == "ok"
        assert _scan_one(receiver, stray) == "warn"
        receiver.look("handover-surplus", keep=False)
        expect(giver.page.locator("[data-live]")).to_contain_text("Thừa 1", timeout=SOON_MS)
        giver.look("handover-follow", keep=False)
        for person in (giver, receiver):
            assert _grouped(lacking) in person.page.inner_text("[data-live]")
            assert _grouped(stray) in person.page.inner_text("[data-live]")
        _receiver_signs(receiver)
        expect(giver.page.locator("h1")).to_contain_text("Biên bản giao nhận", timeout=SOON_MS)
        giver.look("handover-record", keep=False)
        for person in (giver, receiver):
            told = person.page.inner_text("main")
            assert "Nhận 19, thiếu 1, thừa 1" in told
            assert "Cán bộ postclerk" in told
            assert "Cán bộ courier" in told
        _custody_follows_the_signature(giver, came[0], lacking)
    assert eye.faults == []
    assert giver.strangers + receiver.strangers == []
    assert giver.broken + receiver.broken == []


def _giver_lists_and_offers(giver: Person, listed: list[str], folder: Path) -> str:
    """What the square on the giver's screen says, read from the screen as a camera reads it."""
    giver.go("/giao-nhan/")
    giver.look("handover-start", keep=False)
    giver.press_button("form[data-begin=to_courier-give] .btn")
    _scan(giver, listed)
    giver.look("handover-give", keep=False)
    giver.press_button("form[data-offer] .btn")
    picture = folder / "square.png"
    giver.page.locator("svg.square").screenshot(path=picture)
    (code,) = zxingcpp.read_barcodes(Image.open(picture))
    return str(code.text)


def _receiver_opens(receiver: Person, address: str) -> None:
    receiver.go("/giao-nhan/")
    receiver.scan(address)
    with receiver.page.expect_navigation():
        receiver.press("Enter")


def _scan(person: Person, numbers: list[str]) -> None:
    assert [_scan_one(person, number) for number in numbers] == ["ok"] * len(numbers)


def _scan_one(person: Person, number: str) -> str:
    person.scan(number)
    with person.page.expect_navigation():
        person.press("Enter")
    return str(person.page.get_attribute("[data-verdict]", "data-verdict"))


def _receiver_signs(receiver: Person) -> None:
    button = receiver.page.locator("form[data-sign] .btn")
    expect(button).to_contain_text("Nhận 19, ghi thiếu 1 và thừa 1")
    receiver.press_button("form[data-sign] .btn")


def _custody_follows_the_signature(person: Person, came: str, lacking: str) -> None:
    person.go(f"/ban-quay/buu-gui/{came}")
    assert "Cán bộ courier" in person.page.inner_text("main")
    person.go(f"/ban-quay/buu-gui/{lacking}")
    assert "Bưu cục Cà Mau" in person.page.inner_text("main")


def _grouped(number: str) -> str:
    return f"{number[:2]}\u00a0{number[2:5]}\u00a0{number[5:8]}\u00a0{number[8:11]}\u00a0{number[11:]}"
