"""Everything that can be looked at, by everybody: what it changes, what it carries, what it says, and to whom."""

import re
from pathlib import PurePosixPath
from urllib.parse import quote_plus, urlsplit

from tests.security.books import changed
from tests.security.day import ONE_OF_EACH_ROLE, Walked
from tests.security.speech import ID_SHAPED, InTheBooks, catalogue, english_only
from tests.security.walk import HTML, JSON, XLSX, Seen
from tracker.web.language import LANGUAGES

MASKED = {"hotline", "auditor"}
CHARSET = "charset=utf-8"
BINARY = {"image/png", "image/x-icon", "font/woff2", "application/pdf", XLSX}
WITHOUT_CHARSET = BINARY | {JSON, "application/problem+json", "image/svg+xml"}
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".json": JSON,
}
NEVER = ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'none'")
FRAMED_BY_OURSELVES = re.compile(r"/ban-quay/nhan/\d+\.pdf")


def _told(seen: list[Seen]) -> list[str]:
    return [str(one) for one in seen]


def test_everybody_has_looked_at_something(walked: Walked) -> None:
    """Without this the tests below could pass on an empty walk."""
    counts = {(who, language): len(walked.pages(who=who, language=language)) for who in ("", *ONE_OF_EACH_ROLE)
              for language in LANGUAGES}  # fmt: skip

    assert {who for who, count in counts.items() if count < 3} == set()
    assert len(walked.seen) > 1000


def test_looking_changes_nothing_but_that_one_was_seen(walked: Walked) -> None:
    assert changed(walked.before, walked.after) == set()


def test_nothing_that_can_be_looked_at_fails(walked: Walked) -> None:
    assert _told([one for one in walked.seen if one.status >= 500]) == []


def test_links_lead_to_pages_that_are_there_and_may_be_opened(walked: Walked) -> None:
    """Where a form posts to, looking is not allowed (405); whatever else a page offers must open."""
    lost = [one for one in walked.seen if one.who and "/api/" not in one.path and one.status not in {200, 303, 405}]

    assert _told(lost) == []


def test_head_is_answered_like_get_without_a_body(walked: Walked) -> None:
    asked = {(one.who, one.language, one.path, one.method): one for one in walked.seen}
    unlike = [
        one
        for (who, language, path, method), one in asked.items()
        if method == "HEAD" and (one.body or one.status != asked[who, language, path, "GET"].status)
    ]

    assert _told(unlike) == []


def test_every_body_says_what_it_is_and_forbids_guessing(walked: Walked) -> None:
    silent = [
        one
        for one in walked.seen
        if one.headers.get("X-Content-Type-Options") != "nosniff"
        or not (one.kind in WITHOUT_CHARSET or CHARSET in one.headers["Content-Type"])
    ]

    assert _told(silent) == []


def test_every_body_is_what_it_says(walked: Walked) -> None:
    ended = [(one, KINDS.get(PurePosixPath(urlsplit(one.path).path).suffix)) for one in walked.seen]
    liars = [one for one, kind in ended if one.status == 200 and kind not in {None, one.kind}]
    unread = [
        one
        for one in walked.seen
        if one.kind not in {HTML, *WITHOUT_CHARSET, "text/css", "text/javascript", "text/csv"}
    ]

    assert _told(liars) == []
    assert _told(unread) == []


def test_every_answer_bears_a_strict_policy(walked: Walked) -> None:
    loose = [one for one in walked.seen if not _is_strict(one)]

    assert _told(loose) == []


def _is_strict(one: Seen) -> bool:
    policy = one.headers.get("Content-Security-Policy", "")
    if FRAMED_BY_OURSELVES.fullmatch(urlsplit(one.path).path):
        return policy == "default-src 'none'; frame-ancestors 'self'" or all(wall in policy for wall in NEVER)
    return all(wall in policy for wall in NEVER) and "unsafe" not in policy and "*" not in policy


def test_every_script_bears_the_nonce_of_its_own_answer(walked: Walked) -> None:
    strange = [
        one
        for one in walked.pages()
        if any(f"'nonce-{nonce}'" not in one.headers["Content-Security-Policy"] for nonce in one.reading.scripts)
    ]
    nonces = [nonce for one in walked.pages() for nonce in set(one.reading.scripts)]

    assert _told(strange) == []
    assert nonces
    assert len(nonces) == len(set(nonces))


def test_no_page_has_a_style_or_a_handler_in_a_tag(walked: Walked) -> None:
    assert {str(one): one.reading.inline for one in walked.pages() if one.reading.inline} == {}


