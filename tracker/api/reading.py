"""From bytes to checked values. What JSON allows and a body may not hold is refused here, by name."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import ClientDisconnected

from tracker.actions.sent_events import Broken
from tracker.actions.shapes import cause_of
from tracker.api.sent import EventsSent
from tracker.domain.chain import BadJson, parse_strict
from tracker.domain.refusal import Cause, FormFault, Refusal

DEEPEST = 20
MOST_DIGITS = 17
CHUNK_BYTES = 65_536
LONGEST_FIELD_NAME = 100
_UNSAFE = re.compile(r"[^\w.\-]", re.ASCII)

Model = TypeVar("Model", bound=BaseModel)


def read_body(model: type[Model]) -> Model:
    """A body without a type is taken for JSON, which is all that is ever sent here.

    Raises Refusal unsupported_media_type, malformed and those of `checked`; too large is refused by the server.
    """
    if request.mimetype not in {"", "application/json"}:
        raise Refusal(cause=Cause.UNSUPPORTED_MEDIA_TYPE)
    text = _utf_8(whole_body())
    value = _parse_keeping_broken_events(text) if model is EventsSent else _parse(text)
    _refuse_depth(value)
    return checked(model, value)


def read_signed(model: type[Model], body: bytes) -> Model:
    """As `read_body`, of bytes whose signature was checked: what a stranger calls its details is the stranger's.

    Raises Refusal malformed and those of `checked`.
    """
    try:
        value = json.loads(_utf_8(body), object_pairs_hook=_refuse_duplicates, parse_int=_mark_long_integer)
    except (ValueError, RecursionError):
        raise _malformed(FormFault.NOT_JSON) from None
    _refuse_depth(value)
    return checked(model, value)


def _refuse_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed(FormFault.DUPLICATE_KEY)
    return found


def whole_body() -> bytes:
    """Raises RequestEntityTooLarge also for a body in pieces: the stream ends silently at the limit, and only then."""
    sent = request.get_data(cache=False)
    if request.content_length is None:
        request.stream.read(1)
    return sent


def arriving_body() -> tuple[bytes, bool]:
    """What came, and whether that was all: of a connection that broke, what it brought before is kept.

    Raises RequestEntityTooLarge.
    """
    arrived, promised = bytearray(), request.content_length
    try:
        while len(arrived) != promised and (chunk := request.stream.read(CHUNK_BYTES)):
            arrived += chunk
    except ClientDisconnected:
        return bytes(arrived), False
    # Behind our own server a broken body only ends early.
    return bytes(arrived), promised in {None, len(arrived)}


def _utf_8(body: bytes) -> str:
    """The parser would guess at other encodings."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed(FormFault.NOT_UTF_8) from None


def checked(model: type[Model], value: object) -> Model:
    """Raises Refusal naming every field at fault."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        fields = {_field(fault["loc"], fault.get("ctx", {})): cause_of(fault["type"]) for fault in faults}
        raise Refusal(cause=next(iter(fields.values())), fields=fields) from None


def _field(path: tuple[int | str, ...], told: Mapping[str, object]) -> str:
    name = ".".join(map(str, path)) or str(told.get("field", "body"))
    return _UNSAFE.sub("_", name)[:LONGEST_FIELD_NAME]


def _parse(text: str) -> object:
    try:
        return parse_strict(text)
    except BadJson as fault:
        raise _malformed(fault.fault, fault.path) from None


def _malformed(fault: str, path: str = "") -> Refusal:
    field = _UNSAFE.sub("_", path.strip("/").replace("/", "."))[:LONGEST_FIELD_NAME]
    return Refusal(cause=Cause.MALFORMED, fields={field or "body": fault})


def _parse_keeping_broken_events(text: str) -> object:
    """What is wrong inside one event stays in its place, so that the events beside it are recorded all the same."""
    try:
        return json.loads(
            text, object_pairs_hook=_mark_duplicates, parse_constant=_mark_constant, parse_int=_mark_long_integer
        )
    except (ValueError, RecursionError):
        raise _malformed(FormFault.NOT_JSON) from None


def _mark_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counted = Counter(key for key, _ in pairs)
        found |= {key: Broken(FormFault.DUPLICATE_KEY) for key, times in counted.items() if times > 1}
    return found


def _mark_constant(_: str) -> Broken:
    return Broken(FormFault.NOT_A_NUMBER)


def _mark_long_integer(digits: str) -> int | Broken:
    """A number of a million digits takes minutes to read."""
    return int(digits) if len(digits) <= MOST_DIGITS else Broken(FormFault.INTEGER_TOO_LARGE)


def _refuse_depth(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return
    raise _malformed(FormFault.TOO_DEEP)


def _parts(whole: object) -> Iterator[object]:
    if isinstance(whole, dict):
        yield from whole.values()
    elif isinstance(whole, list):
        yield from whole
