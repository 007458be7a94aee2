"""Whose session it is, how long it lives, and what ends it."""

import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPSConnection
from pathlib import Path
from typing import Literal
from unicodedata import normalize
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from tests.builders import PASSWORD, the_config
from tests.security.doors import COOKIE, Doors, Person
from tests.security.served import Serving, serving
from tests.web.visitor import Page
from tools.certificate import self_made_certificate
from tracker.actions import accounts
from tracker.actions.accounts import change_password, close_account, revoke_token, sign_out_everywhere
from tracker.store.engine import transaction

LIMITS = the_config().session
NEW_PASSWORD = "một mật khẩu hoàn toàn khác"
Blow = Callable[[Doors, Person], None]


class CountingHasher(PasswordHasher):
    """The real thing at the smallest cost, that remembers how often it was asked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  the library's own name
        self.verified.append(str(hash))
        return super().verify(hash, password)


@pytest.fixture
def counting(quick_doors: Doors) -> Iterator[CountingHasher]:
    before, accounts.HASHER = accounts.HASHER, CountingHasher()
    yield accounts.HASHER
    accounts.HASHER = before


def _shown(page: Page, name: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers without the name that was typed and what is drawn anew for each answer."""
    token, policy = page.fields("main form")["form_token"], page.answer.headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    drawn = {token: "#", nonce: "#", f'value="{name}"': "#"}

    def plain(text: str) -> str:
        for one, sign in drawn.items():
            text = text.replace(one, sign)
        return text

    return page.status, plain(page.answer.get_data(as_text=True)), [(k, plain(v)) for k, v in page.answer.headers]


def test_an_unknown_name_cannot_be_told_from_a_wrong_password(quick_doors: Doors, counting: CountingHasher) -> None:
    tries = [("krelc", "a wrong password"), ("clerk", "a wrong password"), ("krelc", PASSWORD)]

    shown = [_shown(quick_doors.stranger().sign_in(*one), one[0]) for one in tries]

    assert shown[1:] == shown[:-1]
    assert shown[0][0] == 401
    assert len(counting.verified) == len(tries)


def test_what_is_verified_for_nobody_costs_what_a_real_password_costs() -> None:
    assert not PasswordHasher().check_needs_rehash(accounts.NOBODYS_HASH)


def test_closed_and_locked_accounts_answer_like_unknown_ones(quick_doors: Doors, counting: CountingHasher) -> None:
    _close(quick_doors, "officer")
    locked = quick_doors.stranger()
    for _ in range(accounts.FREE_TRIES + 1):
        locked.sign_in("clerk", "a wrong password")
    counting.verified.clear()

    pages = [quick_doors.stranger().sign_in(name, PASSWORD) for name in ("officer", "clerk", "nobody")]

    assert {page.status for page in pages} == {401}
    assert len({page.words for page in pages}) == 1
    assert len(counting.verified) == 3


def test_a_stranger_locks_nobody_out_for_longer_than_a_quarter_of_an_hour(quick_doors: Doors) -> None:
    stranger = quick_doors.stranger()
    for _ in range(3 * accounts.FREE_TRIES):
        stranger.sign_in("clerk", "a wrong password")
    during = quick_doors.stranger().sign_in("clerk").status

    quick_doors.clock.after(minutes=15, seconds=1)

    assert (during, quick_doors.stranger().sign_in("clerk").status) == (401, 303)


def test_a_planted_cookie_never_becomes_a_session(quick_doors: Doors) -> None:
    victim = quick_doors.stranger()
    victim.client.set_cookie(COOKIE, "planted-by-somebody-else")

    victim.sign_in("clerk")

    thief = _with_cookie(quick_doors, "planted-by-somebody-else")
    assert victim.cookie != "planted-by-somebody-else"
    assert not _is_in(thief)
    assert _is_in(victim)


def test_signing_in_again_ends_the_session_before(quick_doors: Doors) -> None:
    person = quick_doors.enter("clerk")
    before = person.cookie

    person.sign_in("officer")

    assert person.cookie != before
    assert not _is_in(_with_cookie(quick_doors, before))


def test_each_session_has_an_id_and_a_token_that_nobody_can_guess(quick_doors: Doors) -> None:
    people = [quick_doors.enter("clerk") for _ in range(5)]

    assert len({one for person in people for one in (person.cookie, person.token)}) == 10
    assert min(len(one) for person in people for one in (person.cookie, person.token)) >= 43


def _with_cookie(doors: Doors, value: str) -> Person:
    thief = doors.stranger()
    thief.client.set_cookie(COOKIE, value)
    return thief


def _is_in(person: Person) -> bool:
    return "/dang-nhap" not in person.get("/lam-viec").answer.headers.get("Location", "")


