"""Another office's object is as good as unknown, at every door and under every kind of name."""

from collections.abc import Mapping
from datetime import timedelta

from sqlmodel import select
from werkzeug.test import TestResponse

from tests.builders import COMMUNE, ELSEWHERE, NOW, a_number, a_scan
from tests.callers import Api, a_dossier_body
from tracker.actions.discrepancies import Finding, open_finding
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import EventType
from tracker.store.engine import transaction
from tracker.store.models import Office

STRANGERS = ("stranger", "strange_officer", "strange_postclerk", "strange_courier", "strange_supervisor")
UNKNOWN_ITEM, UNKNOWN_DOSSIER, UNKNOWN_DISCREPANCY = "EI260115010VN", a_number(9999), 4711
SECRETS = ("Tuyết", "345678", "345 678", "Lý Bôn")


def answer_of(answer: TestResponse) -> tuple[int, bytes]:
    return answer.status_code, answer.data


def a_discrepancy(api: Api) -> int:
    with transaction(api.engine) as session:
        office = session.exec(select(Office).where(Office.code == "H12.TT")).one()
        open_finding(session, Finding(DiscrepancyCode.FEED_DOWN, "source:x", NOW, office_id=office.id), at=NOW)
    with api.session():
        return int((api.get("/discrepancies", "supervisor").json or {})["data"][-1]["id"])


def test_a_foreign_number_is_answered_like_an_unknown_one(api: Api) -> None:
    item = api.register()

    foreign = {
        (who, answer_of(api.get(path, who)))
        for who in STRANGERS
        for path in (f"/items/{item}", f"/dossiers/{a_number()}")
    }
    unknown = {
        (who, answer_of(api.get(path, who)))
        for who in STRANGERS
        for path in (f"/items/{UNKNOWN_ITEM}", f"/dossiers/{UNKNOWN_DOSSIER}")
    }

    assert foreign == unknown
    assert {status for _, (status, _) in foreign} == {404}


def test_no_list_shows_another_offices_object(api: Api) -> None:
    api.register()
    a_discrepancy(api)

    told = {
        (who, path): (api.get(path, who).json or {}).get("data")
        for who in STRANGERS
        for path in ("/items", "/dossiers", "/discrepancies")
        if api.get(path, who).status_code == 200
    }

    assert len(told) == 14  # a courier reads no discrepancies
    assert set(map(str, told.values())) == {"[]"}


def test_nothing_can_be_written_on_another_offices_object(api: Api) -> None:
    item, discrepancy = api.register(), a_discrepancy(api)
    calls: Mapping[str, tuple[dict[str, object], dict[str, object]]] = {
        "/items": ({"dossier": a_number(), "leg": "result"}, {"dossier": UNKNOWN_DOSSIER, "leg": "result"}),
        "/labels": ({"items": [item], "format": "a6"}, {"items": [UNKNOWN_ITEM], "format": "a6"}),
    }

    foreign = [answer_of(api.post(path, bodies[0], "stranger")) for path, bodies in calls.items()]
    unknown = [answer_of(api.post(path, bodies[1], "stranger")) for path, bodies in calls.items()]
    closing = [
        answer_of(api.post(f"/discrepancies/{number}/{verb}", body, "strange_supervisor"))
        for number in (discrepancy, UNKNOWN_DISCREPANCY)
        for verb, body in (("assign", {"user": "strange_officer"}), ("close", {"reason": "settled"}))
    ]

    assert foreign == unknown
    assert {status for status, _ in (*foreign, *closing)} == {404}
    assert closing[:2] == closing[2:]
    assert (api.get(f"/items/{item}").json or {})["labels"] == []


def test_a_batch_of_labels_is_its_own_persons_alone(api: Api) -> None:
    begun = api.post("/label-batches", {"items": [api.register()], "format": "a6"}, "clerk").json or {}
    doors = (("GET", ""), ("POST", "/print"), ("GET", "/lines"), ("GET", "/paper"))

    def answers(batch: int) -> set[tuple[int, bytes]]:
        return {
            answer_of(api.client.open(f"/api/v1/label-batches/{batch}{rest}", method=method, headers=api.headers(who)))
            for who in ("stranger", "postclerk", "supervisor")
            for method, rest in doors
        }

    assert answers(begun["id"]) == answers(4711)
    assert {status for status, _ in answers(begun["id"])} == {404}


