"""Who may make what, written out by hand; nothing of the product is asked."""

from typing import NamedTuple

_DESK = "registered label_printed cancelled forwarded redirected recalled accepted corrected"
MATRIX = {
    "clerk": _DESK,
    "postclerk": f"{_DESK} bagged unbagged departed arrived given_to_courier back_at_office held released invited "
    "handed_out refused repacked damaged missing found",
    "courier": "collected given_to_courier attempt_failed delivered refused arrived back_at_office damaged missing "
    "found corrected",
    "driver": "loaded arrived delivered damaged missing corrected",
    "officer": "delivered handed_out accepted collected refused damaged missing corrected",
    "supervisor": f"{_DESK} bagged unbagged departed loaded arrived given_to_courier attempt_failed back_at_office "
    "held released invited handed_out delivered refused return_started hold_expired damaged repacked missing found "
    "declared_lost unclaimed collected",
    "system": "invited hold_expired return_started missing",
    "hotline": "",
    "admin": "",
    "auditor": "",
}
ONE_SIDE = {
    ("driver", "arrived"): "give both",
    ("driver", "delivered"): "give both",
    ("officer", "delivered"): "take both",
    ("officer", "handed_out"): "take both",
    ("officer", "accepted"): "give both",
    ("officer", "collected"): "give both",
}
SERVICE_POINTS = ("H12.TT", "BC.CM")
OF_AN_OFFICE = ("clerk", "postclerk", "officer")
# Who signs for each end that the life cycle's table names.
SIGNS_AT = {
    "sender": OF_AN_OFFICE,
    "office": OF_AN_OFFICE,
    "transport": ("driver",),
    "courier": ("courier",),
    "far end": ("officer",),
}


class Person(NamedTuple):
    name: str
    role: str
    office: str
    device: str = ""


def may_make(by: Person, kind: str, leg: str | None, hand: str = "") -> bool:
    """`hand` is the one that was told, `leg` None where nobody knows the item."""
    if kind not in MATRIX[by.role].split():
        return False
    if (by.role, kind) == ("clerk", "accepted") and by.office not in SERVICE_POINTS:
        return False
    if by.role == "officer" and kind in ("accepted", "collected") and leg not in (None, "result"):
        return False
    return not hand or hand in ONE_SIDE.get((by.role, kind), "give take both").split()
