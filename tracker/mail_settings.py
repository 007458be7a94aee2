"""The mail server, and who gets the digest of each day."""

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tracker.feed_settings import LOCAL
from tracker.sections import Section

# What every server takes, and nothing that could end a line of a header or of the conversation with the server.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LONGEST_ADDRESS = 254


def _check_address(text: str) -> str:
    """The message leaves out what was given: an address is personal data, and ends up in logs."""
    if len(text) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(text):
        raise ValueError("not an address of the form name@domain in plain letters")
    return text


def _check_address_or_none(text: str) -> str:
    return _check_address(text) if text else text


def _read_clock(value: object) -> object:
    return time.fromisoformat(value) if isinstance(value, str) else value


Address = Annotated[str, AfterValidator(_check_address)]


class Mail(Section):
    """The server that takes our mail; off while it has no host. `sender` is the address that stands in From."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: str = Field(default="", repr=False)
    sender: Annotated[str, AfterValidator(_check_address_or_none)] = ""
    timeout_seconds: float = Field(default=20.0, gt=0, le=120)

    @model_validator(mode="after")
    def _check_whole(self) -> "Mail":
        if self.host and not self.sender:
            raise ValueError("a host needs a sender beside it")
        if self.security == "none" and self.host and self.host not in LOCAL:
            raise ValueError("recipients are people: security is starttls or tls, except on this machine")
        return self


class DigestRecipient(Section):
    """Who gets the digest of which office. The address is personal data: only the mail itself bears it."""

    office: str = Field(min_length=1, max_length=40)
    address: Address = Field(repr=False)


class Digest(Section):
    """The day's digest; off while it has no recipients. `at` is in the offices' zone, on their working days."""

    at: Annotated[time, BeforeValidator(_read_clock)] = time(7)
    send_seconds: int = Field(default=300, ge=5)
    languages: tuple[Literal["vi", "en"], ...] = Field(default=("vi", "en"), min_length=1)
    recipients: tuple[DigestRecipient, ...] = ()

    @property
    def is_on(self) -> bool:
        return bool(self.recipients)
