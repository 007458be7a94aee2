"""What a one-stop system says of a dossier, in the national code, and whether it went back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType


class NationalStatus(IntEnum):
    NEW = 1
    RECEIVED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


BY_POST = 3
"""The channel of a dossier that came in through the post (1 in person, 2 online)."""


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """One claim; `status` is None for a word nobody knows."""

    id: int
    status: int | None
    word: str
    channel: int | None
    said_at: datetime


# Asking for papers or money and stopping are pauses: leaving one for the status before it is no step back.
_PAUSES = frozenset({NationalStatus.SUPPLEMENT_ASKED, NationalStatus.PAYMENT_ASKED, NationalStatus.STOPPED})
_LIFE_ORDER: Mapping[int, int] = MappingProxyType(
    {
        NationalStatus.NEW: 1,
        NationalStatus.RECEIVED: 2,
        NationalStatus.PROCESSING: 3,
        NationalStatus.SUPPLEMENT_ASKED: 3,
        NationalStatus.PAYMENT_ASKED: 3,
        NationalStatus.STOPPED: 3,
        NationalStatus.FINISHED: 4,
        NationalStatus.RETURNED: 5,
        NationalStatus.NOT_ACCEPTED: 5,
        NationalStatus.WITHDRAWN: 5,
    }
)


def beyond(status: int | None) -> frozenset[int]:
    """Statuses that one in `status` has stepped back from if it ever was there; all, while its word is unknown."""
    reached = 0 if status is None else _LIFE_ORDER.get(status, 0)
    return frozenset(int(former) for former, order in _LIFE_ORDER.items() if order > reached and former not in _PAUSES)


@dataclass(frozen=True, slots=True)
class StepBack:
    """`claim` is the one that stepped below `former`, the farthest status reached before it."""

    claim: ClaimFact
    former: int


def step_back(claims: Sequence[ClaimFact]) -> StepBack | None:
    """None when the newest known status (claims oldest first) is as far along as the dossier ever was."""
    farthest: int | None = None
    back: StepBack | None = None
    for claim in claims:
        if claim.status is None or claim.status not in _LIFE_ORDER:
            continue
        if farthest is not None and _LIFE_ORDER[claim.status] < _LIFE_ORDER[farthest]:
            back = back or StepBack(claim, farthest)
            continue
        back = None
        if claim.status not in _PAUSES:
            farthest = claim.status
    return back
