"""Which language a page speaks. Citizens carry it in the link and nowhere else; staff in a cookie."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from gettext import GNUTranslations, translation
from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel, force_locale
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.web.house import house

LANGUAGES = ("vi", "en")
LOCALES = Path(__file__).parent.parent / "locale"
COOKIE = "giaonhan_lang"
# Pages of citizens: no cookie is read or set there.
COOKIE_FREE = frozenset({"public", "health", "assets"})


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> GNUTranslations:
    """Read once. A look-up through the extension costs twenty times as much, and a page makes fifty."""
    return translation("messages", LOCALES, [code])


def gettext(code: str, **values: object) -> str:
    spoken = _catalogue(language()).gettext(code)
    return spoken % values if values else spoken


def ngettext(code: str, plural_code: str, num: int, **values: object) -> str:
    return _catalogue(language()).ngettext(code, plural_code, num) % {"num": num, **values}


def gettext_in_page(code: str, **values: object) -> Markup:
    """The sentence is ours, what is filled in is not: only that is escaped."""
    spoken = Markup(_catalogue(language()).gettext(code))  # noqa: S704  our own catalogue
    return spoken % values if values else spoken


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """For words that go into the book: in its language, whatever the page speaks."""
    before, g.language = language(), code
    try:
        with force_locale(code):
            yield
    finally:
        g.language = before


def choose_language() -> str:
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    kept = None if _is_cookie_free() else request.cookies.get(COOKIE)
    return kept if kept in LANGUAGES else LANGUAGES[0]


def language() -> str:
    chosen = g.get("language")
    if chosen is None:
        chosen = g.language = choose_language()
    return str(chosen)


def other_language() -> str:
    return LANGUAGES[1] if language() == LANGUAGES[0] else LANGUAGES[0]


def _is_cookie_free() -> bool:
    return request.blueprint in COOKIE_FREE


def keep_language(response: Response) -> Response:
    asked = request.args.get("lang")
    # An address that leads nowhere may be a citizen's slip: the language is read there, and nothing is kept.
    if asked in LANGUAGES and request.blueprint is not None and not _is_cookie_free():
        response.set_cookie(COOKIE, asked, httponly=True, samesite="Lax", secure=house().is_secure)
    return response


def speak(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "../locale"
    Babel(app, default_locale=LANGUAGES[0], default_timezone="Asia/Ho_Chi_Minh", locale_selector=language)
    app.jinja_env.globals.update(_=gettext_in_page, gettext=gettext_in_page, ngettext=ngettext)
    app.after_request(keep_language)
