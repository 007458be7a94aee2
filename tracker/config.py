"""config.toml and the environment, read once into one frozen, typed value."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from tracker.feed_settings import BUILT_IN_MAPPINGS, Feeds, MappingVersion, Name, PushSource
from tracker.mail_settings import Digest, Mail
from tracker.sections import FromEnvironment, Section

ENVIRONMENT_PREFIX = "GIAONHAN__"
# What a QR holds in alphanumeric mode, once in upper case; a user or a query has no place on a label.
BASE_URL = re.compile(r"https?://[0-9A-Za-z.-]+(:[0-9]+)?(/[0-9A-Za-z./-]*)?")
LONGEST_BASE_URL = 38  # QR version 4, level Q, alphanumeric: 67 characters, 29 of them "/T/" and the token


class BadConfig(Exception):
    """One sentence that names the key and what is wrong with it."""


def _read_span(value: object) -> object:
    if not isinstance(value, str):
        return value
    start, _, end = value.partition("-")
    return time.fromisoformat(start.strip()), time.fromisoformat(end.strip())


def _check_span(span: tuple[time, time]) -> tuple[time, time]:
    if span[0] >= span[1]:
        raise ValueError("hours begin before they end")
    return span


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone") from error
    return name


Span = Annotated[tuple[time, time], BeforeValidator(_read_span), AfterValidator(_check_span)]
Zone = Annotated[str, AfterValidator(_check_zone)]

DATABASE_URL = re.compile(r"(sqlite|postgresql)(\+\w+)?://")


def _check_database(url: str) -> str:
    if not DATABASE_URL.match(url):
        raise ValueError("an address begins with sqlite:// or postgresql://")
    return url


class Database(Section):
    url: Annotated[str, AfterValidator(_check_database)]


class Server(Section):
    host: str
    port: int = Field(ge=1, le=65535)
    workers: int = Field(ge=1, le=64)
    threads: int = Field(ge=1, le=64)
    metrics_port: int = Field(ge=0, le=65535)
    behind_tls_proxy: bool
    tls_certificate: str = ""
    tls_key: str = ""

    @model_validator(mode="after")
    def _check_pair(self) -> "Server":
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key go together")
        return self

    @property
    def speaks_tls(self) -> bool:
        return bool(self.tls_certificate)


class Public(Section):
    base_url: str
    hotline: str


class Office(Section):
    zone: Zone
    hours: tuple[Span, ...]
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...]

    def local_date(self, at: datetime) -> date:
        """The office's date at an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()


GROUPS_OF_A_NUMBER = {"agency", "year", "month", "day", "serial"}


def _check_pattern(text: str) -> str:
    try:
        groups = re.compile(text).groupindex
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if missing := sorted(GROUPS_OF_A_NUMBER - set(groups)):
        raise ValueError(f"names no group {', '.join(missing)}")
    return text


class NumberPattern(Section):
    """One way to write a dossier number; `regex` is matched against the whole number in upper case."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    regex: Annotated[str, AfterValidator(_check_pattern)]


class Numbers(Section):
    """`low_water_percent`: a range that has no more than that share left is told of."""

    reuse_months: int = Field(ge=12)
    low_water_percent: int = Field(default=10, ge=1, le=50)
    agency_prefixes: tuple[str, ...]
    patterns: tuple[NumberPattern, ...] = Field(min_length=1)


class RuleNumbers(Section):
    """`hold_days` are calendar days."""

    attempts: int = Field(ge=1)
    invitations: int = Field(ge=2)
    gap_working_days: int = Field(ge=2)
    hold_days: int = Field(ge=1)


class RuleVersion(RuleNumbers):
    """The numbers from `since_on` on, the local day included, until the next version."""

    since_on: date


class Rules(RuleNumbers):
    """The numbers in force before the first of `versions`, which stand from the oldest to the newest."""

    versions: tuple[RuleVersion, ...] = ()

    @model_validator(mode="after")
    def _check_order(self) -> "Rules":
        days = [version.since_on for version in self.versions]
        if days != sorted(set(days)):
            raise ValueError("versions stand one after the other, each with a day of its own in since_on")
        return self

    def on(self, day: date) -> RuleNumbers:
        """The numbers that a decision of that local day is judged by."""
        begun = [version for version in self.versions if version.since_on <= day]
        return begun[-1] if begun else self


class SessionLimits(Section):
    idle_minutes: int = Field(ge=1)
    courier_idle_hours: int = Field(ge=1)
    absolute_hours: int = Field(ge=1)


class Schedules(Section):
    lease_seconds: int = Field(ge=3)
    renew_seconds: int = Field(ge=1)
    pull_seconds: int = Field(ge=5)
    reconcile_seconds: int = Field(ge=5)


class Reconciliation(Section):
    """`table_file` names a TOML file with further versions of the decision table; empty: the built-in one alone.

    `whole_hours`: how long runs look only at what changed before one looks at everything again.
    """

    table_file: str = ""
    whole_hours: int = Field(default=6, ge=1)


class Reports(Section):
    """A term may be cut where nine in ten of at least `cut_least` dossiers took at most `cut_percent` of it.

    Targets are for the shares of dossiers through the one-stop system, by post and online.
    """

    cut_percent: int = Field(default=50, ge=1, le=100)
    cut_least: int = Field(default=20, ge=1)
    target_one_stop_percent: int = Field(default=100, ge=0, le=100)
    target_post_percent: int = Field(default=20, ge=0, le=100)
    target_online_percent: int = Field(default=20, ge=0, le=100)


class Roots(Section):
    """`folder` is where roots are published; empty: nowhere."""

    folder: str


class Printing(Section):
    """`networks` may hold network printers besides the private networks of an office."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)


