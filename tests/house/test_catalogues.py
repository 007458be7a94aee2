"""Every sentence a screen asks for exists in both languages, with the same places to fill."""

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from tests.house.tree import ROOT

LANGUAGES = ("vi", "en")
EXTRACTORS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.xml", "jinja2")]
PLACE = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


def _catalogue(language: str) -> Catalog:
    file = ROOT / "tracker/locale" / language / "LC_MESSAGES/messages.po"
    with file.open("rb") as content:
        return read_po(content, locale=language)


def _sentences(language: str) -> dict[str, str]:
    """By message id; the last plural form stands for a sentence that has several."""
    sentences = {}
    for message in _catalogue(language):
        if message.id:
            name = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string if isinstance(message.string, str) else tuple(message.string or [""])[-1]
            sentences[name] = text
    return sentences


def _asked_for() -> dict[str, str]:
    """Message ids that stand as literals in code and templates, with the place of one use."""
    asked = {}
    for file, line, message, _comments, _context in extract_from_dir(ROOT / "tracker", EXTRACTORS):
        name = message if isinstance(message, str) else message[0]
        asked[name] = f"{file}:{line}"
    return asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_asked_for_is_in_the_catalogue(language: str) -> None:
    known = _sentences(language)

    assert {name: place for name, place in _asked_for().items() if not known.get(name)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_a_guess_or_empty(language: str) -> None:
    unsure = {str(message.id) for message in _catalogue(language) if message.id and message.fuzzy}
    empty = {name for name, text in _sentences(language).items() if not text.strip()}

    assert unsure | empty == set()


def test_both_languages_say_the_same_things() -> None:
    assert _sentences("vi").keys() ^ _sentences("en").keys() == set()


def _places(text: str) -> set[str]:
    return {"".join(groups) for groups in PLACE.findall(text)}


def test_both_languages_fill_the_same_places() -> None:
    english = _sentences("en")
    uneven = {
        name: (text, english[name])
        for name, text in _sentences("vi").items()
        if name in english and _places(text) != _places(english[name])
    }

    assert uneven == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_its_own_message_id(language: str) -> None:
    assert {name for name, text in _sentences(language).items() if name == text and "." in name} == set()
