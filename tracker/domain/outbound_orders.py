"""Orders we give to the post: one per envelope for ever, under a number that is the same however often it is sent."""

import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from unicodedata import normalize

from tracker.domain.vocabulary import Status

LETTERS_OF_ITS_OWN = 10
# 101 says that the number is there already. That is our own order, for no other ever bears the number.
ACCEPTED = frozenset({"100", "101"})
INCOMPLETE = "incomplete"
TRIES_BORNE = 3
# A house number of one digit stands in half of all words.
FEWEST_SIGNS = 2
_HIDDEN = "•••"
_LONG_DIGITS = re.compile(r"\(?\+?\d(?:[ .()-]{0,3}\d){7,}")
_STROKES = str.maketrans("đð", "dd")
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
    """The post may repeat what we told it: names, addresses and numbers of people are blotted out, however written."""
    text = normalize("NFC", text)
    blotted = [False] * len(text)
    plain = _plain(text)
    words = {_plain(normalize("NFC", word.strip())) for word in told}
    for word in filter(lambda word: len(word) >= FEWEST_SIGNS, words):
        for found in re.finditer(re.escape(word), plain):
            blotted[found.start() : found.end()] = [True] * len(word)
    for found in _LONG_DIGITS.finditer(text):
        blotted[found.start() : found.end()] = [True] * (found.end() - found.start())
    runs = groupby(zip(text, blotted, strict=True), key=itemgetter(1))
    return "".join(_HIDDEN if hidden else "".join(sign for sign, _ in run) for hidden, run in runs)[:LONGEST_REASON]


def _plain(text: str) -> str:
    """Small letters without marks, one for each sign, so that places in both are the same."""
    return "".join(normalize("NFD", sign)[0].lower()[0] for sign in text).translate(_STROKES)
