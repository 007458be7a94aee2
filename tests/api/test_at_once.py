"""Two desks at the same moment: the database decides, and both are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.api.test_evidence import a_photo, sha256
from tests.builders import a_number, a_scan
from tests.callers import Api, a_dossier_body
from tracker.domain.vocabulary import EventType

DESKS = 4


def statuses(call: Callable[[int], int]) -> list[int]:
    with ThreadPoolExecutor(DESKS) as desks:
        return sorted(desks.map(call, range(DESKS)))


def posted(api: Api, path: str, body: object, who: str = "clerk") -> int:
    headers = api.headers(who)
    return api.app.test_client().post(f"/api/v1{path}", json=body, headers=headers).status_code


def test_one_dossier_is_registered_by_one_of_them(api: Api) -> None:
    assert statuses(lambda _: posted(api, "/dossiers", a_dossier_body())) == [201, 409, 409, 409]


def test_one_envelope_is_registered_by_one_of_them(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())

    assert statuses(lambda _: posted(api, "/items", {"dossier": a_number(), "leg": "submission"})) == [
        201,
        409,
        409,
        409,
    ]


def test_envelopes_of_several_dossiers_get_numbers_of_their_own(api: Api) -> None:
    for serial in range(DESKS):
        api.post("/dossiers", a_dossier_body(serial + 1))

    told = statuses(lambda desk: posted(api, "/items", {"dossier": a_number(desk + 1), "leg": "submission"}))

    numbers = [item["number"] for item in (api.get("/items").json or {})["data"]]
    assert (told, len(set(numbers))) == ([201] * DESKS, DESKS)


def test_one_photo_is_stored_by_one_of_them(api: Api) -> None:
    def put(_: int) -> int:
        headers = api.headers("courier") | {"Content-Type": "image/jpeg"}
        path = f"/api/v1/evidence/{sha256(a_photo())}"
        return api.app.test_client().put(path, data=a_photo(), headers=headers).status_code

    assert statuses(put) == [200, 200, 200, 201]


def patched(api: Api, start: int, part: bytes, complete: str) -> int:
    told = {"Upload-Offset": str(start), "Upload-Complete": complete}
    path = f"/api/v1/evidence/{sha256(a_photo())}"
    return api.app.test_client().patch(path, data=part, headers=api.headers("courier") | told).status_code


def test_a_part_sent_twice_at_once_is_kept_once(api: Api) -> None:
    part = a_photo()[:100]

    assert statuses(lambda _: patched(api, 0, part, "?0")) == [204, 409, 409, 409]
    assert patched(api, 100, a_photo()[100:], "?1") == 201


def test_an_end_said_twice_at_once_is_answered_to_each(api: Api) -> None:
    photo = a_photo()
    patched(api, 0, photo, "?0")

    assert statuses(lambda _: patched(api, len(photo), b"", "?1")) == [200, 200, 200, 201]


def test_one_event_is_recorded_once(api: Api) -> None:
    number = api.register()
    scan = a_scan(number, EventType.ARRIVED)

    assert statuses(lambda _: posted(api, "/events", {"events": [scan]}, "postclerk")) == [200] * DESKS
    assert len((api.get(f"/items/{number}").json or {})["events"]) == 2


def test_scans_of_one_item_stand_in_one_unbroken_chain(api: Api) -> None:
    number = api.register()

    told = statuses(lambda _: posted(api, "/events", {"events": [a_scan(number, EventType.ARRIVED)]}, "postclerk"))

    events = (api.get(f"/items/{number}").json or {})["events"]
    assert (told, sorted(event["seq"] for event in events)) == ([200] * DESKS, [1, 2, 3, 4, 5])