def test_no_page_names_another_host(walked: Walked) -> None:
    """Not as a link, an image, a script, a form or a style: only telephone numbers lead out."""
    foreign = {
        str(one): leading
        for one in walked.pages()
        if (leading := [place for place, address in one.reading.addresses if _leads_away(address)])
    }

    assert foreign == {}


def _leads_away(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in {"", "tel", "data"}


def test_no_style_fetches_from_another_host(walked: Walked) -> None:
    styles = [one for one in walked.seen if one.kind == "text/css" and one.method == "GET"]

    assert styles
    assert [str(one) for one in styles if re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", one.text)] == []


def test_every_page_has_a_title_a_language_and_one_heading(walked: Walked) -> None:
    odd = [one for one in _shown(walked) if len(one.reading.headings) != 1 or not one.reading.title.strip()]
    other = [one for one in _shown(walked) if one.reading.lang != one.language]

    assert _told(odd) == []
    assert _told(other) == []


def _shown(walked: Walked) -> list[Seen]:
    """What a browser shows: it follows a redirection without showing its body."""
    return [one for one in walked.pages() if one.status not in {301, 302, 303, 307, 308}]


def test_every_control_and_link_has_a_name(walked: Walked) -> None:
    assert {str(one): one.reading.nameless for one in walked.pages() if one.reading.nameless} == {}


def test_an_english_page_says_nothing_in_vietnamese(walked: Walked) -> None:
    """Names in the books stay as they were given; what our own catalogue says is English."""
    books = InTheBooks(walked.day.engine)
    english = [one for one in _shown(walked) if one.language == "en"]

    assert {str(one): left for one in english if (left := books.vietnamese_in(one.reading.words))} == {}


def test_a_vietnamese_page_says_nothing_in_english(walked: Walked) -> None:
    sentences = english_only()
    vietnamese = [one for one in _shown(walked) if one.language == "vi"]

    assert {str(one): left for one in vietnamese if (left := sentences & _said(one))} == {}


def _said(one: Seen) -> set[str]:
    return {" ".join(text.split()) for text in one.reading.words}


def test_no_page_shows_the_id_of_a_sentence(walked: Walked) -> None:
    ids = set(catalogue("vi"))
    leaks = {
        str(one): left
        for one in _shown(walked)
        if (left := {word for text in one.reading.words for word in ID_SHAPED.findall(text)} | (_said(one) & ids))
    }

    assert leaks == {}


def test_a_person_who_was_shown_would_be_found_however_written(walked: Walked) -> None:
    """Without this the tests below could pass because nothing is looked for."""
    name, phone = max(walked.personal.texts, key=len), min(walked.personal.phones)
    written = f"<td>{name.upper()}</td> ?q={quote_plus(name)} 0{phone[:3]} {phone[3:6]}.{phone[6:]}"

    assert walked.personal.found_in(written) == {name, name.upper(), phone}
    assert walked.personal.found_in(f"x{name}x") == set()


def test_strangers_see_nobodys_name_phone_or_address(walked: Walked) -> None:
    strangers = [one for one in walked.seen if not one.who]

    assert {str(one): found for one in strangers if (found := _personal(walked, one))} == {}


def test_no_page_of_staff_shows_a_whole_person_before_it_is_asked_to(walked: Walked) -> None:
    assert {str(one): found for one in walked.pages() if (found := _personal(walked, one))} == {}


def test_roles_that_see_everything_are_told_masked_people_by_the_api(walked: Walked) -> None:
    told = [one for one in walked.seen if one.who in MASKED and "/api/" in one.path]

    assert len(told) > 10
    assert {str(one): found for one in told if (found := _personal(walked, one))} == {}


def _personal(walked: Walked, one: Seen) -> set[str]:
    headers = "\n".join(f"{name}: {value}" for name, value in one.headers.items())
    return walked.personal.found_in(f"{headers}\n{one.text}")


def test_no_address_holds_a_name_or_a_phone(walked: Walked) -> None:
    addresses = {address for one in walked.pages() for _, address in one.reading.addresses}
    addresses |= {one.headers.get("Location", "") for one in walked.seen}

    assert len(addresses) > 100
    assert {address for address in addresses if walked.personal.found_in(address)} == set()


def test_what_a_person_types_to_search_travels_in_a_body(walked: Walked) -> None:
    """A name or a phone in an address would stay in histories, proxies and logs."""
    asking = {
        str(one): place
        for one in walked.pages()
        for place, _ in one.reading.addresses
        if place == "get form action" and one.who and 'role="search"' in one.text
    }

    assert asking == {}


def test_the_log_tells_nothing_of_anybody_while_people_look(walked: Walked) -> None:
    said = "\n".join(walked.said)

    assert walked.personal.found_in(said) == set()
    assert [token for token in (*walked.day.tokens.values(), *walked.day.labels()) if token in said] == []
