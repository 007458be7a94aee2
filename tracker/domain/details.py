"""What `details` of an event may tell, type by type, and how it stands in a body."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeVar
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
    for field in _FIELDS:
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
    stray = told.keys() - _FIELDS.keys()
    if stray:
        raise BadDetail(min(stray), "unknown_field")
    return Details(
        handover=_uuid(told, "handover"),
        hand=_choice(told, "hand", Hand),
        counts=_counts(told, desk),
        seal_number=_text(told, "seal_number", _SEAL_NUMBER),
        seal_ok=_truth(told, "seal_ok"),
        bag=_number_of_bag(told),
        missing=_codes(told, "missing", desk),
        surplus=_codes(told, "surplus", desk),
        action=_choice(told, "action", AttemptAction),
        next_on=_day(told, "next_on"),
        until_on=_day(told, "until_on"),
        number=_integer(told, "number", _MOST_ENTRIES),
        receiver=_choice(told, "receiver", Receiver),
        identity=_choice(told, "identity", IdentityBasis),
        recalled=_recalled(told, desk),
        fees_collected=_integer(told, "fees_collected", LARGEST_INTEGER),
        office=_text(told, "office", _CODE),
        address_version=_integer(told, "address_version", LARGEST_INTEGER),
        witness=_person(told, "witness", desk),
        second_person=_person(told, "second_person", desk),
        approver=_text(told, "approver", _SIGN_IN_NAME),
        event=_uuid(told, "event"),
        leg=_choice(told, "leg", Leg),
        from_office=_text(told, "from_office", _CODE),
        to_office=_text(told, "to_office", _CODE),
        route=_route(told),
        policy=_policy(told),
    )


def _string(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise BadDetail(key)
    return unicodedata.normalize("NFC", value.strip())


def _text(told: Mapping[str, object], key: str, shape: re.Pattern[str]) -> str | None:
    if key not in told:
        return None
    text = _string(told[key], key)
    if not shape.fullmatch(text):
        raise BadDetail(key)
    return text


def _uuid(told: Mapping[str, object], key: str) -> UUID | None:
    text = _text(told, key, _UUID)
    return UUID(text) if text is not None else None


def _day(told: Mapping[str, object], key: str) -> date | None:
    text = _text(told, key, _DAY)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as impossible:
        raise BadDetail(key, "impossible_date") from impossible


def _choice(told: Mapping[str, object], key: str, words: type[Choice]) -> Choice | None:
    if key not in told:
        return None
    try:
        return words(_string(told[key], key))
    except ValueError as unknown:
        raise BadDetail(key) from unknown


def _integer(told: Mapping[str, object], key: str, largest: int) -> int | None:
    return _whole(told[key], key, largest) if key in told else None


def _whole(value: object, key: str, largest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadDetail(key)
    if not 0 <= value <= largest:
        raise BadDetail(key, "out_of_range")
    return value


def _truth(told: Mapping[str, object], key: str) -> bool | None:
    if key not in told:
        return None
    value = told[key]
    if not isinstance(value, bool):
        raise BadDetail(key)
    return value


def _number_of_bag(told: Mapping[str, object]) -> str | None:
    number = _text(told, "bag", _CODE)
    return number.upper() if number is not None else None


def _list(told: Mapping[str, object], key: str) -> list[object] | None:
    if key not in told:
        return None
    entries = told[key]
    if not isinstance(entries, list | tuple):
        raise BadDetail(key)
    if len(entries) > _MOST_ENTRIES:
        raise BadDetail(key, "too_many")
    return list(entries)


def _codes(told: Mapping[str, object], key: str, desk: _Desk) -> tuple[str, ...] | None:
    """Numbers read off envelopes; what is no number may be a name and goes to the note."""
    entries = _list(told, key)
    if entries is None:
        return None
    texts = [_string(entry, f"{key}/{position}") for position, entry in enumerate(entries)]
    for text in texts:
        if not _CODE.fullmatch(text):
            desk.keep(key, text)
    return tuple(text.upper() for text in texts if _CODE.fullmatch(text))


def _recalled(told: Mapping[str, object], desk: _Desk) -> tuple[str, ...] | None:
    """Papers taken back, by their lines."""
    entries = _list(told, "recalled")
    if entries is None:
        return None
    return tuple(_line_of_paper(entry, f"recalled/{position}", desk) for position, entry in enumerate(entries))


def _line_of_paper(entry: object, key: str, desk: _Desk) -> str:
    name = _string(entry, key)
    if name in desk.lines:
        return str(desk.lines[name])
    if name.isdecimal() and name.isascii():
        return str(int(name[:6]))
    desk.keep("recalled", name)
    return str(NOT_LISTED)


def _person(told: Mapping[str, object], key: str, desk: _Desk) -> str | None:
    """A sign-in name; any other words for a person are personal and go to the note."""
    if key not in told:
        return None
    name = _string(told[key], key)
    if name == "" or name == IN_NOTE or _SIGN_IN_NAME.fullmatch(name):
        return name or None
    desk.note[key] = name
    return IN_NOTE


def _route(told: Mapping[str, object]) -> tuple[str, ...] | None:
    entries = _list(told, "route")
    if entries is None:
        return None
    return tuple(_string(entry, f"route/{position}") for position, entry in enumerate(entries))


def _policy(told: Mapping[str, object]) -> Policy:
    if "policy" not in told:
        return _NO_POLICY
    numbers = told["policy"]
    if not isinstance(numbers, Mapping) or numbers.keys() - _POLICY_FIELDS:
        raise BadDetail("policy")
    return Policy(**{name: _whole(number, f"policy/{name}", LARGEST_INTEGER) for name, number in numbers.items()})


def _counts(told: Mapping[str, object], desk: _Desk) -> tuple[DocumentCount, ...] | None:
    entries = _list(told, "counts")
    if entries is None:
        return None
    return tuple(_document(entry, f"counts/{position}", desk) for position, entry in enumerate(entries))


def _document(entry: object, key: str, desk: _Desk) -> DocumentCount:
    if not isinstance(entry, Mapping):
        raise BadDetail(key)
    kind = _choice(entry, "kind", DocumentKind)
    if kind is None or "count" not in entry:
        raise BadDetail(key, "field_required")
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


_NOTHING_TOLD = Details()
_NO_POLICY = Policy()
_FIELDS: Mapping[str, None] = MappingProxyType(dict.fromkeys(field.name for field in fields(Details)))
_POLICY_FIELDS = frozenset(field.name for field in fields(Policy))
_COUNT_KEYS = frozenset({"name", "line", "kind", "count"})
