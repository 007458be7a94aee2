"""The outside systems: where each is, by which table its codes are read, and how far a call may go."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tracker.sections import Section

MappingKind = Literal["dossier", "postal"]
# The tables of codes that come with the product; an installation may add its own under `mappings`.
BUILT_IN_MAPPINGS: Mapping[str, MappingKind] = MappingProxyType(
    {
        "opencps-1": "dossier",
        "portal-1": "dossier",
        "push-1": "dossier",
        "ngsp-1": "postal",
        "hcc-1": "postal",
        "myvnpost-1": "postal",
    }
)
PostalWord = Literal[
    "registered",
    "collected",
    "at_office",
    "bagged",
    "in_transit",
    "with_courier",
    "held",
    "damaged",
    "missing",
    "delivered",
    "returned",
    "cancelled",
    "lost",
    "unclaimed",
]
DossierWord = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class MappingVersion(Section):
    """A table of codes of this installation. One that was in use is not edited: another name is added."""

    kind: MappingKind
    codes: Mapping[str, PostalWord | DossierWord] = Field(min_length=1)
    phrases: tuple[tuple[str, PostalWord | DossierWord], ...] = ()

    @model_validator(mode="after")
    def _check_words(self) -> "MappingVersion":
        words = [*self.codes.values(), *(word for _, word in self.phrases)]
        if any(word.isdecimal() != (self.kind == "dossier") for word in words):
            raise ValueError(f"a {self.kind} mapping leads to its own statuses only")
        return self


def _check_secrets(text: str) -> str:
    if text and not text.split():
        raise ValueError("a secret is not blank")
    return text


class PushSource(Section):
    """A system that sends signed claims. `secret` holds one secret, or several with blanks between them."""

    secret: Annotated[str, AfterValidator(_check_secrets)] = Field(default="", repr=False)
    mapping: str = "push-1"

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(self.secret.split())


class OneStop(Section):
    kind: Literal["opencps"]
    base_url: str
    group_id: str
    username: str
    password: str = Field(default="", repr=False)
    ten_means: Literal["returned", "handed_to_post"]
    mapping: str = "opencps-1"
    timeout_seconds: float = Field(gt=0)
    page_size: int = Field(ge=1, le=1000)


class VnPost(Section):
    """The post's tracking feed; off while it has no addresses. `username` is the customer's key."""

    token_url: str = ""
    tracking_url: str = ""
    username: str = ""
    password: str = Field(default="", repr=False)
    mapping: str = "ngsp-1"
    pull_seconds: int = Field(default=300, ge=5)
    timeout_seconds: float = Field(default=10.0, gt=0)
    page_size: int = Field(default=1000, ge=1, le=1000)

    @property
    def is_on(self) -> bool:
        return bool(self.tracking_url)

    @model_validator(mode="after")
    def _check_pair(self) -> "VnPost":
        if bool(self.token_url) != bool(self.tracking_url):
            raise ValueError("token_url and tracking_url go together")
        return self


LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


class VnPostOrders(Section):
    """Orders that we give to the post; off while it has no addresses. `customer_code` is ours at the post.

    They tell the post of people, so that nothing but TLS will do, except on this very machine.
    """

    token_url: str = ""
    order_url: str = ""
    cancel_url: str = ""
    username: str = ""
    password: str = Field(default="", repr=False)
    customer_code: str = ""
    description: str = "Hồ sơ thủ tục hành chính"
    send_seconds: int = Field(default=60, ge=5)
    timeout_seconds: float = Field(default=10.0, gt=0)
    most_sent: int = Field(default=200, ge=1, le=1000)

    @property
    def is_on(self) -> bool:
        return bool(self.order_url)

    @model_validator(mode="after")
    def _check_addresses(self) -> "VnPostOrders":
        addresses = (self.token_url, self.order_url, self.cancel_url)
        if any(addresses) and not all((*addresses, self.customer_code)):
            raise ValueError("token_url, order_url, cancel_url and customer_code go together")
        for address in filter(None, addresses):
            parts = urlsplit(address)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
                raise ValueError("orders name people: an address begins with https://")
        return self


class NationalPortal(Section):
    """The National Public Service Portal's look-up of single dossiers; off while it has no addresses."""

    login_url: str = ""
    share_url: str = ""
    username: str = ""
    password: str = Field(default="", repr=False)
    agency_code: str = ""
    target_code: str = ""
    mapping: str = "portal-1"
    pull_seconds: int = Field(default=900, ge=5)
    timeout_seconds: float = Field(default=10.0, gt=0)
    most_asked: int = Field(default=200, ge=1, le=1000)

    @property
    def is_on(self) -> bool:
        return bool(self.share_url)

    @model_validator(mode="after")
    def _check_pair(self) -> "NationalPortal":
        if bool(self.login_url) != bool(self.share_url):
            raise ValueError("login_url and share_url go together")
        return self


class Feeds(Section):
    """`most_lost_percent`: an answer that lost more of its rows waits for a person. The breaker opens after so many
    failures in a row; the feed then rests, twice as long each time, up to the most."""

    one_stop: OneStop
    vnpost: VnPost = VnPost()
    vnpost_orders: VnPostOrders = VnPostOrders()
    national_portal: NationalPortal = NationalPortal()
    most_lost_percent: int = Field(default=20, ge=1, le=100)
    breaker_failures: int = Field(default=5, ge=1)
    breaker_first_seconds: int = Field(default=60, ge=1)
    breaker_most_seconds: int = Field(default=900, ge=1)

    @property
    def mappings(self) -> Mapping[str, tuple[str, MappingKind]]:
        """By feed: the mapping it names, and of which kind that must be."""
        return {
            "one_stop": (self.one_stop.mapping, "dossier"),
            "national_portal": (self.national_portal.mapping, "dossier"),
            "vnpost": (self.vnpost.mapping, "postal"),
        }
