"""What rows of every feed have in common: text read with care, and a row at fault set aside by field and reason."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

LONGEST_NUMBER = 60
LONGEST_WORD = 80
UNSTORABLE = frozenset({"Cc", "Cs"})  # NUL and half a surrogate pair break the databases' text
# A key sent twice has no one value; it is remembered under this name, which no source uses.
SENT_TWICE = "\0sent twice"


class RowFault(ValueError):
    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Rejected:
    """`line` counts the rows of one pull from 1, in the order they came."""

    line: int
    field: str
    fault: str


def object_with_its_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """For json.loads: the standard library would silently keep the last of two."""
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        row[SENT_TWICE] = next(name for name in names if names.count(name) > 1)
    return row


def object_of(row: Json) -> Mapping[str, Json]:
    """Raises RowFault for what is no object, or says one thing twice."""
    if not isinstance(row, Mapping):
        raise RowFault("", "not_an_object")
    if SENT_TWICE in row:
        raise RowFault(str(row[SENT_TWICE]), "sent_twice")
    return row


def text_of(row: Mapping[str, Json], field: str) -> str:
    """Numbers come as numbers or as text; an absent field, null and blanks are all empty."""
    value = row.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowFault(field, "not_text")
    text = str(value).strip()
    if any(unicodedata.category(sign) in UNSTORABLE for sign in text):
        raise RowFault(field, "control_character")
    return text


def fingerprint(row: Json) -> str:
    """Two answers that hold the same row word for word are one reading of it."""
    return json.dumps(row, sort_keys=True, ensure_ascii=False)
