"""What an attentive person would see at once: things that stick out, lie over one another, or have no name."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page

from tests.browser.installation import REPOSITORY
from tracker.demo.offices import offices

PICTURES = REPOSITORY / "docs" / "pictures"
WIDTHS = {360: 740, 1280: 800}
NARROWEST = (320, 640)
LONG_ENOUGH_TO_BE_A_SENTENCE = 14

_LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")


@dataclass(slots=True)
class Eye:
    """Looks at pages at both widths, keeps pictures, and remembers every fault with its page."""

    keeps_pictures: bool = True
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str, *, picture: bool = True) -> None:
        before = page.viewport_size
        for width, height in (*WIDTHS.items(), NARROWEST):
            page.set_viewport_size({"width": width, "height": height})
            self._note(page, f"{name} at {width} px", page.evaluate(_LOOK))
            if picture and self.keeps_pictures and width in WIDTHS:
                PICTURES.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
        self._note(page, name, language_faults(page.inner_text("body"), page.get_attribute("html", "lang") or ""))
        if before:
            page.set_viewport_size(before)

    def _note(self, page: Page, where: str, faults: list[str]) -> None:
        self.faults += [f"{where} ({page.url}): {fault}" for fault in faults]


def language_faults(text: str, language: str) -> list[str]:
    """Ids that nobody translated, and Vietnamese sentences on an English page."""
    told = _catalogue("vi")
    ids = _like_ids().findall(text)
    faults = [f"shows the message id {found}" for found in sorted(set(ids)) if found in told]
    if language.startswith("en"):
        english = set(_catalogue("en").values())
        text = without_names(text)
        faults += [
            f"an English page says: {sentence}"
            for sentence in sorted(set(told.values()) - english)
            if len(sentence) >= LONG_ENOUGH_TO_BE_A_SENTENCE and sentence in text
        ]
    return faults


def without_names(text: str) -> str:
    """An office's name is its name in every language."""
    for office in sorted(offices(), key=lambda one: -len(one.name)):
        text = text.replace(office.name, "").replace(office.short_name, "")
    return text


@cache
def _like_ids() -> re.Pattern[str]:
    heads = "|".join(sorted({re.escape(message.split(".")[0]) for message in _catalogue("vi")}))
    return re.compile(rf"\b(?:{heads})\.[a-z][a-z0-9_.]*\b")


@cache
def _catalogue(language: str) -> dict[str, str]:
    file: Path = REPOSITORY / "tracker" / "locale" / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        messages = read_po(opened)
    return {str(row.id): str(row.string) for row in messages if row.id and row.string}
