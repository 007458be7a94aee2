"""Types of fields that several schemas share."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from tracker.actions.sent_events import SHA256, Instant
from tracker.domain.chain import instant
from tracker.domain.refusal import Cause

LONGEST_TEXT = 1200
"""Longer than any column: text is counted after cleaning, and decomposed letters shrink."""


class Sent(BaseModel):
    """What a caller sends: a field we do not know is a mistake that must not pass in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Told(BaseModel):
    """What we answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar have no UTC everywhere
        raise PydanticCustomError(Cause.IMPOSSIBLE_DATE.value, "no instant") from None


def without_control(text: str) -> str:
    """PostgreSQL takes no U+0000, and no number holds a line feed."""
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise ValueError("holds a control character")
    return text


Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Number = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(without_control)]
Sha256 = Annotated[str, StringConstraints(pattern=f"^{SHA256.pattern}$")]
UtcInstant = Annotated[Instant, AfterValidator(_in_utc)]
Moment = Annotated[AwareDatetime, PlainSerializer(instant, return_type=str)]
