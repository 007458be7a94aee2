"""The outside systems: where each is, by which table its codes are read, and how far a call may go."""

import codecs
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


# How GetListOrder calls what we read; papers do not say, so an installation may. The first that is not empty counts.
_MY_VNPOST_FIELDS: Mapping[str, tuple[str, ...]] = {
    "order_number": ("originalId", "saleOrderCode", "itemCode"),
    "item_code": ("itemCode",),
    "status": ("status", "statusCode"),
    "text": ("statusName",),
    "said_at": ("lastUpdate",),
}


class MyVnPost(Section):
    """The post's portal for its customers, asked by date windows; off while it has no address.

    `rows_at` is where its answer holds the orders, steps with dots between them; `direction` what it calls `type`.
    """

    base_url: str = ""
    username: str = ""
    password: str = Field(default="", repr=False)
    customer_code: str = ""
    mapping: str = "myvnpost-1"
    direction: Literal["GUI", "NHAN"] = "GUI"
    fields: Mapping[str, tuple[str, ...]] = _MY_VNPOST_FIELDS
    rows_at: str = "data"
    page_parameter: str = "page"
    size_parameter: str = "size"
    first_page: int = Field(default=0, ge=0, le=1)
    stamps: tuple[str, ...] = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M:%S")
    first_days: int = Field(default=31, ge=1, le=366)
    pull_seconds: int = Field(default=900, ge=5)
    timeout_seconds: float = Field(default=10.0, gt=0)
    page_size: int = Field(default=500, ge=1, le=500)

    @property
    def is_on(self) -> bool:
        return bool(self.base_url)

    @model_validator(mode="after")
    def _check_fields(self) -> "MyVnPost":
        for name in ("order_number", "status"):
            if not any(self.fields.get(name, ())):
                raise ValueError(f"fields.{name} names no field")
        if unknown := sorted(set(self.fields) - set(_MY_VNPOST_FIELDS)):
            raise ValueError(f"fields.{unknown[0]} is none that is read")
        return self


# What a column of a dropped file may tell, and what it must, by what the file speaks of.
FolderKind = Literal["dossier", "postal"]
FOLDER_COLUMNS: Mapping[FolderKind, tuple[str, ...]] = MappingProxyType(
    {
        "dossier": ("number", "status", "said_at", "due_on", "channel"),
        "postal": ("order_number", "item_code", "status", "text", "place", "said_at"),
    }
)
NEEDED_COLUMNS: Mapping[FolderKind, tuple[str, ...]] = MappingProxyType(
    {"dossier": ("number", "status"), "postal": ("order_number", "status")}
)
_DOSSIER_COLUMNS: Mapping[str, str] = {
    "number": "Mã hồ sơ",
    "status": "Trạng thái",
    "said_at": "Thời điểm cập nhật",
    "due_on": "Ngày hẹn trả",
    "channel": "Hình thức nộp",
}


def _check_encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError as error:
        raise ValueError(f"{name!r} is no encoding of text") from error
    return codecs.lookup(name).name


class Folder(Section):
    """A folder into which others drop CSV and XLSX files; off while it has no path.

    `columns`: by what we ask for, how the file's header calls it. `stamps` are the ways in which its times are written.
    """

    path: str = ""
    kind: FolderKind = "dossier"
    speaks_for: Name = "one_stop"
    mapping: str = "opencps-1"
    is_full_list: bool = False
    columns: Mapping[str, str] = _DOSSIER_COLUMNS
    encoding: Annotated[str, AfterValidator(_check_encoding)] = "utf-8-sig"
    delimiter: Annotated[str, StringConstraints(pattern=r'^[^"\r\n]$')] = ","
    stamps: tuple[str, ...] = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    settle_seconds: int = Field(default=30, ge=0)
    most_megabytes: int = Field(default=4096, ge=1)
    pull_seconds: int = Field(default=60, ge=5)

    @property
    def is_on(self) -> bool:
        return bool(self.path)

    def lists_all_of(self, source: str) -> bool:
        """Only then does what a file leaves out prove anything about that source."""
        return self.is_on and self.is_full_list and self.speaks_for == source

    @model_validator(mode="after")
    def _check_columns(self) -> "Folder":
        unknown = sorted(set(self.columns) - set(FOLDER_COLUMNS[self.kind]))
        if unknown:
            raise ValueError(f"columns.{unknown[0]} is none that a {self.kind} file has")
        missing = [name for name in NEEDED_COLUMNS[self.kind] if not self.columns.get(name, "").strip()]
        if missing:
            raise ValueError(f"columns.{missing[0]} names no column")
        return self


class Feeds(Section):
    """`most_lost_percent`: an answer that lost more of its rows waits for a person. The breaker opens after so many
    failures in a row; the feed then rests, twice as long each time, up to the most."""

    one_stop: OneStop
    vnpost: VnPost = VnPost()
    vnpost_orders: VnPostOrders = VnPostOrders()
    national_portal: NationalPortal = NationalPortal()
    my_vnpost: MyVnPost = MyVnPost()
    folder: Folder = Folder()
    most_lost_percent: int = Field(default=20, ge=1, le=100)
    breaker_failures: int = Field(default=5, ge=1)
    breaker_first_seconds: int = Field(default=60, ge=1)
    breaker_most_seconds: int = Field(default=900, ge=1)

    @property
    def agency_feeds(self) -> tuple[str, ...]:
        """Those whose silence proves something of a dossier; full lists in a folder may stand in for the interface."""
        lists_all = self.folder.kind == "dossier" and self.folder.lists_all_of("one_stop")
        asked = ("one_stop",) if self.one_stop.base_url or not lists_all else ()
        return (*asked, *(("folder",) if lists_all else ()))

    @property
    def postal_feeds(self) -> Mapping[str, str]:
        """By feed that should know every order on its way: as whose word it is kept."""
        told = {"vnpost": self.vnpost.is_on, "my_vnpost": self.my_vnpost.is_on}
        lists_orders = self.folder.kind == "postal" and self.folder.lists_all_of(self.folder.speaks_for)
        return {name: name for name, is_on in told.items() if is_on} | (
            {"folder": self.folder.speaks_for} if lists_orders else {}
        )

    @property
    def mappings(self) -> Mapping[str, tuple[str, MappingKind]]:
        """By feed: the mapping it names, and of which kind that must be."""
        return {
            "one_stop": (self.one_stop.mapping, "dossier"),
            "national_portal": (self.national_portal.mapping, "dossier"),
            "vnpost": (self.vnpost.mapping, "postal"),
            "my_vnpost": (self.my_vnpost.mapping, "postal"),
            "folder": (self.folder.mapping, self.folder.kind),
        }
