"""Contradictions are read, given to a person, and closed with a reason."""

import hashlib

from tests.api.test_evidence import a_photo
from tests.builders import NOW
from tests.callers import Api
from tracker.actions.discrepancies import Finding, open_finding
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.store.engine import transaction
from tracker.store.queries.discrepancies import steps_of


def a_feed_that_is_down(api: Api) -> int:
    with transaction(api.engine) as session:
        open_finding(session, Finding(DiscrepancyCode.FEED_DOWN, "source:one_stop", NOW), at=NOW)
    return int((api.get("/discrepancies?code=feed_down", "supervisor").json or {})["data"][0]["id"])


def test_a_contradiction_is_told_with_owner_evidence_and_next_step(api: Api) -> None:
    number = api.register()
    api.post("/events", {"events": [{"id": "00000000-0000-7000-8000-000000000001", "code": number, "type": "loaded",
                                     "occurred_at": "2026-11-23T02:00:00Z"}]}, "driver")  # fmt: skip

    found = (api.get("/discrepancies?state=open&code=missed_scan", "supervisor", Accept_Language="en").json or {})[
        "data"
    ]

    assert [row | {"id": 0} for row in found] == [
        {
            "id": 0,
            "code": "missed_scan",
            "subject": "item:1",
            "dossier": "000.00.22.H12-261120-0001",
            "item": number,
            "office": found[0]["office"],
            "state": "open",
            "severity": "low",
            "since_at": "2026-11-23T02:00:00.000Z",
            "opened_at": "2026-11-23T03:00:00.000Z",
            "closed_at": None,
            "times_opened": 1,
            "owner": "postclerk",
            "owner_role": "postclerk",
            "evidence": {"post": {"events": "00000000-0000-7000-8000-000000000001"}},
            "next_step": found[0]["next_step"],
            "reason": None,
            "due_at": None,
            "progress": "untouched",
            "waiting_for": None,
            "waiting_until": None,
            "proposed_by": None,
        }
    ]
    assert not found[0]["next_step"].startswith("next_step.")


def test_the_next_step_speaks_the_callers_language(api: Api) -> None:
    a_feed_that_is_down(api)

    steps = {
        (api.get("/discrepancies", "supervisor", Accept_Language=language).json or {})["data"][0]["next_step"]
        for language in ("vi", "en")
    }

    assert len(steps) == 2


def test_a_contradiction_given_to_a_person_is_owned_by_the_person(api: Api) -> None:
    number = a_feed_that_is_down(api)

    answer = api.post(f"/discrepancies/{number}/assign", {"user": "officer"}, "supervisor")

    assert (answer.status_code, (answer.json or {})["owner"]) == (200, "officer")


def test_it_goes_to_nobody_who_is_unknown_or_elsewhere(api: Api) -> None:
    number = a_feed_that_is_down(api)

    problems = [
        api.post(f"/discrepancies/{number}/assign", {"user": user}, "supervisor").json or {}
        for user in ("nobody", "stranger")
    ]

    assert [(one["status"], one["cause"], one["errors"][0]["field"]) for one in problems] == [
        (422, "unknown_account", "user")
    ] * 2


def test_closing_needs_a_reason_and_happens_once(api: Api) -> None:
    number = a_feed_that_is_down(api)

    refused = api.post(f"/discrepancies/{number}/close", {"reason": " "}, "supervisor").json or {}
    closed = (
        api.post(f"/discrepancies/{number}/close", {"reason": "settled", "note": "Đã gọi"}, "supervisor").json or {}
    )
    again = api.post(f"/discrepancies/{number}/close", {"reason": "settled"}, "supervisor").json or {}

    assert (refused["status"], refused["cause"]) == (422, "reason_missing")
    assert (closed["state"], closed["reason"], closed["closed_at"]) == ("closed", "settled", "2026-11-23T03:00:00.000Z")
    assert (again["status"], again["cause"]) == (409, "already_closed")


def test_what_cannot_be_seen_is_not_kept_of_a_reason_or_a_note(api: Api) -> None:
    number = a_feed_that_is_down(api)
    refused = api.post(f"/discrepancies/{number}/close", {"reason": "\u202e\u0007"}, "supervisor").json or {}

    body = {"reason": "set\u202etled\u0007", "note": "Đã gọi\u200b\nlần\u001b hai"}
    closed = api.post(f"/discrepancies/{number}/close", body, "supervisor").json or {}

    with api.session() as session:
        notes = [step.note for step in steps_of(session, number)]
    assert (refused["cause"], closed["reason"], notes[-1]) == ("reason_missing", "settled", "Đã gọi\nlần hai")


def test_closing_names_only_evidence_that_was_sent(api: Api) -> None:
    number, proof = a_feed_that_is_down(api), hashlib.sha256(a_photo()).hexdigest()
    body = {"reason": "settled", "note": "Ảnh biên bản", "evidence": [proof]}
    refused = api.post(f"/discrepancies/{number}/close", body, "supervisor").json or {}
    api.put(f"/evidence/{proof}", a_photo(), "supervisor")

    closed = api.post(f"/discrepancies/{number}/close", body, "supervisor")

    with api.session() as session:
        notes = [step.note for step in steps_of(session, number)]
    assert (refused["status"], refused["cause"], closed.status_code) == (422, "evidence_unknown", 200)
    assert notes[-1] == f"Ảnh biên bản\nevidence {proof}"


def test_lists_are_narrowed_by_state_and_kind(api: Api) -> None:
    number = a_feed_that_is_down(api)
    api.post(f"/discrepancies/{number}/close", {"reason": "settled"}, "supervisor")

    counted = [
        len((api.get(f"/discrepancies{query}", "supervisor").json or {})["data"])
        for query in ("", "?state=open", "?state=closed", "?code=feed_down", "?code=silent_item")
    ]

    assert counted == [1, 0, 1, 1, 0]
    assert api.get("/discrepancies?state=lost", "supervisor").status_code == 422


def test_a_name_that_is_no_number_names_nothing(api: Api) -> None:
    names = ("x", "0", "-1", "2147483648", "99999999999999999999", "1.5")

    answers = {api.post(f"/discrepancies/{name}/close", {"reason": "x"}, "supervisor").status_code for name in names}

    assert answers == {404}
