"""Orders we give to the post: one per envelope for ever, under a number that is the same however often it is sent."""

import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from tracker.domain.vocabulary import Status

LETTERS_OF_ITS_OWN = 10
# 101 says that the number is there already. That is our own order, for no other ever bears the number.
ACCEPTED = frozenset({"100", "101"})
INCOMPLETE = "incomplete"
TRIES_BORNE = 3
_HIDDEN = "•••"
_LONG_DIGITS = re.compile(r"\+?\d(?:[ .-]?\d){7,}")
LONGEST_REASON = 200


class OrderState(StrEnum):
    """`known`: the post told of the envelope before we asked; `withdrawn`: it ended before the post was asked.

    `cancel_waiting`: the post has the order, the envelope was cancelled, and the post is yet to be told so.
    """

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    KNOWN = "known"
    WITHDRAWN = "withdrawn"
    CANCEL_WAITING = "cancel_waiting"
    CANCELLED = "cancelled"
    CANCEL_REFUSED = "cancel_refused"


class Step(StrEnum):
    """What is due for an order now. `create` and `cancel` call the post; the others only change the state."""

    CREATE = "create"
    CANCEL = "cancel"
    KNOW = "know"
    WITHDRAW = "withdraw"
    RESUME = "resume"
    KEEP = "keep"


DUE = frozenset({OrderState.WAITING, OrderState.CANCEL_WAITING})
# The state before, once a person has looked at what the post refused.
SENT_AGAIN: Mapping[OrderState, OrderState] = MappingProxyType(
    {OrderState.REFUSED: OrderState.WAITING, OrderState.CANCEL_REFUSED: OrderState.CANCEL_WAITING}
)
WITHOUT_CALL: Mapping[Step, OrderState] = MappingProxyType(
    {Step.KNOW: OrderState.KNOWN, Step.WITHDRAW: OrderState.WITHDRAWN, Step.RESUME: OrderState.SENT}
)
_ANSWERED: Mapping[tuple[Step, bool], OrderState] = MappingProxyType(
    {
        (Step.CREATE, True): OrderState.SENT,
        (Step.CREATE, False): OrderState.REFUSED,
        (Step.CANCEL, True): OrderState.CANCELLED,
        (Step.CANCEL, False): OrderState.CANCEL_REFUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The post's word on one call, its `reason` without what we told of people."""

    status: str
    reason: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.status in ACCEPTED


def order_number(item_number: str, registered_at: datetime) -> str:
    """Drawn from the envelope alone, so that books that were restored from a backup give the same one again.

    Never `__`: whoever reads the post's feed takes that for a one-stop system's suffix.
    """
    told = f"{item_number} {registered_at.timestamp():.6f}".encode()
    return f"{item_number}-{b32encode(sha256(told).digest()).decode()[:LETTERS_OF_ITS_OWN]}"


def step_of(state: OrderState, status: Status, *, was_tried: bool, is_known: bool) -> Step:
    """An order that may have reached the post is sent again until the post says so; only then is it cancelled."""
    if state is OrderState.CANCEL_WAITING:
        return Step.CANCEL if status is Status.CANCELLED or was_tried else Step.RESUME
    if state is not OrderState.WAITING:
        return Step.KEEP
    if was_tried:
        return Step.CREATE if not status.is_final or status is Status.CANCELLED else Step.WITHDRAW
    if status.is_final:
        return Step.WITHDRAW
    return Step.KNOW if is_known else Step.CREATE


def state_after(step: Step, answer: Answer) -> OrderState:
    return _ANSWERED[step, answer.is_accepted]


def without_people(text: str, told: Iterable[str]) -> str:
    """The post may repeat what we told it: names, addresses and numbers of people are blotted out."""
    for word in sorted({word.strip() for word in told if len(word.strip()) > 1}, key=len, reverse=True):
        text = re.sub(re.escape(word), _HIDDEN, text, flags=re.IGNORECASE)
    return _LONG_DIGITS.sub(_HIDDEN, text)[:LONGEST_REASON]
