"""One event as a device sent it: the shape is checked here, and nothing is guessed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from tracker.actions.shapes import cause_of
from tracker.domain.refusal import Cause, FormFault
from tracker.domain.vocabulary import AttemptReason, EventType, IdentityBasis, Party, Source

LARGEST_INTEGER = 2**53
DEEPEST = 20
SHA256 = re.compile(r"[0-9a-f]{64}")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands where the sent JSON held what no JSON event may hold, e.g. a key given twice."""

    fault: str


class MalformedEvent(Exception):
    """`field` is the path of the field at fault, `fault` a code."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=4000)


class SentCounterparty(_Strict):
    kind: Party
    user: str | None = Field(default=None, max_length=60)
    pin: str | None = Field(default=None, max_length=20, repr=False)
    basis: IdentityBasis | None = None


class SentPlace(_Strict):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy_m: float = Field(ge=0, le=1_000_000)


def _read_instant(value: object) -> object:
    """Only RFC 3339 with its offset: a bare number would be read as seconds, a local time as anybody's."""
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise ValueError("not an RFC 3339 instant with offset")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_read_instant)]
# A body is never erased: a reason in free words could name a person.
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Sha256 = Annotated[str, StringConstraints(pattern=SHA256.pattern, max_length=64)]


class SentEvent(_Strict):
    """`source` says how it came in; `details` stays raw until its type is known."""

    id: UUID
    code: str = Field(min_length=1, max_length=200)
    type: EventType
    occurred_at: Instant
    clock_offset_ms: int | None = Field(default=None, strict=True, ge=-(10**13), le=10**13)
    device_counter: int | None = Field(default=None, strict=True, ge=0, le=LARGEST_INTEGER)
    prev: UUID | None = None
    source: Source | None = None
    on_behalf_of: str | None = Field(default=None, max_length=60)
    office: str | None = Field(default=None, max_length=40)
    counterparty: SentCounterparty | None = None
    place: SentPlace | None = None
    reason: ReasonCode | None = None
    note: str | None = Field(default=None, max_length=2000)
    details: dict[str, object] | None = None
    evidence: tuple[Sha256, ...] | None = Field(default=None, max_length=20)


def read_sent(raw: object) -> SentEvent:
    """Raises MalformedEvent naming the first field at fault."""
    if not isinstance(raw, Mapping):
        fault = raw.fault if isinstance(raw, Broken) else FormFault.NOT_AN_OBJECT
        raise MalformedEvent("event", fault)
    normal = {str(key): normalise(value, str(key)) for key, value in raw.items()}
    try:
        sent = SentEvent.model_validate(normal)
        sent.occurred_at.astimezone(UTC)  # the first and the last day of the calendar have no UTC everywhere
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise MalformedEvent(".".join(map(str, first["loc"])) or "event", cause_of(first["type"])) from error
    except OverflowError as error:
        raise MalformedEvent("occurred_at", Cause.IMPOSSIBLE_DATE) from error
    if sent.type is EventType.ATTEMPT_FAILED and sent.reason is not None and sent.reason not in set(AttemptReason):
        raise MalformedEvent("reason", Cause.BAD_VALUE)
    return sent


def normalise(value: object, field: str, depth: int = 0) -> object:
    """Text to NFC; refuses what canonical JSON cannot hold. Floats are for `place` alone."""
    if depth > DEEPEST:
        raise MalformedEvent(field.partition(".")[0], FormFault.TOO_DEEP)
    if isinstance(value, Broken):
        raise MalformedEvent(field, value.fault)
    if isinstance(value, str):
        return _normal_text(value, field)
    if isinstance(value, Mapping):
        return {_key(key, field): normalise(part, f"{field}.{key}", depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [normalise(part, f"{field}.{index}", depth + 1) for index, part in enumerate(value)]
    if isinstance(value, float) and not field.startswith("place."):
        raise MalformedEvent(field, FormFault.FLOAT)
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise MalformedEvent(field, FormFault.INTEGER_TOO_LARGE)
    return value


def _key(key: object, field: str) -> str:
    if not isinstance(key, str) or not key.isascii() or "\0" in key:
        raise MalformedEvent(field, FormFault.KEY_NOT_ASCII)
    return key


def _normal_text(text: str, field: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise MalformedEvent(field, FormFault.CHARACTER_NOT_ALLOWED)
    return unicodedata.normalize("NFC", text)
