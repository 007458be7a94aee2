"""What goes wrong at a desk every day: answers name field and cause, and say it in the caller's language."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from tests.builders import ELSEWHERE, NOW, POST, a_number, a_scan
from tests.callers import Api, a_dossier_body, a_person_body, faults
from tracker.domain.chain import instant
from tracker.domain.vocabulary import EventType

EVENT_ID = UUID("0190a1b2-0000-7000-8000-000000000001")
LANGUAGES = ("vi", "en")
UNKNOWN = "EI260115010VN"


class Told(NamedTuple):
    status: int
    fault: tuple[str, str]
    vi: str
    en: str


def known_number(api: Api, **headers: str) -> TestResponse:
    api.post("/dossiers", a_dossier_body())
    return api.post("/dossiers", a_dossier_body(), **headers)


def second_envelope(api: Api, **headers: str) -> TestResponse:
    api.post("/dossiers", a_dossier_body())
    api.post("/items", {"dossier": a_number(), "leg": "submission", "number": "RR123456785VN"})
    return api.post("/items", {"dossier": a_number(), "leg": "submission"}, **headers)


def another_offices_name(api: Api, **headers: str) -> TestResponse:
    api.post("/dossiers", a_dossier_body())
    return api.post("/items", {"dossier": a_number(), "leg": "submission", "from_office": ELSEWHERE}, **headers)


def key_used_otherwise(api: Api, **headers: str) -> TestResponse:
    api.post("/dossiers", a_dossier_body(1), Idempotency_Key="one")
    return api.post("/dossiers", a_dossier_body(2), Idempotency_Key="one", **headers)


def dossier_with(**fields: object) -> Callable[..., TestResponse]:
    return lambda api, **headers: api.post("/dossiers", a_dossier_body(**fields), **headers)  # type: ignore[arg-type]  # fields of the body


def older_than_never(api: Api, **headers: str) -> TestResponse:
    return api.get(f"/items/{UNKNOWN}?registered_before=2026-02-30T00:00:00Z", **headers)


def unknown_label(api: Api, **headers: str) -> TestResponse:
    return api.post("/labels", {"items": [UNKNOWN], "format": "a6"}, **headers)


REFUSED: dict[str, tuple[Callable[..., TestResponse], Told]] = {
    "an unknown number": (
        unknown_label,
        Told(
            404, ("items.0", "unknown_number"), "Không có số này trong hệ thống.", "This number is not in the system."
        ),
    ),
    "another office's name": (
        another_offices_name,
        Told(
            403,
            ("from_office", "wrong_office"),
            "Bưu gửi thuộc đơn vị khác.",
            "The item belongs to another office.",
        ),
    ),
    "a dossier twice": (
        known_number,
        Told(
            409,
            ("number", "dossier_exists"),
            f"Số {a_number()} đã có trong sổ.",
            f"The number {a_number()} is in the book already.",
        ),
    ),
    "an envelope twice": (
        second_envelope,
        Told(
            409,
            ("dossiers", "open_item_exists"),
            "Chiều này đang có bưu gửi RR123456785VN chưa kết thúc.",
            "This leg has the item RR123456785VN, which has not ended.",
        ),
    ),
    "another body under a known key": (
        key_used_otherwise,
        Told(
            409,
            ("Idempotency-Key", "idempotency_conflict"),
            "Khóa này đã dùng cho nội dung khác.",
            "This key was used for other content.",
        ),
    ),
    "an impossible date in a number": (
        dossier_with(number=a_number(day="260230")),
        Told(422, ("number", "impossible_date"), "Ngày không thể có thật.", "This date cannot be."),
    ),
    "a date in the future in a number": (
        dossier_with(number=a_number(day="261124")),
        Told(
            422,
            ("number", "date_in_future"),
            "Ngày trong mã hồ sơ còn ở tương lai.",
            "The date in the dossier number lies in the future.",
        ),
    ),
    "an instant that never was": (
        older_than_never,
        Told(422, ("registered_before", "impossible_date"), "Ngày không thể có thật.", "This date cannot be."),
    ),
    "a name of three hundred and one letters": (
        dossier_with(applicant=a_person_body(name="Ấ" * 301)),
        Told(
            422,
            ("applicant.name", "field_too_long"),
            "Nội dung quá dài, tối đa 300 ký tự.",
            "The text is too long, at most 300 characters.",
        ),
    ),
    "a name of nothing but control characters": (
        dossier_with(applicant=a_person_body(name="\u0007\u202e\u200b")),
        Told(422, ("applicant.name", "field_required"), "Chưa điền mục này.", "This field is missing."),
    ),
    "the character U+0000 in a name": (
        dossier_with(applicant=a_person_body(name="Lê\u0000Nam")),
        Told(422, ("applicant.name", "nul"), "Nội dung có ký tự U+0000.", "The text holds the character U+0000."),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_names_field_and_cause_in_the_callers_language(api: Api, case: str) -> None:
    call, told = REFUSED[case]

    problems = [call(api, Accept_Language=language).json or {} for language in LANGUAGES]

    assert [(problem["status"], faults(problem)) for problem in problems] == [(told.status, [told.fault])] * 2
    assert [problem["errors"][0]["detail"] for problem in problems] == [told.vi, told.en]


def receipt(api: Api, who: str, event: object, language: str) -> dict[str, object]:
    answer = api.post("/events", {"events": [event]}, who, Accept_Language=language)
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)
    return dict((answer.json or {})["receipts"][0])


EVENTS: dict[str, tuple[str, dict[str, object], str, dict[str, str] | None, str, str]] = {
    "an unreadable code": (
        "postclerk",
        {"code": "079085001234|Nguyễn Văn An"},
        "unreadable_code",
        {"code": "unreadable_code"},
        "Mã này không đọc được như một bưu gửi.",
        "This code does not read as a postal item.",
    ),
    "an impossible date": (
        "postclerk",
        {"occurred_at": "2026-02-30T08:00:00+07:00"},
        "malformed",
        {"occurred_at": "impossible_date"},
        "Ngày không thể có thật.",
        "This date cannot be.",
    ),
    "an hour that never was": (
        "postclerk",
        {"occurred_at": "2026-02-28T25:00:00+07:00"},
        "malformed",
        {"occurred_at": "impossible_date"},
        "Ngày không thể có thật.",
        "This date cannot be.",
    ),
    "a day that never comes in a detail": (
        "postclerk",
        {"type": "held", "details": {"until_on": "2026-11-31"}},
        "malformed",
        {"details.until_on": "impossible_date"},
        "Ngày không thể có thật.",
        "This date cannot be.",
    ),
    "the character U+0000 in a note": (
        "postclerk",
        {"note": "a\u0000b"},
        "malformed",
        {"note": "character_not_allowed"},
        "Nội dung có ký tự không được dùng.",
        "The text holds a character that is not allowed.",
    ),
    "an office nobody knows": (
        "postclerk",
        {"office": "H12.KHONGCO"},
        "malformed",
        {"office": "unknown_office"},
        "Không có đơn vị này.",
        "There is no such office.",
    ),
    "a role that may not": (
        "hotline",
        {},
        "wrong_role",
        None,
        "Vai trò của bạn không được ghi việc này.",
        "Your role may not record this.",
    ),
    "a decision about a number nobody knows": (
        "postclerk",
        {"code": UNKNOWN, "type": "cancelled", "reason": "mistake"},
        "unknown_number",
        None,
        "Không có số này trong hệ thống.",
        "This number is not in the system.",
    ),
}


@pytest.mark.parametrize("case", EVENTS)
def test_a_receipt_names_field_and_cause_in_the_callers_language(api: Api, case: str) -> None:
    who, changed, cause, fields, vi, en = EVENTS[case]
    event = a_scan(api.register(), EventType.ARRIVED) | changed

    told = [receipt(api, who, event, language) for language in LANGUAGES]

    assert [(one["cause"], one.get("fields")) for one in told] == [(cause, fields)] * 2
    assert [one["detail"] for one in told] == [vi, en]


def test_a_void_label_stops_a_decision_in_the_callers_language(api: Api) -> None:
    number = api.register()
    api.post("/labels", {"items": [number], "format": "a6"})
    token = (api.get(f"/items/{number}").json or {})["labels"][0]["token"]
    receipt(api, "clerk", a_scan(number, EventType.CANCELLED, reason="mistake"), "vi")

    told = [
        receipt(api, "clerk", a_scan(token, EventType.CANCELLED, reason="mistake"), language) for language in LANGUAGES
    ]

    assert [(one["outcome"], one["cause"]) for one in told] == [("refused", "label_void")] * 2
    assert [one["detail"] for one in told] == ["Nhãn này đã hủy.", "This label is void."]


def test_a_scan_of_a_void_label_is_kept_and_flagged(api: Api) -> None:
    number = api.register()
    api.post("/labels", {"items": [number], "format": "a6"})
    token = (api.get(f"/items/{number}").json or {})["labels"][0]["token"]
    receipt(api, "clerk", a_scan(number, EventType.CANCELLED, at=NOW - timedelta(minutes=5), reason="mistake"), "vi")

    told = receipt(api, "postclerk", a_scan(token, EventType.ARRIVED), "vi")

    found = (api.get("/discrepancies?code=old_label_used", "supervisor").json or {})["data"]
    assert (told["outcome"], told["item"], len(found)) == ("recorded", number, 1)


def test_a_scan_for_another_office_is_kept_flagged_and_looked_at(api: Api) -> None:
    number = api.register()

    told = receipt(api, "strange_postclerk", a_scan(number, EventType.ARRIVED, office=POST), "vi")

    events = (api.get(f"/items/{number}").json or {})["events"]
    found = (api.get("/discrepancies?code=wrong_office", "supervisor").json or {})["data"]
    assert (told["outcome"], "wrong_office" in events[-1]["anomalies"], len(found)) == ("recorded", True, 1)


def test_another_body_under_a_known_id_says_so_in_the_callers_language(api: Api) -> None:
    scan = a_scan(api.register(), EventType.ACCEPTED) | {"id": str(EVENT_ID)}
    receipt(api, "postclerk", scan, "vi")
    other = scan | {"occurred_at": instant(NOW - timedelta(minutes=1))}

    told = [receipt(api, "postclerk", other, language) for language in LANGUAGES]

    assert [(one["outcome"], one["cause"]) for one in told] == [("conflict", "id_conflict")] * 2
    assert [one["detail"] for one in told] == [
        "Mã sự kiện này đã dùng cho nội dung khác.",
        "This event id was used for other content.",
    ]


def test_what_is_recorded_or_known_carries_no_complaint(api: Api) -> None:
    scan = a_scan(api.register(), EventType.ACCEPTED)

    told = [receipt(api, "postclerk", scan, "en") for _ in range(2)]

    assert [(one["outcome"], "detail" in one) for one in told] == [("recorded", False), ("duplicate", False)]


def test_decomposed_letters_are_the_same_event(api: Api) -> None:
    scan = a_scan(api.register(), EventType.ACCEPTED, details={"seal_number": "Đồng 12"})
    decomposed = scan | {"details": {"seal_number": unicodedata.normalize("NFD", "Đồng 12")}}

    told = [receipt(api, "postclerk", one, "vi") for one in (decomposed, scan)]

    assert [one["outcome"] for one in told] == ["recorded", "duplicate"]
    assert told[0]["hash"] == told[1]["hash"]


def test_a_paper_counted_in_decomposed_letters_is_the_paper_listed(api: Api) -> None:
    number = api.register()
    counts = [{"name": unicodedata.normalize("NFD", "Tờ khai"), "kind": "original", "count": 1}]

    receipt(api, "postclerk", a_scan(number, EventType.ACCEPTED, details={"counts": counts}), "vi")

    events = (api.get(f"/items/{number}").json or {})["events"]
    assert events[-1]["details"]["counts"] == [{"line": 1, "kind": "original", "count": 1}]
