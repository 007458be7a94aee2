"""Errors are problems: a stable cause, a sentence in the language asked for, nothing of what is inside."""

import re

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.builders import the_config
from tests.callers import Api
from tracker.api.problems import STATUS, status_of
from tracker.app import create_app
from tracker.domain.refusal import Cause, Refusal
from tracker.store.engine import create_engine

INSIDE = re.compile(
    r"Traceback|File \"|\.py|/work|/site-packages|Werkzeug|Python|sqlalchemy|SELECT |psycopg|sqlite", re.IGNORECASE
)


@pytest.fixture
def faulty() -> Flask:
    """An application with one call that raises whatever it is told to."""
    app = create_app(the_config(), create_engine("sqlite://"))
    raising: dict[str, Exception] = {
        "fault": RuntimeError("the table /var/lib/secret.db is gone"),
        "busy": OperationalError("SELECT secret", {}, Exception("database is locked")),
        **{cause.value: Refusal(cause=cause) for cause in Cause},
    }

    def fail(name: str) -> str:
        raise raising[name]

    fail.access = ()  # type: ignore[attr-defined]  # a mark on a function
    app.add_url_rule("/api/v1/fail/<name>", view_func=fail)
    return app


def test_a_problem_has_type_title_status_detail_cause_and_fields(api: Api) -> None:
    answer = api.post("/items", {"leg": "sideways"}, Accept_Language="en")

    assert (answer.mimetype, answer.headers["Content-Language"]) == ("application/problem+json", "en")
    assert answer.json == {
        "type": "/api/v1/docs#bad_value",
        "title": "This value cannot be used.",
        "status": 422,
        "detail": "This value cannot be used.",
        "cause": "bad_value",
        "errors": [{"field": "leg", "cause": "bad_value", "detail": "This value cannot be used."}],
    }


def test_people_are_told_in_vietnamese_unless_they_ask_for_english(api: Api) -> None:
    asked = ("", "vi", "en", "en-GB,vi;q=0.5", "fr", "fr, en;q=0.3")

    answers = [api.get("/items/x", Accept_Language=language) for language in asked]

    assert [answer.headers["Content-Language"] for answer in answers] == ["vi", "vi", "en", "en", "vi", "en"]
    assert len({(answer.json or {})["title"] for answer in answers}) == 2
    assert {(answer.json or {})["cause"] for answer in answers} == {"not_found"}


def test_a_wrong_method_says_which_are_right(api: Api) -> None:
    answers = [
        api.client.delete(f"/api/v1{path}", headers=api.headers("clerk")) for path in ("/items", "/me", "/events")
    ]

    assert [(one.status_code, (one.json or {})["cause"]) for one in answers] == [(405, "method_not_allowed")] * 3
    assert [set(one.headers["Allow"].split(", ")) for one in answers] == [
        {"GET", "HEAD", "OPTIONS", "POST"},
        {"GET", "HEAD", "OPTIONS"},
        {"OPTIONS", "POST"},
    ]


def test_an_address_nobody_has_is_a_problem_too(api: Api) -> None:
    answers = [api.client.get(path) for path in ("/api/v1/nothing", "/api/v2/me", "/api/", "/api/v1/items/a/b")]

    assert {(one.status_code, one.mimetype) for one in answers} == {(404, "application/problem+json")}


def test_an_address_with_strange_characters_names_nothing(api: Api) -> None:
    strange = (
        "%00",
        "a%00b",
        "%ff",
        "%ed%a0%80",
        "%0d%0aX-Evil:1",
        "%e2%80%ae",
        "x" * 3000,
        "'%20OR%201=1--",
        "%25s",
        "..%2f..",
    )

    answers = [api.get(f"/{kind}/{name}") for kind in ("items", "dossiers") for name in strange]

    assert {(one.status_code, (one.json or {})["cause"]) for one in answers} == {(404, "not_found")}


def test_a_fault_of_ours_tells_nothing_of_what_is_inside(faulty: Flask) -> None:
    answers = [faulty.test_client().get(f"/api/v1/fail/{name}") for name in ("fault", "busy")]

    assert [(one.status_code, (one.json or {})["cause"]) for one in answers] == [
        (500, "internal_fault"),
        (503, "busy"),
    ]
    assert answers[1].headers["Retry-After"] == "1"
    assert [INSIDE.search(answer.text) for answer in answers] == [None, None]


def test_every_cause_has_its_status_and_a_sentence_in_both_languages(faulty: Flask) -> None:
    answers = {
        cause: [
            faulty.test_client().get(f"/api/v1/fail/{cause.value}", headers={"Accept-Language": language})
            for language in ("vi", "en")
        ]
        for cause in Cause
    }

    told = {cause: [answer.json or {} for answer in both] for cause, both in answers.items()}
    assert {cause: both[0].status_code for cause, both in answers.items()} == {
        cause: status_of(cause) for cause in Cause
    }
    assert [cause for cause, (vi, en) in told.items() if vi["title"] == en["title"]] == []
    assert [cause for cause, both in told.items() if any(one["title"].startswith("refusal.") for one in both)] == []


def test_statuses_are_those_that_are_documented() -> None:
    assert set(STATUS.values()) | {422} <= {401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503}


def test_every_answer_forbids_sniffing_framing_and_keeping(api: Api) -> None:
    answers = [
        api.get("/me"),
        api.get("/me", None),
        api.get("/items/x"),
        api.post("/items", {}),
        api.client.get("/api/v1/docs"),
        api.client.get("/api/v1/openapi.json"),
    ]

    assert {one.headers["X-Content-Type-Options"] for one in answers} == {"nosniff"}
    assert {one.headers["Cache-Control"] for one in answers} == {"no-store"}
    assert [one for one in answers if "frame-ancestors 'none'" not in one.headers["Content-Security-Policy"]] == []
