"""What `details` of an event may tell, type by type, and how it stands in a body."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from tracker.domain.chain import LARGEST_INTEGER, Json
from tracker.domain.events import Details, DocumentCount, Policy
from tracker.domain.lifecycle import row_of
from tracker.domain.lifecycle_table import TwoHanded
from tracker.domain.vocabulary import (
    AttemptAction,
    DocumentKind,
    EventType,
    Hand,
    IdentityBasis,
    Leg,
    Receiver,
)

NOT_LISTED = 0
"""The line of a document that the item's list does not name; its name stands in the note."""

IN_NOTE = "in:note"
"""Stands for a person who is told, but not by a sign-in name; the words stand in the note."""

_HANDOVER = frozenset({"handover", "hand", "counts"})
_SEAL = frozenset({"seal_number", "seal_ok"})
_BAG = frozenset({"bag", "missing", "surplus"})
_DELIVERY = frozenset({"receiver", "identity", "recalled", "fees_collected"})

_OF_TYPE: Mapping[EventType, frozenset[str]] = MappingProxyType(
    {
        EventType.REGISTERED: frozenset({"leg", "from_office", "to_office"}),
        EventType.ACCEPTED: frozenset({"seal_number", "identity"}),
        EventType.COLLECTED: frozenset({"seal_number", "identity"}),
        EventType.BAGGED: _BAG,
        EventType.UNBAGGED: _BAG,
        EventType.DEPARTED: _SEAL,
        EventType.LOADED: _SEAL,
        EventType.ARRIVED: _SEAL,
        EventType.ATTEMPT_FAILED: frozenset({"action", "next_on"}),
        EventType.HELD: frozenset({"until_on"}),
        EventType.INVITED: frozenset({"number"}),
        EventType.HANDED_OUT: _DELIVERY | _SEAL,
        EventType.DELIVERED: _DELIVERY | _SEAL,
        EventType.REDIRECTED: frozenset({"office", "address_version"}),
        EventType.FORWARDED: frozenset({"office", "address_version"}),
        EventType.DAMAGED: frozenset({"witness", "counts"}),
        EventType.FOUND: frozenset({"second_person"}),
        EventType.DECLARED_LOST: frozenset({"approver"}),
        EventType.UNCLAIMED: frozenset({"approver"}),
        EventType.CORRECTED: frozenset({"event"}),
    }
)

TELLABLE: Mapping[EventType, frozenset[str]] = MappingProxyType(
    {
        event_type: _OF_TYPE.get(event_type, frozenset())
        | (frozenset() if row_of(event_type).two_handed is TwoHanded.NO else _HANDOVER)
        for event_type in EventType
    }
)
"""Keys that may be sent; any other goes to the note. `route` and `policy` are ours alone to write."""

_NO_LINES: Mapping[str, int] = MappingProxyType({})
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,39}")
_SEAL_NUMBER = re.compile(r"(?=.*\d)\w[\w ./-]{0,39}")
_SIGN_IN_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,59}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_COPIES = 100_000
_MOST_ENTRIES = 1000

Choice = TypeVar("Choice", bound=StrEnum)


class BadDetail(ValueError):
    """`key` is the path below `details`, `fault` a code."""

    def __init__(self, key: str, fault: str = "bad_value") -> None:
        super().__init__(f"{key}: {fault}")
        self.key = key
        self.fault = fault


class ParsedDetails(NamedTuple):
    """`body` is what is hashed; `unknown` what goes with the erasable note."""

    details: Details
    body: dict[str, Json]
    unknown: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Desk:
    """What reading needs besides the text: the lines of the item's documents, and the note being written."""

    lines: Mapping[str, int]
    note: dict[str, object]

    def keep(self, key: str, words: object) -> None:
        kept = self.note.setdefault(key, [])
        if isinstance(kept, list):
            kept.append(words)


Reader = Callable[[object, str, _Desk], Any]
"""Value as told, its key, and the desk: what the field of that name then holds. Raises BadDetail."""


