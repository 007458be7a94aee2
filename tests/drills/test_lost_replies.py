"""The line is cut after COMMIT and before the reply: the retry gets the same receipt, and there is one event."""

import json
from collections import Counter
from http.client import RemoteDisconnected

import pytest

from tests.drills.ledger import Device, Scan, Told, an_arrival
from tests.drills.open_doors import Open
from tests.drills.proof import tell_proof
from tests.drills.reply_eater import ReplyEater, reply_eater
from tests.drills.soaking import MARKS, times
from tests.drills.verdict import broken_chains, read_stored

pytestmark = MARKS
LOST_REPLIES = times(100)
SCANS_PER_ITEM = 10


def send_into_the_void(device: Device, scan: Scan, eater: ReplyEater) -> Told:
    """The receipt as the server gave it, which the device never saw."""
    with pytest.raises((RemoteDisconnected, ConnectionResetError)):
        device.send([scan])
    (receipt,) = json.loads(eater.eaten[-1].partition(b"\r\n\r\n")[2])["receipts"]
    told: Told = receipt
    return told


def test_a_scan_whose_reply_was_lost_is_receipted_alike_and_stands_once(
    opened: Open, engine_name: str, request: pytest.FixtureRequest
) -> None:
    installation, server = opened.installation, opened.server
    (token,) = installation.new_tokens(1)
    items = installation.new_items(LOST_REPLIES // SCANS_PER_ITEM)
    scans = [an_arrival(items[number % len(items)], number + 1) for number in range(LOST_REPLIES)]

    with reply_eater(server.port) as eater:
        cut, whole = Device(eater.port, token), Device(server.port, token)
        pairs = [(send_into_the_void(cut, scan, eater), *whole.send([scan])) for scan in scans]

    assert [unheard["outcome"] for unheard, _ in pairs] == ["recorded"] * LOST_REPLIES
    assert [heard["outcome"] for _, heard in pairs] == ["duplicate"] * LOST_REPLIES
    same = ("id", "item", "seq", "hash", "head", "standing", "next")
    assert [[heard[key] for key in same] for _, heard in pairs] == [
        [unheard[key] for key in same] for unheard, _ in pairs
    ]
    rows = read_stored(installation.engine)
    stored = Counter(row.event_id for row in rows)
    assert [stored[str(scan["id"]).replace("-", "")] for scan in scans] == [1] * LOST_REPLIES
    assert broken_chains(rows) == frozenset()
    tell_proof(request, f"reply lost after commit, {engine_name}: {LOST_REPLIES} scans, every retry the same receipt")
