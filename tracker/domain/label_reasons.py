"""Why a label was printed again, or is no longer good: a code of the list, and words of one's own.

Both stand in one text, as `code: words`; what a program sent that is no code of ours is words only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class LabelReason(StrEnum):
    """`other` says nothing without words; the last two are the product's own."""

    JAMMED = "jammed"
    FAINT = "faint"
    TORN = "torn"
    MISALIGNED = "misaligned"
    LOST = "lost"
    OTHER = "other"
    CANCELLED = "cancelled"
    REPLACED = "replaced"


OFFERED: Sequence[LabelReason] = tuple(LabelReason)[:-2]
SEPARATOR = ": "


@dataclass(frozen=True, slots=True)
class TextOfReason:
    code: LabelReason | None
    words: str


def read_reason(text: str) -> TextOfReason:
    code, _, words = text.partition(SEPARATOR)
    return TextOfReason(LabelReason(code), words) if code in set(LabelReason) else TextOfReason(None, text)


def write_reason(code: str, words: str) -> str:
    """Empty where nothing is said: no code of the list, or `other` without words."""
    plain = words.strip()
    if code not in OFFERED or (code == LabelReason.OTHER and not plain):
        return ""
    return f"{code}{SEPARATOR}{plain}" if plain else code
