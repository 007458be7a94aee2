"""A creating call that is sent twice is carried out once."""

from concurrent.futures import ThreadPoolExecutor

from tests.builders import a_number
from tests.callers import Api, a_dossier_body
from tests.security.walk import listening

KEY = "5f1c-retry"


def test_the_same_key_and_body_get_the_stored_answer(api: Api) -> None:
    first, again = (api.post("/dossiers", a_dossier_body(), Idempotency_Key=KEY) for _ in range(2))

    assert (again.status_code, again.data, again.headers["Location"]) == (201, first.data, first.headers["Location"])


def test_an_envelope_is_registered_once_and_a_label_printed_once(api: Api) -> None:
    api.post("/dossiers", a_dossier_body())
    items = [
        (api.post("/items", {"dossier": a_number(), "leg": "submission"}, Idempotency_Key=KEY).json or {})["number"]
        for _ in range(3)
    ]

    papers = [api.post("/labels", {"items": items[:1], "format": "a6"}, Idempotency_Key="print") for _ in range(3)]

    assert len(set(items)) == 1
    assert {(paper.status_code, paper.mimetype) for paper in papers} == {(200, "application/pdf")}
    assert len({paper.data for paper in papers}) == 1
    assert len((api.get(f"/items/{items[0]}").json or {})["labels"]) == 1


def test_the_same_key_with_another_body_or_call_is_a_conflict(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(), Idempotency_Key=KEY)

    with listening() as said:
        other_body = api.post("/dossiers", a_dossier_body(2), Idempotency_Key=KEY).json or {}
        other_call = api.post("/items", {"dossier": a_number(), "leg": "submission"}, Idempotency_Key=KEY).json or {}

    assert [(one["status"], one["cause"]) for one in (other_body, other_call)] == [(409, "idempotency_conflict")] * 2
    assert ["a key was sent again with another body" in line for line in said] == [True, True]
    assert not any(KEY in line or "Tuyết" in line for line in said)
    assert len((api.get("/dossiers").json or {})["data"]) == 1


def test_a_key_belongs_to_its_caller(api: Api) -> None:
    api.post("/dossiers", a_dossier_body(1), "clerk", Idempotency_Key=KEY)

    other = api.post("/dossiers", a_dossier_body(2), "clerk2", Idempotency_Key=KEY)

    assert (other.status_code, (other.json or {})["number"]) == (201, a_number(2))


def test_what_was_refused_may_be_tried_again_with_the_same_key(api: Api) -> None:
    envelope = {"dossier": a_number(), "leg": "submission"}
    refused = api.post("/items", envelope, Idempotency_Key=KEY)
    api.post("/dossiers", a_dossier_body())

    assert (refused.status_code, api.post("/items", envelope, Idempotency_Key=KEY).status_code) == (404, 201)


def test_a_key_that_cannot_be_one_is_refused(api: Api) -> None:
    answers = [
        api.post("/dossiers", a_dossier_body(), Idempotency_Key=key) for key in ("", " ", "x" * 256, "two words")
    ]

    assert [(answer.status_code, (answer.json or {})["errors"][0]["field"]) for answer in answers] == [
        (422, "Idempotency-Key")
    ] * 4


def test_two_that_arrive_at_once_make_one_dossier(api: Api) -> None:
    def send(_: int) -> tuple[int, bytes]:
        headers = api.headers("clerk") | {"Idempotency-Key": KEY}
        answer = api.app.test_client().post("/api/v1/dossiers", json=a_dossier_body(), headers=headers)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(send, range(4)))

    assert [status for status, _ in answers] == [201]
    assert len((api.get("/dossiers").json or {})["data"]) == 1
