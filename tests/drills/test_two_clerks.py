"""Two clerks register the same dossier, or post it on the same leg, at once: one gets it, the other is told."""

import httpx
import pytest
from sqlalchemy import TextClause, text

from tests.builders import AGENCY, CENTRE, OPEN_PROCEDURE
from tests.drills.installation import Installation
from tests.drills.open_doors import Open
from tests.drills.proof import tell_proof
from tests.drills.races import LEAST_OVERLAPPING, Body, Race, overlapping, race, told_of
from tests.drills.soaking import MARKS, times

pytestmark = MARKS
TRIES = times(100)
OPEN_ITEMS = text(
    "SELECT dossier_number.text, count(*) FROM open_leg "
    "JOIN dossier_number ON dossier_number.dossier_id = open_leg.dossier_id GROUP BY dossier_number.text"
)
DOSSIERS = text("SELECT text, count(*) FROM dossier_number GROUP BY text")


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


def both_at_once(opened: Open, path: str, bodies: list[Body]) -> list[Race]:
    first, second = opened.installation.clerks
    return race(opened.server, path, (first.token, second.token), [(body, body) for body in bodies])


def won_and_lost(races: list[Race]) -> list[tuple[httpx.Response, httpx.Response]]:
    """For each body the two clerks' answers, the winner's first."""
    pairs = [each.answers for each in races]
    return [(one, other) if one.status_code < other.status_code else (other, one) for one, other in pairs]


def counted(installation: Installation, what: TextClause, numbers: list[str]) -> dict[str, int]:
    with installation.engine.connect() as connection:
        found = {row[0]: row[1] for row in connection.execute(what)}
    return {number: found[number] for number in numbers}


def test_two_clerks_who_post_one_dossier_at_once_get_one_envelope(
    opened: Open, engine_name: str, request: pytest.FixtureRequest
) -> None:
    installation = opened.installation
    dossiers = installation.new_dossiers(TRIES)

    races = both_at_once(opened, "items", [an_envelope(dossier) for dossier in dossiers])

    answers = won_and_lost(races)

    assert [(won.status_code, lost.status_code) for won, lost in answers] == [(201, 409)] * TRIES
    assert {lost.json()["cause"] for _, lost in answers} == {"open_item_exists"}
    untold = [won.json()["number"] for won, lost in answers if won.json()["number"] not in lost.json()["detail"]]
    assert untold == []
    assert counted(installation, OPEN_ITEMS, dossiers) == dict.fromkeys(dossiers, 1)
    assert overlapping(races) >= LEAST_OVERLAPPING
    told = f"{TRIES} races, one open item each; {told_of(races)}"
    tell_proof(request, f"two clerks, one dossier and leg, {engine_name}: {told}")


def test_two_clerks_who_register_one_dossier_at_once_get_one_dossier(opened: Open) -> None:
    installation = opened.installation
    numbers = [installation.next_number() for _ in range(TRIES)]

    answers = won_and_lost(both_at_once(opened, "dossiers", [a_new_dossier(number) for number in numbers]))

    assert [(won.status_code, lost.status_code) for won, lost in answers] == [(201, 409)] * TRIES
    assert {lost.json()["cause"] for _, lost in answers} == {"dossier_exists"}
    assert counted(installation, DOSSIERS, numbers) == dict.fromkeys(numbers, 1)
