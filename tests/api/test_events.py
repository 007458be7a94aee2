"""What devices saw comes in as batches; each event has its own receipt."""

import json
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from tests.builders import NOW, PIN, POST, a_scan
from tests.callers import Api, faults
from tracker.domain.chain import instant
from tracker.domain.vocabulary import EventType, Role
from tracker.store.models import RefusedBody

Receipts = list[dict[str, object]]
EARLIER = NOW - timedelta(minutes=10)


def receipts(api: Api, who: str, *events: object, **fields: object) -> Receipts:
    answer = api.post("/events", {"events": list(events)} | fields, who)
    assert answer.status_code == 200, answer.text
    return list((answer.json or {})["receipts"])


def raw_receipts(api: Api, who: str, text: str) -> Receipts:
    answer = api.send("/events", text.encode(), who)
    assert answer.status_code == 200, answer.text
    return list((answer.json or {})["receipts"])


def outcomes(told: Receipts) -> list[object]:
    return [receipt["outcome"] for receipt in told]


def test_a_recorded_scan_is_receipted_with_place_in_the_chain_standing_and_next_steps(api: Api) -> None:
    number = api.register()
    scan = a_scan(number, EventType.ACCEPTED, details={"seal_number": "NP 004 417"})

    told = receipts(api, "postclerk", scan)[0]

    standing = told["standing"]
    assert isinstance(standing, dict)
    assert {key: told[key] for key in ("id", "outcome", "item", "seq", "head")} == {
        "id": scan["id"],
        "outcome": "recorded",
        "item": number,
        "seq": 2,
        "head": scan["id"],
    }
    assert len(str(told["hash"])) == 64
    assert (standing["status"], standing["custodian"]) == ("at_office", {"kind": "office", "name": "Bưu cục Cà Mau"})
    assert "departed" in list(told["next"])  # type: ignore[call-overload]  # a JSON list


def test_receipts_stand_in_the_order_sent_and_a_bad_event_blocks_no_other(api: Api) -> None:
    number = api.register()

    told = receipts(
        api,
        "postclerk",
        a_scan(number, EventType.ACCEPTED),
        "not an event",
        a_scan("https://example.org/card/Nguyen Van A", EventType.ACCEPTED),
        a_scan(number, EventType.DELIVERED),
        a_scan(number, EventType.REGISTERED),
        a_scan(number, EventType.DEPARTED),
    )

    assert [(one["outcome"], one.get("cause")) for one in told] == [
        ("recorded", None),
        ("malformed", "malformed"),
        ("malformed", "unreadable_code"),
        ("refused", "wrong_role"),
        ("refused", "wrong_door"),
        ("recorded", None),
    ]


def test_the_same_event_again_is_a_duplicate_with_the_first_place_in_the_chain(api: Api) -> None:
    scan = a_scan(api.register(), EventType.ACCEPTED)

    first, again = (receipts(api, "postclerk", scan)[0] for _ in range(2))

    assert again == first | {"outcome": "duplicate"}


def test_another_body_under_a_known_id_is_a_conflict_and_changes_nothing(api: Api) -> None:
    number = api.register()
    scan = a_scan(number, EventType.ACCEPTED)
    receipts(api, "postclerk", scan)

    told = receipts(api, "postclerk", scan | {"occurred_at": instant(NOW - timedelta(minutes=1))})

    events = (api.get(f"/items/{number}").json or {})["events"]
    found = (api.get("/discrepancies?code=id_conflict", "supervisor").json or {})["data"]
    assert (outcomes(told), told[0]["cause"], len(events), len(found)) == (["conflict"], "id_conflict", 2, 1)


def test_one_id_twice_in_a_batch_is_recorded_once(api: Api) -> None:
    scan = a_scan(api.register(), EventType.ACCEPTED)

    assert outcomes(receipts(api, "postclerk", scan, scan)) == ["recorded", "duplicate"]


def test_roles_that_make_no_events_are_refused_event_by_event(api: Api) -> None:
    scan = a_scan(api.register(), EventType.ACCEPTED)

    told = [receipts(api, who, scan)[0] for who in (Role.HOTLINE, Role.ADMIN, Role.AUDITOR)]

    assert [(one["outcome"], one["cause"]) for one in told] == [("refused", "wrong_role")] * 3


MALFORMED: tuple[tuple[dict[str, object], str], ...] = (
    ({"id": "no uuid"}, "id"),
    ({"custodian": "me"}, "custodian"),
    ({"status": "delivered"}, "status"),
    ({"type": "teleported"}, "type"),
    ({"occurred_at": "2026-02-30T00:00:00Z"}, "occurred_at"),
    ({"occurred_at": "2026-11-23T03:00:00"}, "occurred_at"),
    ({"occurred_at": 1795406400}, "occurred_at"),
    ({"device_counter": -1}, "device_counter"),
    ({"device_counter": 2**53 + 1}, "device_counter"),
    ({"device_counter": 1.5}, "device_counter"),
    ({"note": "\u0000"}, "note"),
    ({"note": "x" * 2001}, "note"),
    ({"note": "\ud800"}, "note"),
    ({"place": {"latitude": 91, "longitude": 0, "accuracy_m": 1}}, "place.latitude"),
    ({"evidence": ["abc"]}, "evidence.0"),
    ({"details": {"số": 1}}, "details"),
    ({"details": {"seal_ok": "yes"}}, "details.seal_ok"),
)