def _close(doors: Doors, name: str) -> None:
    with transaction(doors.api.engine) as session:
        close_account(session, name, at=doors.clock())


def _sign_out(_: Doors, person: Person) -> None:
    assert person.ask("POST", "/dang-xuat").status_code == 303


def _change_password(doors: Doors, person: Person) -> None:
    with transaction(doors.api.engine) as session:
        change_password(session, person.name, NEW_PASSWORD, at=doors.clock())


def _close_account(doors: Doors, person: Person) -> None:
    _close(doors, person.name)


def _revoke_everywhere(doors: Doors, person: Person) -> None:
    with transaction(doors.api.engine) as session:
        sign_out_everywhere(session, doors.api.people[person.name].actor.account_id)


@pytest.mark.parametrize("blow", [_sign_out, _change_password, _close_account, _revoke_everywhere])
def test_an_old_cookie_is_dead_at_the_next_request(doors: Doors, blow: Blow) -> None:
    person = doors.enter("clerk")
    cookie, before = person.cookie, _is_in(person)

    blow(doors, person)

    thief = _with_cookie(doors, cookie)
    assert before
    assert not _is_in(thief)
    assert thief.ask("POST", "/dang-xuat", {"form_token": person.token}).headers["Location"].startswith("/dang-nhap?")


def test_a_new_password_signs_in_and_the_old_one_does_not(quick_doors: Doors) -> None:
    _change_password(quick_doors, quick_doors.enter("clerk"))

    tries = [quick_doors.stranger().sign_in("clerk", password).status for password in (PASSWORD, NEW_PASSWORD)]

    assert tries == [401, 303]


def test_a_password_is_the_same_however_the_keyboard_composes_it(quick_doors: Doors) -> None:
    """Some keyboards send a letter and its tone mark apart."""
    apart = normalize("NFD", PASSWORD)

    assert apart != PASSWORD
    assert quick_doors.stranger().sign_in("clerk", apart).status == 303


@pytest.mark.parametrize("blow", ["revoked", "closed"])
def test_a_dead_token_calls_nothing(doors: Doors, blow: str) -> None:
    before = doors.api.get("/me").status_code
    with transaction(doors.api.engine) as session:
        if blow == "revoked":
            revoke_token(session, doors.api.people["clerk"].actor.device, at=doors.clock())
        else:
            close_account(session, "clerk", at=doors.clock())

    assert (before, doors.api.get("/me").status_code) == (200, 401)


@pytest.mark.parametrize(
    ("role", "idle_minutes"), [("clerk", LIMITS.idle_minutes), ("courier", 60 * LIMITS.courier_idle_hours)]
)
def test_a_session_left_alone_ends_after_the_roles_own_time(quick_doors: Doors, role: str, idle_minutes: int) -> None:
    person = quick_doors.enter(role)
    quick_doors.clock.after(minutes=idle_minutes - 1)
    just_before = _is_in(person)
    quick_doors.clock.after(minutes=idle_minutes + 2)

    assert (just_before, _is_in(person)) == (True, False)


@pytest.mark.parametrize("role", ["clerk", "courier"])
def test_a_session_in_constant_use_ends_after_a_day(quick_doors: Doors, role: str) -> None:
    person = quick_doors.enter(role)
    used = []
    for _ in range(4 * LIMITS.absolute_hours - 1):
        quick_doors.clock.after(minutes=15)
        used.append(_is_in(person))
    quick_doors.clock.after(minutes=16)

    assert set(used) == {True}
    assert not _is_in(person)


@pytest.fixture(scope="module")
def over_tls(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("tls")
    with serving(sqlite_template, folder, certificate=self_made_certificate(folder, "127.0.0.1")) as server:
        yield server


def test_over_tls_every_cookie_is_bound_to_host_and_line(over_tls: Serving) -> None:
    trusting = ssl.create_default_context(cafile=str(over_tls.certificate))
    line = HTTPSConnection("127.0.0.1", over_tls.port, context=trusting, timeout=20)
    line.request("GET", "/dang-nhap")
    shown = line.getresponse()
    form = shown.read().decode().partition('name="form_token" value="')[2].partition('"')[0]
    first = shown.headers["Set-Cookie"]
    given = urlencode({"form_token": form, "name": over_tls.name, "password": PASSWORD})
    headers = {"Cookie": first.partition(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
    line.request("POST", "/dang-nhap", given, headers)
    entered = line.getresponse()
    entered.read()
    line.close()

    cookies = [first, *(entered.headers.get_all("Set-Cookie") or [])]
    assert (entered.status, len(cookies)) == (303, 2)
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-giaonhan-form", "__Host-giaonhan"}
    assert [cookie for cookie in cookies if not {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))] == []
    assert [cookie for cookie in cookies if "SameSite=" not in cookie or "Domain" in cookie] == []
    assert shown.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
