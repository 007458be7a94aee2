"""The clients' books against what the installation holds afterwards. Chains are recomputed here, from stored bytes."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

import httpx
from sqlalchemy import Engine, text

from tests.drills.ledger import Device, Told

STORED = text("SELECT event_id, chain, seq, hash, chained FROM event ORDER BY chain, seq")


@dataclass(frozen=True, slots=True)
class StoredRow:
    event_id: str
    chain: str
    seq: int
    hash: str
    chained: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All empty after a kill that lost nothing. Events by their ids.

    `lost` were acknowledged and are not stored, `unseen` are stored and not told over HTTP, `doubled` stand more than
    once, `changed` stand at another place or under another hash than acknowledged, `broken` are chains that do not
    follow, `retried_otherwise` answered a retry with another receipt or were recorded anew though acknowledged.
    """

    lost: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()
    doubled: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()
    retried_otherwise: frozenset[str] = frozenset()


CLEAN = Verdict()


def read_stored(engine: Engine) -> list[StoredRow]:
    with engine.connect() as connection:
        rows = connection.execute(STORED).all()
    return [StoredRow(_plain(row.event_id), row.chain, row.seq, row.hash, row.chained.encode()) for row in rows]


def _plain(event_id: object) -> str:
    """One spelling: the engines return an UUID column read by plain SQL in their own ways."""
    return str(event_id).replace("-", "")


def broken_chains(rows: Iterable[StoredRow]) -> frozenset[str]:
    """Each link anew: SHA-256 over the previous hash's bytes and the stored bytes, from 32 zero bytes on."""
    by_chain = groupby(rows, key=lambda row: row.chain)
    return frozenset(name for name, chain in by_chain if not _holds(list(chain)))


def _holds(chain: Sequence[StoredRow]) -> bool:
    previous = bytes(32)
    for expected, row in enumerate(chain, start=1):
        digest = sha256(previous + row.chained).digest()
        if (row.seq, row.hash, json.loads(row.chained)["seq"]) != (expected, digest.hex(), expected):
            return False
        previous = digest
    return True


def shown_over_http(address: str, token: str, items: Iterable[str]) -> Counter[str]:
    """How often each event stands in the items' histories as the API tells them."""
    shown: Counter[str] = Counter()
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=20) as client:
        for item in items:
            answer = client.get(f"/api/v1/items/{item}").raise_for_status()
            shown.update(_plain(event["id"]) for event in answer.json()["events"])
    return shown


def judge(devices: Sequence[Device], rows: Sequence[StoredRow], shown: Counter[str]) -> Verdict:
    """Before any retry: a retry would hide what was lost."""
    acknowledged = {_plain(event): receipt for device in devices for event, receipt in device.acknowledged.items()}
    stored = Counter(row.event_id for row in rows)
    places = {row.event_id: (row.seq, row.hash) for row in rows}
    lost = acknowledged.keys() - stored.keys()
    return Verdict(
        lost=frozenset(lost),
        unseen=frozenset(acknowledged.keys() - lost - shown.keys()),
        doubled=frozenset(event for event, times in (stored + shown).items() if max(stored[event], shown[event]) > 1),
        changed=frozenset(
            event for event in acknowledged.keys() - lost if places[event] != _place(acknowledged[event])
        ),
        broken=broken_chains(rows),
    )


def judge_retry(retried: Iterable[Told], before: Sequence[StoredRow], after: Sequence[StoredRow]) -> Verdict:
    """Every client sent again all it ever sent: what stood before is a duplicate at its place, the rest is new."""
    places = {row.event_id: (row.seq, row.hash) for row in before}
    receipts = {_plain(receipt["id"]): receipt for receipt in retried}
    stored = Counter(row.event_id for row in after)
    return Verdict(
        lost=frozenset(receipts.keys() - stored.keys()),
        doubled=frozenset(event for event in receipts if stored[event] > 1),
        broken=broken_chains(after),
        retried_otherwise=frozenset(event for event, told in receipts.items() if not _fits(told, places.get(event))),
    )


def _fits(receipt: Told, before: tuple[int, str] | None) -> bool:
    if before is None:
        return receipt["outcome"] == "recorded"
    return receipt["outcome"] == "duplicate" and _place(receipt) == before


def _place(receipt: Told) -> tuple[object, object]:
    return receipt["seq"], receipt["hash"]


def stored_unheard(devices: Iterable[Device], rows: Iterable[StoredRow]) -> tuple[int, int]:
    """Of the scans nobody heard an answer to: how many are stored (killed after COMMIT), how many are not."""
    stored = {row.event_id for row in rows}
    unheard = [
        _plain(scan["id"]) for device in devices for scan in device.sent if str(scan["id"]) not in device.acknowledged
    ]
    kept = sum(event in stored for event in unheard)
    return kept, len(unheard) - kept