def test_no_answer_to_a_stranger_names_a_person(api: Api) -> None:
    item = api.register()
    api.post("/labels", {"items": [item], "format": "a6"})
    token = (api.get(f"/items/{item}").json or {})["labels"][0]["token"]

    answers = [
        api.post("/events", {"events": [a_scan(code, EventType.ARRIVED), a_scan(code, EventType.DELIVERED)]}, who)
        for who in STRANGERS
        for code in (item, token)
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert [secret for secret in SECRETS for answer in answers if secret in answer.text] == []


def test_a_supervisor_sees_the_offices_below_and_a_desk_its_own(api: Api) -> None:
    item = api.register()

    seen = {who: api.get(f"/items/{item}", who).status_code for who in ("supervisor", "clerk", "officer", "clerk2")}

    assert seen == {"supervisor": 200, "clerk": 200, "officer": 200, "clerk2": 404}


def test_an_office_that_has_held_an_item_sees_it_from_then_on(api: Api) -> None:
    item = api.register()
    before = api.get(f"/items/{item}", "strange_postclerk").status_code

    api.post("/events", {"events": [a_scan(item, EventType.ARRIVED)]}, "strange_postclerk")

    assert (before, api.get(f"/items/{item}", "strange_postclerk").status_code) == (404, 200)


def test_a_desk_finds_again_what_it_took_in_for_another_office(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(), "clerk2")

    assert api.get(f"/dossiers/{a_number()}", "clerk2").status_code == 200
    assert api.post("/items", {"dossier": a_number(), "leg": "submission"}, "clerk2").status_code == 201


def test_of_another_offices_envelope_for_a_dossier_not_even_the_number_is_told(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(), "clerk2")
    item = (api.post("/items", {"dossier": a_number(), "leg": "result"}).json or {})["number"]

    told = {who: (api.get(f"/dossiers/{a_number()}", who).json or {})["items"] for who in ("clerk", "clerk2")}

    assert told == {"clerk": [item], "clerk2": []}


def test_nobody_posts_in_another_offices_name(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(), "clerk2")
    body = {"dossier": a_number(), "leg": "submission"}

    refused = api.post("/items", body | {"from_office": ELSEWHERE}, "clerk2").json or {}
    above = api.post("/items", body | {"from_office": ELSEWHERE}, "supervisor").json or {}
    own = api.post("/items", body | {"from_office": COMMUNE}, "clerk2")

    assert [(one["status"], one["cause"], one["errors"][0]["field"]) for one in (refused, above)] == [
        (403, "wrong_office", "from_office")
    ] * 2
    assert own.status_code == 201


def test_a_scan_that_moves_nothing_opens_nothing_to_a_stranger(api: Api) -> None:
    """Whoever knows a number could else read the name and telephone behind it."""
    item = api.register()
    kinds = (EventType.DAMAGED, EventType.MISSING, EventType.REFUSED, EventType.DELIVERED)

    told = api.post("/events", {"events": [a_scan(item, kind) for kind in kinds]}, "strange_officer").json or {}

    assert "recorded" in {receipt["outcome"] for receipt in told["receipts"]}
    assert api.get(f"/items/{item}", "strange_officer").status_code == 404


def test_what_came_in_a_bag_stays_known_to_the_office_that_passed_it_on(api: Api) -> None:
    item, bag = api.register(who="postclerk"), "TUI-CB-1123-01"
    at = [NOW - timedelta(minutes=minutes) for minutes in (50, 40, 30, 20, 10)]
    details = {"seal_ok": True}
    packed = [
        a_scan(item, EventType.ACCEPTED, at=at[0]),
        a_scan(item, EventType.BAGGED, at=at[1], details={"bag": bag}),
    ]
    api.post("/events", {"events": [*packed, a_scan(bag, EventType.DEPARTED, at=at[2], details=details)]}, "postclerk")
    api.post("/events", {"events": [a_scan(bag, EventType.ARRIVED, at=at[3], details=details)]}, "strange_postclerk")
    api.post("/events", {"events": [a_scan(bag, EventType.LOADED, at=at[4], details=details)]}, "driver")
    api.post("/events", {"events": [a_scan(item, EventType.ARRIVED)]}, "postclerk")

    seen = {who: api.get(f"/items/{item}", who).status_code for who in ("strange_postclerk", "stranger")}

    assert seen == {"strange_postclerk": 200, "stranger": 404}


def test_whoever_read_a_number_first_sees_the_item_it_became(api: Api) -> None:
    number = "RR123456785VN"
    api.post("/events", {"events": [a_scan(number, EventType.ARRIVED, at=NOW)]}, "strange_postclerk")
    api.register(number=number)

    assert api.get(f"/items/{number}", "strange_postclerk").status_code == 200