class Exports(Section):
    """Files with rows of lists: how long one may be, and how many of them one person takes in an hour."""

    most_rows: int = Field(default=50_000, ge=1, le=1_000_000)
    most_an_hour: int = Field(default=30, ge=1)


class Config(Section):
    database: Database
    server: Server
    public: Public
    office: Office
    numbers: Numbers
    rules: Rules
    session: SessionLimits
    schedules: Schedules
    reconciliation: Reconciliation = Reconciliation()
    reports: Reports = Reports()
    mail: Mail = Mail()
    digest: Digest = Digest()
    roots: Roots
    printing: Printing = Printing()
    exports: Exports = Exports()
    feeds: Feeds
    mappings: Mapping[Name, MappingVersion] = {}
    claims: Mapping[Name, PushSource] = {}

    @model_validator(mode="after")
    def _check_mappings(self) -> "Config":
        """Every table of codes that is named is there, and of the kind that reads what it is to read."""
        if doubled := sorted(set(self.mappings) & set(BUILT_IN_MAPPINGS)):
            raise BadConfig(
                f"configuration: mappings.{doubled[0]}: the product's own is not edited; give it a new name"
            )
        kinds = {**BUILT_IN_MAPPINGS} | {name: version.kind for name, version in self.mappings.items()}
        named: dict[str, tuple[str, str | None]] = {
            f"feeds.{feed}": wanted for feed, wanted in self.feeds.mappings.items()
        }
        named |= {f"claims.{source}": (pushed.mapping, None) for source, pushed in self.claims.items()}
        for key, (name, kind) in named.items():
            if name not in kinds or (kind is not None and kind != kinds[name]):
                told = f"there is no {kind} mapping" if kind else "there is no mapping"
                raise BadConfig(f"configuration: {key}.mapping: {told} {name}")
        return self

    @model_validator(mode="after")
    def _check_digest(self) -> "Config":
        if self.digest.is_on and not self.mail.host:
            raise BadConfig("configuration: digest.recipients: there is no mail.host to send by")
        return self

    @model_validator(mode="after")
    def _settle_base_url(self) -> "Config":
        scheme = "https" if self.server.speaks_tls else "http"
        address = self.public.base_url.rstrip("/") or f"{scheme}://{self.server.host}:{self.server.port}"
        if len(address) > LONGEST_BASE_URL:
            raise BadConfig(
                f"configuration: public.base_url: {address} has {len(address)} characters, "
                f"a label's QR holds {LONGEST_BASE_URL}"
            )
        if not BASE_URL.fullmatch(address):
            raise BadConfig(
                f"configuration: public.base_url: {address} is not http(s):// and signs that a label's QR holds"
            )
        public = self.public.model_copy(update={"base_url": address})
        return self.model_copy(update={"public": public})


def _merge(tree: dict[str, object], path: list[str], value: str) -> None:
    branch, name = tree, f"{ENVIRONMENT_PREFIX}{'__'.join(path).upper()}"
    for key in path[:-1]:
        below = branch.setdefault(key, {})
        if not isinstance(below, dict):
            raise BadConfig(f"{name}: {key} is not a section")
        branch = below
    branch[path[-1]] = _read_value(value, name)


def _read_value(text: str, name: str) -> object:
    """TOML where it is a list; every other type pydantic reads from the text itself."""
    if not text.startswith("["):
        return FromEnvironment(text)
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{name}: not a list as TOML writes it: {error}") from error


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"configuration: {key} is not a known key"
    if first["type"] == "missing":
        return f"configuration: {key} is missing"
    return f"configuration: {key}: {first['msg'].removeprefix('Value error, ')}"


def load_config(path: Path, environment: Mapping[str, str]) -> Config:
    """Raises BadConfig for an unknown key, a wrong type, a secret in the file, or an unreadable file."""
    try:
        tree: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"configuration file {path}: {error}") from error
    feeds = tree.get("feeds")
    if isinstance(feeds, dict) and any("password" in feed for feed in feeds.values() if isinstance(feed, dict)):
        raise BadConfig("configuration: a feed's password comes from the environment only")
    mail = tree.get("mail")
    if isinstance(mail, dict) and "password" in mail:
        raise BadConfig("configuration: the mail server's password comes from the environment only")
    claims = tree.get("claims")
    if isinstance(claims, dict) and any("secret" in source for source in claims.values() if isinstance(source, dict)):
        raise BadConfig("configuration: a secret of claims comes from the environment only")
    for name, value in environment.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            _merge(tree, name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__"), value)
    if url := environment.get("DATABASE_URL"):
        _merge(tree, ["database", "url"], url)
    try:
        return Config.model_validate(tree)
    except ValidationError as error:
        raise BadConfig(_sentence(error)) from error


def config_from_environment() -> Config:
    """The file named by GIAONHAN_CONFIG, else config.toml of the working directory."""
    return load_config(Path(os.environ.get("GIAONHAN_CONFIG", "config.toml")), os.environ)
