"""Canonical JSON and the hash chain over it: what was recorded can be checked by anybody, later."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

LARGEST_INTEGER = 2**53
ZERO = "00" * 32
"""Stands for the hash before the first event of a chain."""

_MOST_DIGITS = len(str(-LARGEST_INTEGER))
_PLACE, _DETAILS = "place", "details"

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class BadJson(ValueError):
    """`fault`: not_json, duplicate_key, float, integer_too_large, key_not_ascii, key_not_text, nul, surrogate."""

    def __init__(self, fault: str, path: str = "") -> None:
        super().__init__(f"{path or '/'}: {fault}")
        self.fault = fault
        self.path = path


def canonical(value: object) -> bytes:
    """RFC 8785 for the values a body may hold. Raises BadJson."""
    _refuse_faults(value, "")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse_strict(text: str | bytes) -> Json:
    """JSON without what no body may hold; floats only in the `place` of an event. Raises BadJson."""
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant, parse_int=_short_integer
        )
        _refuse_faults(_without_places(value), "")
    except BadJson:
        raise
    except (ValueError, RecursionError) as broken:
        raise BadJson("not_json") from broken
    return value


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("duplicate_key")
    return found


def _refuse_constant(constant: str) -> float:
    raise BadJson("float", constant)


def _short_integer(digits: str) -> int:
    # Python refuses to read thousands of digits with a message about its own limits.
    if len(digits) > _MOST_DIGITS:
        raise BadJson("integer_too_large")
    return int(digits)


def _without_places(value: Json) -> Json:
    if isinstance(value, dict):
        return {
            key: member if key == _DETAILS else _without_places(member)
            for key, member in value.items()
            if not (key == _PLACE and _is_fix(member))
        }
    return [_without_places(member) for member in value] if isinstance(value, list) else value


def _is_fix(place: Json) -> bool:
    if not isinstance(place, dict):
        return False
    return all(key.isascii() and (number is None or isinstance(number, int | float)) for key, number in place.items())


def _refuse_faults(value: object, path: str) -> None:
    if isinstance(value, str):
        _refuse_text(value, path)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise BadJson("integer_too_large", path)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            _refuse_key(key, path)
            _refuse_faults(member, f"{path}/{key}")
    elif isinstance(value, list | tuple):
        for position, member in enumerate(value):
            _refuse_faults(member, f"{path}/{position}")
    else:
        raise BadJson("float" if isinstance(value, float) else "not_json", path)


def _refuse_key(key: object, path: str) -> None:
    if not isinstance(key, str):
        raise BadJson("key_not_text", path)
    if not key.isascii():
        raise BadJson("key_not_ascii", path)
    _refuse_text(key, path)


def _refuse_text(text: str, path: str) -> None:
    if "\x00" in text:
        raise BadJson("nul", path)
    try:
        text.encode()
    except UnicodeEncodeError as broken:
        raise BadJson("surrogate", path) from broken


def instant(moment: datetime) -> str:
    """`2026-11-23T01:02:03.456Z`: UTC, milliseconds cut off, not rounded. Raises ValueError on a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chain_hash(previous: str | None, chained: bytes) -> str:
    """Lower-case hex; `previous` None for the first of a chain."""
    return sha256(bytes.fromhex(previous or ZERO) + chained).hexdigest()


def canonical_fix(fix: Mapping[str, float]) -> str:
    """RFC 8785 of a place, the one thing told in floats. Raises BadJson."""
    return "{" + ",".join(f"{json.dumps(key)}:{_number(fix[key])}" for key in sorted(fix)) + "}"


def _number(value: float) -> str:
    """As ECMAScript writes it, for the range of degrees and metres."""
    if not math.isfinite(value) or abs(value) >= LARGEST_INTEGER:
        raise BadJson("float")
    if value == int(value):
        return str(int(value))
    shortest = repr(value)
    mantissa, _, exponent = shortest.partition("e")
    if not exponent:
        return shortest
    places = len(mantissa.partition(".")[2]) - int(exponent)
    return f"{value:.{places}f}" if abs(value) >= 1e-6 else f"{mantissa}e{int(exponent)}"


def place_commitment(salt: bytes, fix_json: str) -> str:
    """What the event tells of a place; it says nothing any more once `salt` (32 random bytes) is erased."""
    return sha256(salt + fix_json.encode()).hexdigest()


class ChainRow(NamedTuple):
    seq: int
    chained: bytes
    hash: str


def verify(rows: Iterable[ChainRow]) -> int | None:
    """The first `seq` that does not follow, counted from 1; None when the chain holds. Rows come in order of `seq`."""
    previous: str | None = None
    for expected, row in enumerate(rows, start=1):
        if row.seq != expected or row.hash != chain_hash(previous, row.chained):
            return expected
        previous = row.hash
    return None
