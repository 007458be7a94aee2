"""The house's own styles on a narrow phone: the longest words of a label or a choice break, and nothing sticks out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser.people import QUIET
from tests.browser.sight import Eye
from tests.shown import chromium

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[2] / "tracker" / "web" / "static"
STYLES = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("tokens.css", "base.css", "screens.css"))
LONG = {
    "a tag": '<p class="standing"><span class="tag warn">Waiting for the receiver since 15:59 Thu 26 Nov</span></p>',
    "a choice": '<div class="ask sheet pad"><div class="choose"><label><input type="radio" name="a">'
    "<span>Người gửi xuất trình, đã xem giấy tờ</span>"
    '</label><label><input type="radio" name="a"><span>Người được ủy quyền xuất trình</span></label></div></div>',
}


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium()), args=QUIET)
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("what", LONG)
def test_long_words_break_on_the_narrowest_phone(page: Page, what: str) -> None:
    body = f'<main class="desk"><h1>A page</h1><section class="sheet pad">{LONG[what]}</section></main>'
    head = f'<meta name="viewport" content="width=device-width"><style>{STYLES}</style>'
    page.set_content(f'<html lang="vi"><head>{head}</head><body>{body}</body></html>')
    eye = Eye()
    eye.look(page, what, picture=False)

    assert eye.faults == []
