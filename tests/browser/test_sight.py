"""The eye of the browser story is not blind: each kind of fault is seen, and of a sound page nothing is said."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.people import QUIET
from tests.browser.sight import Eye
from tests.shown import chromium

pytestmark = pytest.mark.browser

SOUND = '<h1>Queue</h1><p>All is well.</p><label for="q">Find</label><input id="q"><button>Go</button>'
FAULTY = {
    "sticks out sideways": '<div style="width: 2000px">wide</div>',
    "text lies over text": '<p style="margin: 0">the first line</p><p style="margin: -18px 0 0">over it</p>',
    "a control has no name": "<button></button>",
    "a link has no name": '<a href="/x"></a>',
    "headings of the first rank": "<h1>again</h1>",
    "shows the message id": "<p>sign_in.enter</p>",
    "an English page says": "<p>Dành cho cán bộ, nhân viên bưu chính</p>",
}
SAID = {"a link has no name": "a control has no name"}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium()), args=QUIET)
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def faults_of(page: Page, body: str, language: str = "en") -> list[str]:
    page.set_content(f'<html lang="{language}"><meta name="viewport" content="width=device-width"><body>{body}')
    eye = Eye()
    eye.look(page, "a page", picture=False)
    return eye.faults


def test_of_a_sound_page_nothing_is_said(page: Page) -> None:
    assert faults_of(page, SOUND) == []


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_seen_and_named(page: Page, fault: str) -> None:
    faults = faults_of(page, SOUND + FAULTY[fault])

    assert faults
    assert [told for told in faults if SAID.get(fault, fault) not in told] == []


def test_what_sticks_out_only_on_the_narrowest_phone_is_seen_there(page: Page) -> None:
    faults = faults_of(page, f'{SOUND}<div style="width: 340px">a little too wide</div>')

    assert [fault for fault in faults if "at 320 px" in fault] == faults != []


def test_a_vietnamese_sentence_on_a_vietnamese_page_is_no_fault(page: Page) -> None:
    assert faults_of(page, f"{SOUND}<p>Dành cho cán bộ, nhân viên bưu chính</p>", "vi") == []
