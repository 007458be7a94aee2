"""Which envelopes a desk prints labels for at once."""

from datetime import timedelta
from enum import StrEnum

MOST_LINES = 10_000
LONG_ENOUGH_TO_PRINT = timedelta(hours=12)
"""So long the desk that printed a batch may open its paper again: a shift, after which a copy is a new copy."""


class LabelOutcome(StrEnum):
    """`superseded` and `void`: printed, but that copy is no longer in use."""

    WAITING = "waiting"
    PRINTED = "printed"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    VOID = "void"


class BatchSource(StrEnum):
    """`today` and `unprinted`: without a label yet, entered today or at any time; `listed`: typed, pasted, scanned."""

    TODAY = "today"
    UNPRINTED = "unprinted"
    LISTED = "listed"

    @classmethod
    def of_the_books(cls) -> "tuple[BatchSource, ...]":
        return cls.TODAY, cls.UNPRINTED
