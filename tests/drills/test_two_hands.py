"""Two people reach for one envelope at the same moment: nothing forks, nothing is lost, and the loser is told why."""

from datetime import UTC, datetime

import pytest

from tests.builders import a_scan
from tests.drills.open_doors import Open
from tests.drills.proof import tell_proof
from tests.drills.races import LEAST_OVERLAPPING, Body, Race, overlapping, race, told_of
from tests.drills.soaking import MARKS, times
from tests.drills.verdict import broken_chains, read_stored
from tracker.domain.vocabulary import EventType

pytestmark = MARKS
TRIES = times(100)
PACKED = {"seal_number": "NP-1", "identity": "seen"}


def a_batch(number: str, kind: EventType, **fields: object) -> Body:
    return {"events": [a_scan(number, kind, at=datetime.now(UTC), **fields)]}


def receipts(each: Race) -> list[dict[str, object]]:
    return [answer.json()["receipts"][0] for answer in each.answers]


def outcomes(each: Race) -> list[tuple[object, object]]:
    return sorted((receipt["outcome"], receipt.get("cause")) for receipt in receipts(each))


def stored_ids(opened: Open) -> set[str]:
    rows = read_stored(opened.installation.engine)
    assert broken_chains(rows) == frozenset()
    return {row.event_id for row in rows}


def recorded_ids(races: list[Race]) -> set[str]:
    told = (receipt for each in races for receipt in receipts(each))
    return {str(receipt["id"]).replace("-", "") for receipt in told if receipt["outcome"] == "recorded"}


def test_of_two_desks_that_decide_about_one_item_at_once_one_decides_and_the_other_is_told(
    opened: Open, engine_name: str, request: pytest.FixtureRequest
) -> None:
    installation = opened.installation
    bodies = [
        (a_batch(number, EventType.CANCELLED), a_batch(number, EventType.CANCELLED, reason="sender_asks"))
        for number in installation.new_items(TRIES)
    ]

    first, second = installation.new_tokens(2)
    races = race(opened.server, "events", (first, second), bodies)

    assert [outcomes(each) for each in races] == [[("recorded", None), ("refused", "not_allowed_now")]] * TRIES
    assert recorded_ids(races) <= stored_ids(opened)
    assert overlapping(races) >= LEAST_OVERLAPPING
    tell_proof(request, f"two desks, one item, {engine_name}: {TRIES} races, one decision each; {told_of(races)}")


def test_of_two_phones_that_both_claim_one_acceptance_both_are_kept_and_the_second_reads_of_two_holders(
    opened: Open, engine_name: str, request: pytest.FixtureRequest
) -> None:
    """A scan is a fact, so neither is refused: one chain, one custodian, and whoever comes second is told."""
    installation = opened.installation
    fields: dict[str, object] = {"counterparty": {"kind": "sender"}, "details": PACKED}
    bodies = [
        (a_batch(number, EventType.ACCEPTED, **fields), a_batch(number, EventType.ACCEPTED, **fields))
        for number in installation.new_items(TRIES)
    ]

    races = race(opened.server, "events", (installation.postclerk.token, installation.clerks[0].token), bodies)

    assert [outcomes(each) for each in races] == [[("recorded", None)] * 2] * TRIES
    assert [sorted(int(str(receipt["seq"])) for receipt in receipts(each)) for each in races] == [[2, 3]] * TRIES
    assert [each for each in races if not second_is_told(each)] == []
    assert recorded_ids(races) <= stored_ids(opened)
    assert overlapping(races) >= LEAST_OVERLAPPING
    tell_proof(request, f"two phones, one acceptance, {engine_name}: {TRIES} races, both kept; {told_of(races)}")


def second_is_told(each: Race) -> bool:
    by_seq = {receipt["seq"]: receipt["standing"] for receipt in receipts(each)}
    first, second = by_seq[2], by_seq[3]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    is_told = (first["verifying"], second["verifying"]) == (False, True) and "two_holders" in second["anomalies"]
    return is_told and "two_holders" not in first["anomalies"]