def parse_details(
    event_type: EventType, told: Mapping[str, object], lines: Mapping[str, int] = _NO_LINES
) -> ParsedDetails:
    """`told` as sent; `lines` are the item's documents by name (NFC). Raises BadDetail."""
    desk = _Desk(lines, {})
    found = {key: value for key, value in told.items() if value is not None}
    tellable = TELLABLE[event_type]
    details = _read({key: value for key, value in found.items() if key in tellable}, desk)
    unknown = {key: value for key, value in found.items() if key not in tellable}
    return ParsedDetails(details, write_details(details), unknown | desk.note)


def read_details(body: Mapping[str, object]) -> Details:
    """Details of a stored body. Raises BadDetail."""
    return _read(body, _Desk(_NO_LINES, {}))


def write_details(details: Details) -> dict[str, Json]:
    """Only what is told, in the words of the API; `read_details` reads it back."""
    written: dict[str, Json] = {}
    for field in _READERS:
        value = getattr(details, field)
        if value is not None and value != _NO_POLICY:
            written[field] = _write(value)
    return written


def _write(value: object) -> Json:
    if isinstance(value, bool | int | str):
        return value.value if isinstance(value, StrEnum) else value
    if isinstance(value, tuple):
        return [_write(member) for member in value]
    if isinstance(value, DocumentCount):
        return {"line": value.line, "kind": value.kind.value, "count": value.count}
    if isinstance(value, Policy):
        told = ((field.name, getattr(value, field.name)) for field in fields(Policy))
        return {name: number for name, number in told if number is not None}
    return str(value)  # UUID and date


def _read(told: Mapping[str, object], desk: _Desk) -> Details:
    if not told:
        return _NOTHING_TOLD
    stray = told.keys() - _READERS.keys()
    if stray:
        raise BadDetail(min(stray), "unknown_field")
    return Details(**{key: _READERS[key](value, key, desk) for key, value in told.items()})


