"""What JSON allows and a body may not hold is refused, and nothing is written."""

import json
import time
from collections.abc import Mapping

from tests.builders import a_number
from tests.callers import Api, a_dossier_body, faults

CREATING = ("/dossiers", "/items", "/labels", "/label-batches")
POSTING = (*CREATING, "/events", "/discrepancies/1/assign", "/discrepancies/1/close")


def refusal(api: Api, path: str, body: bytes, **headers: str) -> tuple[int, str, list[dict[str, str]]]:
    problem = api.send(path, body, "supervisor", **headers).json or {}
    return problem["status"], problem["cause"], problem["errors"]


def test_unknown_fields_are_refused_by_name_and_change_nothing(api: Api) -> None:
    smuggled = ("role", "custodian", "status", "id", "created_by")
    bodies: Mapping[str, dict[str, object]] = {
        "/dossiers": a_dossier_body(),
        "/items": {"dossier": a_number(), "leg": "submission"},
        "/labels": {"items": ["EI260115006VN"], "format": "a6"},
        "/label-batches": {"items": ["EI260115006VN"], "format": "a6"},
        "/events": {"events": []},
        "/discrepancies/1/assign": {"user": "clerk"},
        "/discrepancies/1/close": {"reason": "settled"},
    }

    problems = {
        (path, field): api.post(path, body | {field: "x"}, "supervisor").json or {}
        for path, body in bodies.items()
        for field in smuggled
    }

    assert {(one["status"], one["cause"]) for one in problems.values()} == {(422, "unknown_field")}
    assert {key: one["errors"][0]["field"] for key, one in problems.items()} == {key: key[1] for key in problems}
    assert (api.get("/dossiers").json or {})["data"] == []


def test_unknown_fields_below_the_first_level_are_named_with_their_path(api: Api) -> None:
    body = a_dossier_body()
    body["applicant"] = {**dict(body["applicant"]), "is_admin": True}  # type: ignore[call-overload]  # a JSON object

    problem = api.post("/dossiers", body).json or {}

    assert faults(problem) == [("applicant.is_admin", "unknown_field")]


def test_unknown_parameters_are_refused_by_name(api: Api) -> None:
    problems = [api.get(f"{path}?colour=red").json or {} for path in ("/items", "/dossiers", "/offices", "/procedures")]

    assert {(one["status"], one["errors"][0]["field"]) for one in problems} == {(422, "colour")}


def test_bytes_that_are_no_json_are_refused_everywhere(api: Api) -> None:
    broken = (b"", b"{", b"[1,", b"nul", b"{'a': 1}", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b'{"a": "\xc3"}', b"{} {}")

    answers = {refusal(api, path, body)[:2] for path in POSTING for body in broken}

    assert answers == {(422, "malformed")}


def test_json_of_another_shape_is_refused(api: Api) -> None:
    answers = {refusal(api, path, body)[0] for path in POSTING for body in (b"null", b"[]", b"3", b'"{}"', b"true")}

    assert answers == {422}


def test_what_json_should_not_hold_is_refused_outside_events(api: Api) -> None:
    good = json.dumps({"reason": "settled"})[:-1].encode()
    parts = {
        b', "reason": "x"}': "duplicate_key",
        b', "note": 1.5}': "float",
        b', "note": NaN}': "float",
        b', "note": "\\u0000"}': "nul",
        b', "note": "\\ud800"}': "surrogate",
        b', "note": 99999999999999999999}': "integer_too_large",
        ', "số": 1}'.encode(): "key_not_ascii",
    }

    told = [refusal(api, "/discrepancies/1/close", good + part) for part in parts]

    assert {(status, cause) for status, cause, _ in told} == {(422, "malformed")}
    assert [errors[0]["cause"] for _, _, errors in told] == list(parts.values())


def test_a_batch_whose_own_fields_are_given_twice_is_refused(api: Api) -> None:
    answers = [
        refusal(api, "/events", body)[0] for body in (b'{"events":[],"events":[]}', b'{"events":[],"device_time":NaN}')
    ]

    assert answers == [422, 422]


def test_json_is_at_most_twenty_deep(api: Api) -> None:
    def nested(depth: int) -> bytes:
        return b'{"events":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert api.send("/events", nested(20)).status_code == 200
    status, cause, errors = refusal(api, "/events", nested(21))
    assert (status, cause, faults({"errors": errors})) == (422, "malformed", [("body", "too_deep")])
    assert refusal(api, "/events", nested(400_000))[:2] == (422, "malformed")
    assert refusal(api, "/dossiers", nested(400_000))[:2] == (422, "malformed")


def test_a_body_over_a_megabyte_is_refused_at_once(api: Api) -> None:
    large = b'{"events":["' + b"x" * 1_000_000 + b'"]}'
    begun = time.monotonic()

    answers = {refusal(api, path, large)[:2] for path in POSTING}

    assert answers == {(413, "too_large")}
    assert time.monotonic() - begun < 10 * len(POSTING), "a bound against reading it all, not a measurement"


def test_many_repeated_keys_take_no_time(api: Api) -> None:
    body = b'{"events":[{' + b",".join(b'"k%d":1,"k%d":2' % (n, n) for n in range(30_000)) + b"}]}"

    assert (api.send("/events", body).json or {})["receipts"][0]["outcome"] == "malformed"


def test_other_content_than_json_is_refused(api: Api) -> None:
    types = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")

    answers = {refusal(api, path, b"{}", Content_Type=kind)[:2] for path in POSTING for kind in types}

    assert answers == {(415, "unsupported_media_type")}


def test_a_body_that_names_no_type_is_read_as_json(api: Api) -> None:
    broken = {refusal(api, path, b"{not json", Content_Type="")[:2] for path in POSTING}
    whole = api.send("/events", b'{"events": []}', Content_Type="")

    assert broken == {(422, "malformed")}
    assert (whole.status_code, whole.json) == (200, {"receipts": []})


def test_json_says_its_charset_or_leaves_it(api: Api) -> None:
    answer = api.send("/events", b'{"events": []}', Content_Type="application/json; charset=utf-8")

    assert answer.status_code == 200
