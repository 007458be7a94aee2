"""One full event of each type, as an attentive person tells it."""

from tests.model.told import OtherParty, Particulars, Told

PAPERS: Particulars = {"counts": [{"line": 1, "kind": "original", "count": 1}]}
PACKED: Particulars = {**PAPERS, "seal_number": "NP-1", "identity": "seen"}
# Where a hand is needed and a supervisor enters the event, the one that moves the item.
MOVING_HAND = {"handed_out": "both", "delivered": "both", "departed": "give"}
REASONS = {
    "attempt_failed": "absent",
    "refused": "not_ordered",
    "corrected": "misread",
    "cancelled": "sender_asks",
    "recalled": "sender_asks",
    "redirected": "sender_asks",
    "return_started": "bad_address",
    "damaged": "wet",
    "missing": "not_in_stock",
}
OTHERS: dict[str, OtherParty] = {
    "accepted": {"kind": "sender"},
    "collected": {"kind": "sender"},
    "loaded": {"kind": "office"},
    "arrived": {"kind": "transport"},
    "given_to_courier": {"kind": "courier", "user": "courier"},
    "back_at_office": {"kind": "courier", "user": "courier"},
    "handed_out": {"kind": "recipient"},
    "delivered": {"kind": "recipient"},
}


def particulars(kind: str, receiver: str, invitations: int = 0) -> Particulars:
    told: dict[str, Particulars] = {
        "accepted": PACKED,
        "collected": PACKED,
        "bagged": {"bag": "TUI-1"},
        "unbagged": {"bag": "TUI-1"},
        "departed": {"seal_ok": True},
        "arrived": {"seal_ok": True},
        "attempt_failed": {"action": "reattempt"},
        "held": {"until_on": "2026-12-31"},
        "invited": {"number": invitations + 1},
        "handed_out": {**PAPERS, "receiver": receiver, "identity": "seen"},
        "delivered": {**PAPERS, "receiver": receiver, "identity": "seen"},
        "redirected": {"address_version": 2},
        "forwarded": {"office": "BC.BL"},
        "damaged": {"witness": "officer"},
        "found": {"second_person": "officer"},
        "declared_lost": {"approver": "admin"},
        "unclaimed": {"approver": "admin"},
    }
    return told.get(kind, {}).copy()


def full(kind: str, event_id: str, at: int, receiver: str = "recipient") -> Told:
    """Without who sends it; the device's clock is right."""
    event: Told = {
        "id": event_id,
        "type": kind,
        "at": at,
        "offset": 0,
        "device": "",
        "actor": "",
        "role": "",
        "details": particulars(kind, receiver),
        "evidence": True,
    }
    if kind in REASONS:
        event["reason"] = REASONS[kind]
    if kind in OTHERS:
        event["counterparty"] = OTHERS[kind].copy()
    return event
