"""One key or one id with two bodies: the second is refused, said aloud where it matters, and changes nothing."""

from collections.abc import Mapping
from uuid import uuid4

import httpx
from sqlalchemy import text

from tests.drills.installation import Installation
from tests.drills.ledger import Device, an_arrival
from tests.drills.open_doors import Open
from tests.drills.served import Served
from tests.drills.verdict import read_stored

ROWS = text("SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM open_leg), (SELECT count(*) FROM event)")


def post(server: Served, token: str, body: Mapping[str, object], key: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return httpx.post(f"{server.address}/api/v1/items", json=body, headers=headers, timeout=20)


def rows(installation: Installation) -> tuple[int, ...]:
    with installation.engine.connect() as connection:
        return tuple(connection.execute(ROWS).one())


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(opened: Open) -> None:
    installation, server = opened.installation, opened.server
    one, other = installation.new_dossiers(2)
    token, key = installation.clerks[0].token, str(uuid4())
    first = post(server, token, {"dossier": one, "leg": "submission"}, key)
    before = rows(installation)

    conflict = post(server, token, {"dossier": other, "leg": "submission"}, key)
    again = post(server, token, {"dossier": one, "leg": "submission"}, key)

    assert (conflict.status_code, conflict.json()["cause"]) == (409, "idempotency_conflict")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert rows(installation) == before


def test_the_same_event_id_with_another_body_conflicts_and_changes_nothing(opened: Open) -> None:
    installation, server = opened.installation, opened.server
    here, there = installation.new_items(2)
    devices = [Device(server.port, token) for token in installation.new_tokens(2)]
    scan = an_arrival(here, 1)
    devices[0].send([scan])
    before = read_stored(installation.engine)

    (conflict,) = devices[1].send([{**scan, "code": there}])
    (again,) = devices[0].send([scan])

    assert (conflict["outcome"], conflict["seq"], conflict["item"]) == ("conflict", None, None)
    assert again["outcome"] == "duplicate"
    assert read_stored(installation.engine) == before
    assert [row["subject"] for row in open_conflicts(installation, server)] == [f"event:{scan['id']}"]


def open_conflicts(installation: Installation, server: Served) -> list[Mapping[str, object]]:
    answer = httpx.get(
        f"{server.address}/api/v1/discrepancies",
        params={"state": "open", "code": "id_conflict"},
        headers={"Authorization": f"Bearer {installation.supervisor.token}"},
        timeout=20,
    )
    found: list[Mapping[str, object]] = answer.raise_for_status().json()["data"]
    return found
