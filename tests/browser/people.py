"""People at their browsers: they sign in through the form, type and press keys; one context per person."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response, ViewportSize, expect

from tests.browser.sight import Eye
from tests.shown import chromium
from tracker.demo.offices import PASSWORD, PIN

MOST_TABS = 90
# What Chromium would otherwise ask of hosts that are not ours.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-print-preview",  # without a window, Chromium crashes when a page opens the print dialogue
]


@dataclass(slots=True)
class Person:
    """`strangers` are requests to any host but ours; there must be none."""

    page: Page
    base_url: str
    name: str
    eye: Eye
    strangers: list[str]
    broken: list[str]

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base_url + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def sign_in(self, password: str = PASSWORD) -> None:
        self.go("/dang-nhap")
        self.type_into("name", self.name)
        self.type_into("password", password)
        self.press("Enter")
        expect(self.page.locator("header").first).to_be_visible()

    def look(self, picture: str, *, keep: bool = True) -> None:
        self.eye.look(self.page, picture, picture=keep)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def scan(self, code: str) -> None:
        """As a scanner at the cable types: into what the page has brought the cursor to."""
        self.page.wait_for_function("document.activeElement?.matches('[autofocus]')")
        self.page.keyboard.type(code)

    def type_into(self, field: str, text: str) -> None:
        """Reaches the field by Tab, as somebody without a mouse does, and replaces what stands there."""
        self.tab_to(f"#{field}")
        self.press("Control+a")
        self.page.keyboard.type(text)

    def tab_to(self, selector: str) -> None:
        for _ in range(MOST_TABS):
            if self.page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached by keyboard on {self.page.url}")

    def press_button(self, selector: str) -> None:
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.press("Enter")

    def choose(self, name: str, value: str) -> None:
        """A joined box of radio buttons: Tab reaches the group, the arrows move in it."""
        wanted = f"input[name='{name}'][value='{value}']"
        self.tab_to(f"input[name='{name}']")
        self.press("Space")
        for _ in range(12):
            if self.page.is_checked(wanted):
                return
            self.press("ArrowRight")
        raise AssertionError(f"{name}={value} is not reached by the arrow keys")

    def count_all(self) -> None:
        """Types for each paper the number that stands beside it, after counting."""
        for field in self.page.locator("input[data-expected]").all():
            self.type_into(str(field.get_attribute("id")), str(field.get_attribute("data-expected")))

    def countersign(self, colleague: str) -> None:
        self.type_into("second_user", colleague)
        self.type_into("second_pin", PIN)

    def record(self) -> str:
        """Sends what was asked; answers the verdict's word. What was refused fails the story."""
        self.press_button("form[data-event-form] .btn.main")
        faults = self.page.locator("#errors")
        assert faults.count() == 0, faults.inner_text()
        verdict = self.page.locator(".verdict")
        assert "no" not in (verdict.get_attribute("class") or "").split(), verdict.inner_text()
        return self.page.inner_text(".verdict .word")


@contextmanager
def at_browser(playwright: Playwright, base_url: str, name: str, eye: Eye, *, width: int = 1280) -> Iterator[Person]:
    size = ViewportSize(width=width, height=800 if width > 600 else 740)
    context = browser_of(playwright).new_context(viewport=size, locale="vi-VN")
    try:
        yield _person(context, base_url, name, eye)
    finally:
        context.close()


@lru_cache(maxsize=1)
def browser_of(playwright: Playwright) -> Browser:
    """Started once and ended with the driver; nothing of one person's context is seen in another's."""
    return playwright.chromium.launch(executable_path=str(chromium()), args=QUIET)


def _person(context: BrowserContext, base_url: str, name: str, eye: Eye) -> Person:
    page = context.new_page()
    strangers: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: _note_stranger(request.url, base_url, strangers))
    page.on("response", lambda response: _note_broken(response, broken))
    page.on("pageerror", lambda error: broken.append(f"script: {error}"))
    return Person(page, base_url, name, eye, strangers, broken)


def _note_stranger(url: str, base_url: str, strangers: list[str]) -> None:
    """The browser's own pages (the viewer of papers) are no hosts."""
    if url.startswith(("http", "ws")) and not url.startswith(base_url):
        strangers.append(url)


def _note_broken(response: Response, broken: list[str]) -> None:
    if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
        broken.append(f"{response.status} {response.url}")


def digits_of(text: str) -> str:
    """An S10 number as it is printed in groups, without the spaces."""
    found = re.search(r"[A-Z]{2} ?\d{3} ?\d{3} ?\d{3} ?[A-Z]{2}", text.replace("\u00a0", " "))
    assert found is not None, text
    return found.group().replace(" ", "")


def dossier_number_of(text: str) -> str:
    found = re.search(r"000\.00\.22\.H12-\d{6}-\d{4}", text)
    assert found is not None, text
    return found.group()
