"""Envelopes are registered for dossiers, and read with everything that happened to them."""

from datetime import timedelta
from uuid import UUID

from tests.builders import AGENCY, CENTRE, NOW, POST, POST_AFAR, a_number, a_scan
from tests.callers import Api, a_dossier_body, a_person_body, faults
from tracker.domain.chain import instant
from tracker.domain.vocabulary import EventType

OTHER_COUNTRY = "RR473124829TH"


def test_a_registered_item_has_number_due_date_and_standing(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(), "clerk2")

    answer = api.post("/items", {"dossier": a_number(), "leg": "submission"}, "clerk2")

    told = answer.json or {}
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/items/{told['number']}")
    assert {key: told[key] for key in ("number", "due_on", "warnings")} == {
        "number": "EI260145008VN",
        "due_on": "2026-11-24",
        "warnings": [],
    }
    assert told["standing"] == {
        "status": "registered",
        "direction": "forward",
        "leg": "submission",
        "custodian": {"kind": "sender", "name": "sender"},
        "office": None,
        "attempts": 0,
        "attempt_open": False,
        "invitations": 0,
        "verifying": False,
        "citizen_state": "slip_created",
        "pending": None,
        "last_event_at": "2026-11-23T03:00:00.000Z",
        "legal_submission_at": None,
        "anomalies": [],
    }


def test_a_result_goes_from_the_agency_to_the_post_office_of_the_recipients_commune(api: Api) -> None:
    number = api.register(leg="result")

    told = api.get(f"/items/{number}").json or {}

    assert (told["from_office"], told["to_office"], told["leg"]) == (AGENCY, POST, "result")


def test_a_result_for_somebody_else_goes_to_the_post_office_of_their_commune(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())
    address = {"line": "1 Trần Phú", "ward_code": "31825", "province_code": "96"}
    recipient = a_person_body(address=address)

    answer = api.post("/items", {"dossier": a_number(), "leg": "result", "recipient": recipient}).json or {}

    assert (api.get(f"/items/{answer['number']}").json or {})["to_office"] == POST_AFAR


def test_ids_of_our_own_events_tell_when_they_were_made(api: Api) -> None:
    number = api.register()
    api.post("/labels", {"items": [number], "format": "a6"})

    ids = [UUID(event["id"]) for event in (api.get(f"/items/{number}").json or {})["events"]]

    assert [(one.version, one.int >> 80) for one in ids] == [(7, int(NOW.timestamp() * 1000))] * 2


def test_a_second_open_item_for_a_dossier_and_leg_is_a_conflict_that_names_the_first(api: Api) -> None:
    number = api.register()

    problem = api.post("/items", {"dossier": a_number(), "leg": "submission"}).json or {}

    assert (problem["status"], problem["cause"]) == (409, "open_item_exists")
    assert number in problem["detail"]


def test_one_envelope_holds_several_dossiers_and_the_same_one_once(api: Api) -> None:
    for serial in (1, 2):
        api.post("/dossiers", a_dossier_body(serial))

    number = (
        api.post("/items", {"dossiers": [a_number(1), a_number(2), a_number(1)], "leg": "submission"}).json or {}
    )["number"]

    told = api.get(f"/items/{number}").json or {}
    assert told["dossiers"] == [a_number(1), a_number(2)]
    assert [row["line"] for row in told["documents"]] == [1, 2]


BAD_INPUT: tuple[tuple[dict[str, object], int, str, str], ...] = (
    ({"leg": "sideways"}, 422, "bad_value", "leg"),
    ({"dossier": None}, 422, "field_required", "dossier"),
    ({"dossiers": [a_number()]}, 422, "bad_value", "dossier"),
    ({"dossier": a_number(9)}, 404, "unknown_dossier", "dossiers.0"),
    ({"number": "EI12"}, 422, "bad_number", "number"),
    ({"number": "EI260115001VN"}, 422, "bad_check_digit", "number"),
    ({"to_office": "H99"}, 422, "unknown_office", "to_office"),
    ({"recipient": a_person_body(phone="x")}, 422, "bad_phone", "recipient.phone"),
    (
        {"fees": [{"name": "Lệ phí", "amount": -1, "payer": "sender", "paid": True}]},
        422,
        "out_of_range",
        "fees.0.amount",
    ),
    ({"fees": [{"name": "Lệ phí", "amount": 1, "payer": "post", "paid": True}]}, 422, "bad_value", "fees.0.payer"),
    ({"documents": []}, 422, "documents_required", "documents"),
    ({"seal_number": "\u202e"}, 422, "field_required", "seal_number"),
)


