"""Who may call what, each role at each door, against the table as it was agreed."""

from collections.abc import Mapping

from tests.callers import Api
from tracker.api.callers import CALLERS
from tracker.domain.vocabulary import Role

A_HASH = "0" * 64
READERS = "clerk postclerk officer courier driver supervisor hotline auditor"
EVERYBODY = f"{READERS} admin"
AGREED: Mapping[str, str] = {
    "GET /me": EVERYBODY,
    "GET /offices": EVERYBODY,
    "GET /procedures": EVERYBODY,
    "GET /dossiers": READERS,
    "GET /dossiers/<number>": READERS,
    "GET /items": READERS,
    "GET /items/<number>": READERS,
    "POST /dossiers": "clerk postclerk supervisor",
    "POST /items": "clerk postclerk supervisor",
    "POST /labels": "clerk postclerk supervisor",
    "POST /label-batches": "clerk postclerk supervisor",
    "GET /label-batches/<id>": "clerk postclerk supervisor",
    "POST /label-batches/<id>/print": "clerk postclerk supervisor",
    "GET /label-batches/<id>/lines": "clerk postclerk supervisor",
    "GET /label-batches/<id>/paper": "clerk postclerk supervisor",
    "POST /events": EVERYBODY,
    "PUT /evidence/<sha256>": "clerk postclerk courier driver officer supervisor",
    "HEAD /evidence/<sha256>": "clerk postclerk courier driver officer supervisor",
    "PATCH /evidence/<sha256>": "clerk postclerk courier driver officer supervisor",
    "GET /discrepancies": "supervisor auditor clerk postclerk officer",
    "POST /discrepancies/<id>/assign": "supervisor",
    "POST /discrepancies/<id>/close": "supervisor",
    "GET /runs": "supervisor admin auditor",
}
ROLES = tuple(EVERYBODY.split())


def status_for(api: Api, line: str, who: str | None) -> int:
    method, _, rule = line.partition(" ")
    path = rule.replace("<number>", "EI260115006VN").replace("<sha256>", A_HASH).replace("<id>", "1")
    return api.client.open(f"/api/v1{path}", method=method, json={}, headers=api.headers(who)).status_code


def test_only_the_roles_that_are_named_may_call(api: Api) -> None:
    admitted = {line: {role for role in ROLES if status_for(api, line, role) not in {401, 403}} for line in AGREED}

    assert admitted == {line: set(roles.split()) for line, roles in AGREED.items()}


def test_nobody_calls_without_a_token(api: Api) -> None:
    assert {status_for(api, line, None) for line in AGREED} == {401}


def test_the_table_names_every_call_and_no_other(api: Api) -> None:
    routes = {
        f"{method} {rule.rule.removeprefix('/api/v1')}"
        for rule in api.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and "doc" not in rule.endpoint
        for method in (rule.methods or set()) - {"OPTIONS"}
        # The framework answers HEAD wherever it answers GET.
        if method != "HEAD" or "GET" not in (rule.methods or set())
    }

    assert routes == set(CALLERS) == set(AGREED)


def test_every_role_is_tried() -> None:
    assert set(ROLES) == set(Role) - {Role.SYSTEM}


def test_only_the_documents_are_open_to_everybody(api: Api) -> None:
    views = {name: view for name, view in api.app.view_functions.items() if name.startswith("api.")}
    open_to_all = {name for name, view in views.items() if getattr(view, "access", None) == ()}

    assert open_to_all == {"api.document", "api.docs"}
    assert {name for name, view in views.items() if not hasattr(view, "access")} == set()


DEAD = ("", "Bearer", "Bearer ", "Basic Y2xlcms6Y2xlcms=", "Bearer nobody", "Bearer a b")


def test_no_token_and_a_dead_one_are_answered_alike(api: Api) -> None:
    answers = [api.client.get("/api/v1/me", headers={"Authorization": value}) for value in DEAD]

    assert {(answer.status_code, answer.headers["WWW-Authenticate"]) for answer in answers} == {(401, "Bearer")}
    assert {answer.data for answer in answers} == {api.get("/me", who=None).data}
