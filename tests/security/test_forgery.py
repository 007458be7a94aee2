"""No other site acts for a person of ours: every form, every way another site could send it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.security.books import changed, content
from tests.security.doors import UNSAFE, Doors, Person, address_of, line_of

# A report of the browser itself bears no token, and changes nothing.
FREE = {"POST /csp-reports"}
ENTERING = "POST /dang-nhap"
FILLED_IN = {"code": "EI260115006VN", "q": "x", "reason": "x", "reveal_reason": "caller_asks", "job": "reconcile"}
ROLES = ("clerk", "postclerk", "courier", "supervisor", "hotline", "admin")


@dataclass(frozen=True)
class Sent:
    """`token` is what stands in the form; None sends no such field."""

    token: str | None
    headers: Mapping[str, str]


def _circumstances(own: str, others: str) -> dict[str, Sent]:
    return {
        "no token": Sent(None, {}),
        "an empty token": Sent("", {}),
        "a made-up token": Sent("A" * 43, {}),
        "a token that is no ASCII": Sent("đ" * 43, {}),
        "the token of a colleague": Sent(others, {}),
        "another site": Sent(own, {"Sec-Fetch-Site": "cross-site"}),
        "a neighbour under the same domain": Sent(own, {"Sec-Fetch-Site": "same-site"}),
        "a site that no browser knows": Sent(own, {"Sec-Fetch-Site": "own"}),
        "another origin": Sent(own, {"Origin": "https://elsewhere.example"}),
        "an origin that looks like ours": Sent(own, {"Origin": "http://localhost.elsewhere.example"}),
        "our host on another port": Sent(own, {"Origin": "http://localhost:8443"}),
        "our host by another scheme": Sent(own, {"Origin": "ftp://localhost"}),
        "a hidden origin": Sent(own, {"Origin": "null"}),
    }


def _forms(doors: Doors) -> dict[str, tuple[str, str]]:
    lines = {line_of(method, rule): (method, address_of(rule)) for method, rule in doors.routes() if method in UNSAFE}
    return {line: door for line, door in lines.items() if line not in FREE}


def _send(person: Person, door: tuple[str, str], sent: Sent) -> int:
    method, path = door
    token = {} if sent.token is None else {"form_token": sent.token}
    answer = person.client.open(path, method=method, data=token | FILLED_IN, headers=dict(sent.headers))
    return answer.status_code


def test_no_form_is_taken_from_elsewhere_or_without_its_token(quick_doors: Doors) -> None:
    people = [quick_doors.enter(role) for role in ROLES]
    colleague = quick_doors.enter("clerk2")
    before = content(quick_doors.api.engine)

    taken = {
        (line, why, person.name)
        for person in people
        for why, sent in _circumstances(person.token, colleague.token).items()
        for line, door in _forms(quick_doors).items()
        if line != ENTERING and _send(person, door, sent) != 403
    }

    assert taken == set()
    assert changed(before, content(quick_doors.api.engine)) == set()
    assert all(person.get("/lam-viec").status in {200, 303} for person in people)


def test_every_form_is_taken_from_our_own_pages(quick_doors: Doors) -> None:
    """Without this the test above could pass because no form is ever taken."""
    people = {role: quick_doors.enter(role) for role in ROLES}
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}

    refused = {
        line
        for line, door in _forms(quick_doors).items()
        if line not in {ENTERING, "POST /dang-xuat"}
        and all(_send(person, door, Sent(person.token, own)) == 403 for person in people.values())
    }

    assert refused == set()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_nobody_is_signed_in_by_another_site(quick_doors: Doors, headers: dict[str, str]) -> None:
    victim = quick_doors.stranger()
    given = victim.get("/dang-nhap").fields("main form") | {"name": "clerk", "password": "x"}

    assert victim.post("/dang-nhap", given, **headers).status == 403
    assert victim.cookie == ""


def test_the_sign_in_forms_token_of_another_browser_is_worth_nothing(quick_doors: Doors) -> None:
    attackers = quick_doors.stranger().get("/dang-nhap").fields("main form")
    victim = quick_doors.stranger()
    victim.get("/dang-nhap")

    assert victim.post("/dang-nhap", attackers | {"name": "clerk", "password": "x"}).status == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_where_a_form_leads_changes_nothing(quick_doors: Doors, method: str) -> None:
    clerk = quick_doors.enter("clerk")
    before = content(quick_doors.api.engine)

    statuses = {clerk.ask(method, f"{path}?form_token={clerk.token}&reason=x").status_code
                for _, path in _forms(quick_doors).values()}  # fmt: skip

    assert statuses <= {200, 303, 403, 404, 405}
    assert changed(before, content(quick_doors.api.engine)) == set()
    assert clerk.get("/ban-quay/").status == 200


def test_a_browsers_cookie_opens_no_call_of_the_api(quick_doors: Doors) -> None:
    """So no other site can make a browser call it."""
    clerk = quick_doors.enter("clerk")

    answers = [clerk.client.get("/api/v1/me"), clerk.client.post("/api/v1/dossiers", json={})]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers.get("Access-Control-Allow-Origin") for answer in answers} == {None}