def test_a_malformed_event_names_the_field_at_fault(api: Api) -> None:
    number = api.register()
    sent = [a_scan(number, EventType.ARRIVED) | fields for fields, _ in MALFORMED]

    told = receipts(api, "postclerk", *sent)

    assert outcomes(told) == ["malformed"] * len(MALFORMED)
    assert [list(one["fields"]) for one in told] == [[field] for _, field in MALFORMED]  # type: ignore[call-overload]  # a JSON object


def test_what_json_should_not_hold_spoils_one_event_only(api: Api) -> None:
    number = api.register()
    good = json.dumps(a_scan(number, EventType.ACCEPTED))
    spoilt = [
        good[:-1].replace(json.loads(good)["id"], str(uuid4())) + part
        for part in (
            ', "note": "a", "note": "b"}',
            ', "note": NaN}',
            ', "device_counter": Infinity}',
            ', "details": {"seal_number": 1.5}}',
            f', "device_counter": {"9" * 5000}}}',
        )
    ]

    told = raw_receipts(api, "postclerk", f'{{"events": [{", ".join([*spoilt, good])}]}}')

    assert outcomes(told) == ["malformed"] * len(spoilt) + ["recorded"]


def test_an_unknown_code_of_our_shape_is_kept_as_an_orphan(api: Api) -> None:
    told = receipts(api, "postclerk", a_scan("EE123456785VN", EventType.ARRIVED))[0]

    found = (api.get("/discrepancies?code=orphan_scan", "supervisor").json or {})["data"]
    assert (told["outcome"], told["item"], told["seq"], len(found)) == ("recorded", None, 1, 1)


def test_a_label_of_another_host_is_not_ours(api: Api) -> None:
    told = receipts(api, "postclerk", a_scan("HTTPS://EVIL.EXAMPLE/T/0123456789ABCDEFGHJKMNPQRS", EventType.ARRIVED))

    assert (told[0]["outcome"], told[0]["cause"]) == ("malformed", "unreadable_code")


def test_the_devices_clock_is_corrected_by_its_time_of_sending(api: Api) -> None:
    number = api.register()
    slow = NOW - timedelta(hours=2)

    receipts(api, "postclerk", a_scan(number, EventType.ACCEPTED, at=slow), device_time=instant(slow))

    event = (api.get(f"/items/{number}").json or {})["events"][1]
    assert (event["occurred_at"], event["effective_at"]) == (instant(slow), instant(NOW))


def test_a_second_person_signs_with_a_pin_and_the_pin_is_kept_nowhere(api: Api) -> None:
    number = api.register()
    receipts(api, "postclerk", a_scan(number, EventType.ACCEPTED, at=EARLIER))
    counterparty = {"kind": "courier", "user": "courier", "pin": PIN}
    given = a_scan(number, EventType.GIVEN_TO_COURIER, counterparty=counterparty, details={"hand": "both"})

    right = receipts(api, "postclerk", given)[0]
    wrong = a_scan(number, EventType.GIVEN_TO_COURIER, counterparty=counterparty | {"pin": "000000"})
    refused = receipts(api, "postclerk", wrong)[0]

    standing = right["standing"]
    assert isinstance(standing, dict)
    assert standing["custodian"] == {"kind": "courier", "name": "CB-courier"}
    assert (refused["outcome"], refused["cause"]) == ("refused", "pin_wrong")
    assert PIN not in api.get(f"/items/{number}").text


def test_a_handover_by_one_token_alone_ends_pending(api: Api) -> None:
    number = api.register()
    receipts(api, "postclerk", a_scan(number, EventType.ACCEPTED, at=EARLIER))
    counterparty = {"kind": "courier", "user": "courier"}

    told = receipts(api, "postclerk", a_scan(number, EventType.GIVEN_TO_COURIER, counterparty=counterparty))[0]

    standing = told["standing"]
    assert isinstance(standing, dict)
    assert standing["status"] == "at_office"
    assert standing["pending"]["to"] == {"kind": "courier", "name": "CB-courier"}


def test_another_offices_item_gives_verdict_and_standing_but_no_person(api: Api) -> None:
    number = api.register()

    answer = api.post("/events", {"events": [a_scan(number, EventType.ARRIVED)]}, "strange_postclerk")

    told = (answer.json or {})["receipts"][0]
    assert (told["outcome"], told["standing"]["status"]) == ("recorded", "at_office")
    assert "Tuyết" not in answer.text


def test_a_batch_holds_at_most_five_hundred_events(api: Api) -> None:
    full = api.post("/events", {"events": [None] * 500}, "postclerk")
    over = api.post("/events", {"events": [None] * 501}, "postclerk").json or {}

    assert (full.status_code, len((full.json or {})["receipts"])) == (200, 500)
    assert (over["status"], faults(over)) == (422, [("events", "too_many")])


def test_an_empty_batch_has_no_receipts(api: Api) -> None:
    assert receipts(api, "postclerk") == []


def test_a_refused_event_is_kept_for_the_supervisor_outside_the_record(api: Api) -> None:
    number = api.register()
    receipts(api, "courier", a_scan(number, EventType.ACCEPTED))

    with api.session() as session:
        kept = session.scalars(select(RefusedBody)).one()

    assert (kept.actor, kept.cause, number in kept.body) == ("courier", "wrong_role", True)
    assert len((api.get(f"/items/{number}").json or {})["events"]) == 1


def test_the_office_told_must_exist(api: Api) -> None:
    number = api.register()

    told = receipts(
        api,
        "postclerk",
        a_scan(number, EventType.ACCEPTED, office="BC.XX"),
        a_scan(number, EventType.ACCEPTED, office=POST),
    )

    assert [(one["outcome"], one.get("fields")) for one in told] == [
        ("malformed", {"office": "unknown_office"}),
        ("recorded", None),
    ]
