"""Two clerks register the same dossier, or post it on the same leg, at once: one gets it, the other is told."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest
from sqlalchemy import TextClause, text

from tests.builders import AGENCY, CENTRE, OPEN_PROCEDURE
from tests.drills.installation import Installation
from tests.drills.open_doors import Open
from tests.drills.proof import tell_proof
from tests.drills.served import Served
from tests.drills.soaking import MARKS, times

pytestmark = MARKS
TRIES = times(100)
CLERKS = 2
OPEN_ITEMS = text(
    "SELECT dossier_number.text, count(*) FROM open_leg "
    "JOIN dossier_number ON dossier_number.dossier_id = open_leg.dossier_id GROUP BY dossier_number.text"
)
DOSSIERS = text("SELECT text, count(*) FROM dossier_number GROUP BY text")

Body = Mapping[str, object]


def a_new_dossier(number: str) -> Body:
    address = {"line": "12 Lý Bôn", "ward_code": "32002", "province_code": "96"}
    return {
        "number": number,
        "procedure": OPEN_PROCEDURE,
        "receiving_office": CENTRE,
        "deciding_agency": AGENCY,
        "applicant": {"name": "Nguyễn Thị Ánh Tuyết", "phone": "0912 345 678", "address": address},
        "documents": [{"name": "Tờ khai", "kind": "original", "count": 1}],
        "result_by_post": True,
    }


def an_envelope(dossier: str) -> Body:
    return {"dossier": dossier, "leg": "submission"}


def both_at_once(
    installation: Installation, server: Served, path: str, bodies: list[Body]
) -> list[tuple[httpx.Response, httpx.Response]]:
    """For each body the two clerks' answers, the winner's first."""
    start = Barrier(CLERKS)
    with ThreadPoolExecutor(CLERKS) as pool:
        asking = [
            pool.submit(ask_in_step, f"{server.address}/api/v1/{path}", clerk.token, bodies, start.wait)
            for clerk in installation.clerks
        ]
        first, second = (each.result() for each in asking)
    return [ordered(*pair) for pair in zip(first, second, strict=True)]


def ask_in_step(address: str, token: str, bodies: list[Body], in_step: Callable[[], int]) -> list[httpx.Response]:
    answers = []
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=20) as client:
        for body in bodies:
            in_step()
            answers.append(client.post(address, json=body))
    return answers


def ordered(one: httpx.Response, other: httpx.Response) -> tuple[httpx.Response, httpx.Response]:
    return (one, other) if one.status_code < other.status_code else (other, one)


def counted(installation: Installation, what: TextClause, numbers: list[str]) -> dict[str, int]:
    with installation.engine.connect() as connection:
        found = {row[0]: row[1] for row in connection.execute(what)}
    return {number: found[number] for number in numbers}


def test_two_clerks_who_post_one_dossier_at_once_get_one_envelope(
    opened: Open, engine_name: str, request: pytest.FixtureRequest
) -> None:
    installation, server = opened.installation, opened.server
    dossiers = installation.new_dossiers(TRIES)

    answers = both_at_once(installation, server, "items", [an_envelope(dossier) for dossier in dossiers])

    assert [(won.status_code, lost.status_code) for won, lost in answers] == [(201, 409)] * TRIES
    assert {lost.json()["cause"] for _, lost in answers} == {"open_item_exists"}
    untold = [won.json()["number"] for won, lost in answers if won.json()["number"] not in lost.json()["detail"]]
    assert untold == []
    assert counted(installation, OPEN_ITEMS, dossiers) == dict.fromkeys(dossiers, 1)
    tell_proof(request, f"two clerks, one dossier and leg, {engine_name}: {TRIES} tries, one open item each")


def test_two_clerks_who_register_one_dossier_at_once_get_one_dossier(opened: Open) -> None:
    installation, server = opened.installation, opened.server
    numbers = [installation.next_number() for _ in range(TRIES)]

    answers = both_at_once(installation, server, "dossiers", [a_new_dossier(number) for number in numbers])

    assert [(won.status_code, lost.status_code) for won, lost in answers] == [(201, 409)] * TRIES
    assert {lost.json()["cause"] for _, lost in answers} == {"dossier_exists"}
    assert counted(installation, DOSSIERS, numbers) == dict.fromkeys(numbers, 1)