def _string(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise BadDetail(key)
    stripped = value.strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def _text(value: object, key: str, shape: re.Pattern[str]) -> str:
    text = _string(value, key)
    if not shape.fullmatch(text):
        raise BadDetail(key)
    return text


def _text_like(shape: re.Pattern[str]) -> Reader:
    return lambda value, key, _: _text(value, key, shape)


def _uuid(value: object, key: str, _: _Desk) -> UUID:
    return UUID(_text(value, key, _UUID))


def _day(value: object, key: str, _: _Desk) -> date:
    try:
        return date.fromisoformat(_text(value, key, _DAY))
    except BadDetail:
        raise
    except ValueError as impossible:
        raise BadDetail(key, "impossible_date") from impossible


def _choice(value: object, key: str, words: type[Choice]) -> Choice:
    try:
        return words(_string(value, key))
    except BadDetail:
        raise
    except ValueError as unknown:
        raise BadDetail(key) from unknown


def _choice_of(words: type[StrEnum]) -> Reader:
    return lambda value, key, _: _choice(value, key, words)


def _whole(value: object, key: str, largest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadDetail(key)
    if not 0 <= value <= largest:
        raise BadDetail(key, "out_of_range")
    return value


def _integer_up_to(largest: int) -> Reader:
    return lambda value, key, _: _whole(value, key, largest)


def _truth(value: object, key: str, _: _Desk) -> bool:
    if not isinstance(value, bool):
        raise BadDetail(key)
    return value


def _number_of_bag(value: object, key: str, _: _Desk) -> str:
    return _text(value, key, _CODE).upper()


def _list(entries: object, key: str) -> list[object]:
    if not isinstance(entries, list | tuple):
        raise BadDetail(key)
    if len(entries) > _MOST_ENTRIES:
        raise BadDetail(key, "too_many")
    return list(entries)


def _codes(value: object, key: str, desk: _Desk) -> tuple[str, ...]:
    """Numbers read off envelopes; what is no number may be a name and goes to the note."""
    texts = [_string(entry, f"{key}/{position}") for position, entry in enumerate(_list(value, key))]
    for text in texts:
        if not _CODE.fullmatch(text):
            desk.keep(key, text)
    return tuple(text.upper() for text in texts if _CODE.fullmatch(text))


def _recalled(value: object, key: str, desk: _Desk) -> tuple[str, ...]:
    """Papers taken back, by their lines."""
    return tuple(_line_of_paper(entry, f"{key}/{position}", desk) for position, entry in enumerate(_list(value, key)))


def _line_of_paper(entry: object, key: str, desk: _Desk) -> str:
    name = _string(entry, key)
    if name in desk.lines:
        return str(desk.lines[name])
    if name.isdecimal() and name.isascii():
        return str(int(name[:6]))
    desk.keep("recalled", name)
    return str(NOT_LISTED)


def _person(value: object, key: str, desk: _Desk) -> str | None:
    """A sign-in name; any other words for a person are personal and go to the note."""
    name = _string(value, key)
    if name == "" or name == IN_NOTE or _SIGN_IN_NAME.fullmatch(name):
        return name or None
    desk.note[key] = name
    return IN_NOTE


def _route(value: object, key: str, _: _Desk) -> tuple[str, ...]:
    return tuple(_string(entry, f"{key}/{position}") for position, entry in enumerate(_list(value, key)))


def _policy(numbers: object, key: str, _: _Desk) -> Policy:
    if not isinstance(numbers, Mapping) or numbers.keys() - _POLICY_FIELDS:
        raise BadDetail(key)
    return Policy(**{name: _whole(number, f"{key}/{name}", LARGEST_INTEGER) for name, number in numbers.items()})


def _counts(value: object, key: str, desk: _Desk) -> tuple[DocumentCount, ...]:
    return tuple(_document(entry, f"{key}/{position}", desk) for position, entry in enumerate(_list(value, key)))


def _document(entry: object, key: str, desk: _Desk) -> DocumentCount:
    if not isinstance(entry, Mapping):
        raise BadDetail(key)
    if "kind" not in entry or "count" not in entry:
        raise BadDetail(key, "field_required")
    kind = _choice(entry["kind"], "kind", DocumentKind)
    line = _line_of_document(entry, key, desk)
    if line == NOT_LISTED or entry.keys() - _COUNT_KEYS:
        desk.keep("counts", dict(entry))
    return DocumentCount(line, kind, _whole(entry["count"], f"{key}/count", _MOST_COPIES))


def _line_of_document(entry: Mapping[str, object], key: str, desk: _Desk) -> int:
    if "line" in entry:
        return _whole(entry["line"], f"{key}/line", _MOST_ENTRIES)
    if "name" not in entry:
        raise BadDetail(key, "field_required")
    return desk.lines.get(_string(entry["name"], f"{key}/name"), NOT_LISTED)


_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "handover": _uuid,
        "hand": _choice_of(Hand),
        "counts": _counts,
        "seal_number": _text_like(_SEAL_NUMBER),
        "seal_ok": _truth,
        "bag": _number_of_bag,
        "missing": _codes,
        "surplus": _codes,
        "action": _choice_of(AttemptAction),
        "next_on": _day,
        "until_on": _day,
        "number": _integer_up_to(_MOST_ENTRIES),
        "receiver": _choice_of(Receiver),
        "identity": _choice_of(IdentityBasis),
        "recalled": _recalled,
        "fees_collected": _integer_up_to(LARGEST_INTEGER),
        "office": _text_like(_CODE),
        "address_version": _integer_up_to(LARGEST_INTEGER),
        "witness": _person,
        "second_person": _person,
        "approver": _text_like(_SIGN_IN_NAME),
        "event": _uuid,
        "leg": _choice_of(Leg),
        "from_office": _text_like(_CODE),
        "to_office": _text_like(_CODE),
        "route": _route,
        "policy": _policy,
    }
)
"""How each field of Details is read, in the order in which they are written."""

_NOTHING_TOLD = Details()
_NO_POLICY = Policy()
_POLICY_FIELDS = frozenset(field.name for field in fields(Policy))
_COUNT_KEYS = frozenset({"name", "line", "kind", "count"})
