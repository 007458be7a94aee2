"""The document is true: whatever it allows or forbids is sent, and every answer is one it describes."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.schemas import APIOperation

from tests.api.test_evidence import a_photo
from tests.api.test_problems import INSIDE
from tests.builders import NOW, a_desk, a_number, a_scan
from tests.callers import Api, a_dossier_body
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.runs import ask_run
from tracker.api.callers import CALLERS
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.runs import JobName
from tracker.domain.vocabulary import EventType
from tracker.store.engine import transaction

EXAMPLES = 12
load_all_checks()
# What the schema cannot say (check digits, known numbers, hashes) is refused for data it allows.
NOT_CHECKED: list[Any] = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
SENT_BY = "supervisor"
# What a source signs itself has tests of its own.
BY_TOKEN = [line for line, roles in CALLERS.items() if roles]
EARLIER = NOW - timedelta(hours=1)


def operation_of(api: Api, line: str) -> APIOperation[Any, Any, Any, Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", api.app)
    method, _, rule = line.partition(" ")
    return schema[f"/api/v1{rule.replace('<', '{').replace('>', '}')}"][method]


@dataclass(frozen=True, slots=True)
class Day:
    """Something of everything, so that no list is empty."""

    item: str
    discrepancy: int
    waiting_batch: int
    printed_batch: int


def a_day(api: Api) -> Day:
    item = api.register()
    api.post("/labels", {"items": [item], "format": "a6"})
    given = a_scan(item, EventType.GIVEN_TO_COURIER, counterparty={"kind": "courier", "user": "courier"})
    api.post("/events", {"events": [a_scan(item, EventType.LOADED, at=EARLIER), given]}, "supervisor")
    with transaction(api.engine) as session:
        open_finding(session, Finding(DiscrepancyCode.FEED_DOWN, "source:one_stop", NOW), at=NOW)
        ask_run(session, JobName.RECONCILE, a_desk(api.people[SENT_BY].actor))
    found = (api.get("/discrepancies?code=feed_down", SENT_BY).json or {})["data"]
    waiting, printed = a_batch(api, item), a_batch(api, api.register(3))
    api.post(f"/label-batches/{printed}/print", {}, SENT_BY)
    return Day(item, int(found[0]["id"]), waiting, printed)


def a_batch(api: Api, item: str) -> int:
    asked = {"items": [item], "format": "a6", "reason": "Nhãn nhòe"}
    return int((api.post("/label-batches", asked, SENT_BY).json or {})["id"])


def known_good(day: Day) -> dict[str, dict[str, Any]]:
    photo, drawn = a_photo(), a_photo("PNG")
    return {
        "GET /dossiers/<number>": {"path_parameters": {"number": a_number()}},
        "GET /items/<number>": {"path_parameters": {"number": day.item}},
        "POST /dossiers": {"body": a_dossier_body(2)},
        "POST /items": {"body": {"dossier": a_number(), "leg": "result"}},
        "POST /labels": {"body": {"items": [day.item], "format": "a6", "reason": "Nhãn nhòe"}},
        "POST /label-batches": {"body": {"items": [day.item], "format": "a6"}},
        "GET /label-batches/<id>": {"path_parameters": {"id": day.waiting_batch}},
        "POST /label-batches/<id>/print": {"path_parameters": {"id": day.waiting_batch}},
        "GET /label-batches/<id>/lines": {"path_parameters": {"id": day.printed_batch}},
        "GET /label-batches/<id>/paper": {"path_parameters": {"id": day.printed_batch}},
        "POST /events": {"body": {"events": [a_scan(day.item, EventType.ARRIVED), {}, a_scan("x", EventType.ARRIVED)]}},
        "PUT /evidence/<sha256>": {
            "path_parameters": {"sha256": hashlib.sha256(photo).hexdigest()},
            "body": photo,
            "media_type": "image/jpeg",
        },
        "HEAD /evidence/<sha256>": {"path_parameters": {"sha256": "0" * 64}},
        "PATCH /evidence/<sha256>": {
            "path_parameters": {"sha256": hashlib.sha256(drawn).hexdigest()},
            "headers": {"Upload-Offset": "0", "Upload-Complete": "?1"},
            "body": drawn,
            "media_type": "application/octet-stream",
        },
        "POST /discrepancies/<id>/assign": {"path_parameters": {"id": day.discrepancy}, "body": {"user": "officer"}},
        "POST /discrepancies/<id>/close": {"path_parameters": {"id": day.discrepancy}, "body": {"reason": "settled"}},
    }


def send_good(api: Api, line: str, parts: dict[str, Any]) -> int:
    case = operation_of(api, line).Case(**{"media_type": "application/json"} | parts)
    return int(case.call_and_validate(headers=api.headers(SENT_BY)).status_code)


def test_every_call_that_succeeds_answers_what_the_document_says(api: Api) -> None:
    good = known_good(a_day(api))

    statuses = {line: send_good(api, line, good.get(line, {})) for line in BY_TOKEN}

    assert {line: status for line, status in statuses.items() if status != 200} == {
        "POST /dossiers": 201,
        "POST /items": 201,
        "POST /label-batches": 201,
        "PUT /evidence/<sha256>": 201,
        "HEAD /evidence/<sha256>": 204,
        "PATCH /evidence/<sha256>": 201,
    }


def send_generated(api: Api, line: str, mode: GenerationMode) -> set[int]:
    """The statuses seen. Raises for the first answer that the document does not describe."""
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation_of(api, line).as_strategy(generation_mode=mode))
    def send(case: Case[Any]) -> None:
        answer = case.call_and_validate(headers=api.headers(SENT_BY), excluded_checks=NOT_CHECKED)
        assert answer.status_code < 400 or not INSIDE.search(answer.text)
        seen.add(answer.status_code)

    send()
    return seen


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_every_answer_is_one_that_the_document_describes(api: Api, mode: GenerationMode) -> None:
    a_day(api)

    seen = {line: send_generated(api, line, mode) for line in BY_TOKEN}

    assert [line for line, statuses in seen.items() if not statuses] == []
    assert {status for statuses in seen.values() for status in statuses} <= {
        200,
        201,
        204,
        401,
        404,
        409,
        413,
        415,
        422,
    }
