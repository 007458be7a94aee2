"""IPP as bytes (RFC 8010): a request of ours, and what a printer answers.

The libraries there are speak asyncio only, and bring an HTTP client of their own for two operations.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

OPERATION, JOB, END = 0x01, 0x02, 0x03
LAST_DELIMITER = 0x0F  # of the tags that begin a group
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME_TYPE = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
TEXTS = range(0x40, 0x4A)
HEAD = struct.Struct(">2BHI")

Value = int | bool | str
Attribute = tuple[int, str, tuple[str, ...]]


class NotIppError(Exception):
    """What came back does not have the form of an answer."""


@dataclass(frozen=True, slots=True)
class IppAnswer:
    """`attributes` of all groups; values of kinds that nobody here asks for are left out."""

    status: int
    attributes: Mapping[str, tuple[Value, ...]]

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.attributes.get(name, ()) if isinstance(value, str))

    def first(self, name: str) -> Value | None:
        return next(iter(self.attributes.get(name, ())), None)


def encode_request(
    version: tuple[int, int], operation: int, attributes: Iterable[Attribute], job: Iterable[Attribute] = ()
) -> bytes:
    """Charset and language first, as RFC 8011 (4.1.4) wants them. The document follows behind what is returned."""
    always = ((CHARSET, "attributes-charset", ("utf-8",)), (LANGUAGE, "attributes-natural-language", ("en",)))
    parts = [HEAD.pack(*version, operation, 1), bytes([OPERATION]), *map(_attribute, (*always, *attributes))]
    in_job = [_attribute(one) for one in job]
    if in_job:
        parts += [bytes([JOB]), *in_job]
    return b"".join((*parts, bytes([END])))


def _attribute(attribute: Attribute) -> bytes:
    """A further value of the same attribute has a name of no length."""
    tag, name, values = attribute
    named = [(name if place == 0 else "", value.encode()) for place, value in enumerate(values)]
    return b"".join(
        struct.pack(">BH", tag, len(called)) + called.encode() + struct.pack(">H", len(value)) + value
        for called, value in named
    )


def read_answer(body: bytes) -> IppAnswer:
    """Raises NotIppError for what is cut off or no answer at all."""
    try:
        _, _, status, _ = HEAD.unpack_from(body)
        return IppAnswer(status, MappingProxyType(_attributes(body, HEAD.size)))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotIppError(type(error).__name__) from error


def _attributes(body: bytes, place: int) -> dict[str, tuple[Value, ...]]:
    found: dict[str, tuple[Value, ...]] = {}
    name = ""
    while (tag := body[place]) != END:
        place += 1
        if tag <= LAST_DELIMITER:
            continue
        called, place = _counted(body, place)
        raw, place = _counted(body, place)
        name = called.decode("ascii") or name
        value = _value(tag, raw)
        if value is not None:
            found[name] = (*found.get(name, ()), value)
    return found


def _counted(body: bytes, place: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", body, place)
    start = place + 2
    if start + length > len(body):
        raise NotIppError("cut off")
    return body[start : start + length], start + length


def _value(tag: int, raw: bytes) -> Value | None:
    if tag in {INTEGER, ENUM}:
        return int(struct.unpack(">i", raw)[0])
    if tag == BOOLEAN:
        return raw != b"\0"
    return raw.decode("utf-8") if tag in TEXTS else None