def test_bad_input_is_refused_by_field_and_cause(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())
    asked = [{"dossier": a_number(), "leg": "submission"} | fields for fields, *_ in BAD_INPUT]

    problems = [api.post("/items", body).json or {} for body in asked]

    told = [(one["status"], one["cause"], ".".join(error["field"] for error in one["errors"])) for one in problems]
    assert told == [(status, cause, field) for _, status, cause, field in BAD_INPUT]


def test_a_foreign_number_with_a_wrong_check_digit_is_taken_with_a_warning(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())
    wrong = OTHER_COUNTRY[:10] + str((int(OTHER_COUNTRY[10]) + 1) % 10) + "TH"

    told = api.post("/items", {"dossier": a_number(), "leg": "submission", "number": wrong}).json or {}

    assert (told["number"], told["warnings"]) == (wrong, ["check_digit_differs"])


def test_an_open_number_is_not_given_out_again(api: Api) -> None:
    number = api.register()
    api.post("/dossiers", a_dossier_body(2))

    problem = api.post("/items", {"dossier": a_number(2), "leg": "submission", "number": number}).json or {}

    assert (problem["status"], problem["cause"]) == (409, "reuse_too_early")


def test_an_item_tells_its_events_with_their_anomalies(api: Api) -> None:
    number = api.register()
    api.post("/events", {"events": [a_scan(number, EventType.LOADED, at=NOW - timedelta(hours=1))]}, "driver")

    told = api.get(f"/items/{number}").json or {}

    assert [(event["type"], event["seq"], event["anomalies"]) for event in told["events"]] == [
        ("registered", 1, []),
        ("loaded", 2, ["missed_scan"]),
    ]
    assert told["standing"]["anomalies"] == ["missed_scan"]
    assert told["events"][1] | {"hash": "", "id": "", "anomalies": []} == {
        "id": "",
        "type": "loaded",
        "code": number,
        "chain": "item",
        "seq": 2,
        "hash": "",
        "occurred_at": "2026-11-23T02:00:00.000Z",
        "effective_at": "2026-11-23T02:00:00.000Z",
        "recorded_at": "2026-11-23T03:00:00.000Z",
        "device": api.people["driver"].actor.device,
        "device_counter": None,
        "prev": None,
        "actor": "driver",
        "actor_role": "driver",
        "hand": told["events"][1]["hand"],
        "office": None,
        "counterparty": None,
        "reason": None,
        "details": {},
        "evidence": [],
        "anomalies": [],
        "applied": True,
        "void": False,
    }


def test_an_item_tells_its_labels_and_documents(api: Api) -> None:
    number = api.register()
    api.post("/labels", {"items": [number], "format": "a6"})
    api.post("/labels", {"items": [number], "format": "a6", "reason": "Nhãn bị nhòe"})

    told = api.get(f"/items/{number}").json or {}

    assert [(label["copy"], label["state"], label["format"], len(label["token"])) for label in told["labels"]] == [
        (1, "superseded", "a6", 26),
        (2, "current", "a6", 26),
    ]
    assert told["documents"] == [{"line": 1, "name": "Tờ khai", "kind": "original", "count": 1}]


def test_an_item_is_found_however_its_number_is_typed(api: Api) -> None:
    number = api.register()
    spaced = f"{number[:2].lower()} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"

    assert (api.get(f"/items/{spaced}").json or {})["number"] == number


def test_an_older_item_of_a_number_is_asked_for_by_time(api: Api) -> None:
    number = api.register()

    later = api.client.get(
        f"/api/v1/items/{number}",
        query_string={"registered_before": instant(NOW + timedelta(seconds=1))},
        headers=api.headers("clerk"),
    )
    earlier = api.client.get(
        f"/api/v1/items/{number}", query_string={"registered_before": instant(NOW)}, headers=api.headers("clerk")
    )

    assert ((later.json or {})["number"], earlier.status_code) == (number, 404)


def test_a_time_without_offset_is_refused(api: Api) -> None:
    problem = api.get(f"/items/{api.register()}?registered_before=2026-11-23T03:00:00").json or {}

    assert (problem["status"], faults(problem)) == (422, [("registered_before", "bad_value")])


def test_a_courier_sees_what_must_be_collected_and_nothing_else(api: Api) -> None:
    to_collect = api.register(1, who="clerk")
    api.register(2, who="stranger", from_office="H04")

    listed = (api.get("/items", "courier").json or {})["data"]

    assert [item["number"] for item in listed] == [to_collect]
    assert listed[0]["from_office"] == CENTRE


def test_the_hotline_sees_every_item_and_masked_people(api: Api) -> None:
    number = api.register()

    told = api.get(f"/items/{number}", "hotline").json or {}

    assert (told["sender"]["name"], told["sender"]["phone"], told["recipient"]) == (
        "N••• T••• Á••• T•••",
        "•••678",
        None,
    )
