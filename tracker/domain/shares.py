"""Shares of dossiers through the one-stop system, by post and online; what was not told counts on neither side."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from tracker.domain.dossier_numbers import normalise_agency
from tracker.domain.quarterly import percent

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
K = TypeVar("K")
MOST_MONTHS = 60
LEVELS = ("l2", "l3", "l4")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """Written `2026-11`; as a number 202611."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def __int__(self) -> int:
        return 100 * self.year + self.number

    @property
    def first_on(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def following(self) -> "Month":
        return self.later(1)

    def later(self, months: int) -> "Month":
        year, place = divmod(12 * self.year + self.number - 1 + months, 12)
        return Month(year, place + 1)

    def start_at(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.first_on, time(), zone)


def month_of(on: date) -> int:
    return int(Month(on.year, on.month))


def read_month(text: str) -> Month | None:
    """None for what is none, and for years at the ends of the calendar."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not MINYEAR + 100 < int(found[1]) < MAXYEAR - 100:
        return None
    return Month(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Months:
    """Both ends are inside."""

    first: Month
    last: Month

    def __iter__(self) -> Iterator[Month]:
        month = self.first
        while month <= self.last:
            yield month
            month = month.following

    def __len__(self) -> int:
        return 12 * (self.last.year - self.first.year) + self.last.number - self.first.number + 1


@dataclass(frozen=True, slots=True)
class Alike:
    """`count` dossiers of one procedure and month that came in alike; None: never told."""

    procedure: str
    month: int
    is_told: bool
    by_post: bool | None
    online: bool | None
    count: int


@dataclass(frozen=True, slots=True)
class Targets:
    """In percent."""

    one_stop: int
    post: int
    online: int


@dataclass(slots=True)
class Line:
    """`not_by_post`, `not_online`: told that it did not come that way."""

    total: int = 0
    one_stop: int = 0
    by_post: int = 0
    not_by_post: int = 0
    online: int = 0
    not_online: int = 0

    def add(self, alike: Alike) -> None:
        self.total += alike.count
        self.one_stop += alike.count * alike.is_told
        self.by_post += alike.count * (alike.by_post is True)
        self.not_by_post += alike.count * (alike.by_post is False)
        self.online += alike.count * (alike.online is True)
        self.not_online += alike.count * (alike.online is False)

    @property
    def one_stop_percent(self) -> float | None:
        return percent(self.one_stop, self.total)

    @property
    def post_percent(self) -> float | None:
        """Of those of which it is known."""
        return percent(self.by_post, self.by_post + self.not_by_post)

    @property
    def online_percent(self) -> float | None:
        """Of those of which it is known."""
        return percent(self.online, self.online + self.not_online)

    @property
    def post_unknown(self) -> int:
        return self.total - self.by_post - self.not_by_post

    @property
    def online_unknown(self) -> int:
        return self.total - self.online - self.not_online


def lines_by(alike: Iterable[Alike], key: Callable[[Alike], K]) -> dict[K, Line]:
    found: dict[K, Line] = {}
    for one in alike:
        found.setdefault(key(one), Line()).add(one)
    return found


def summed(alike: Iterable[Alike]) -> Line:
    return lines_by(alike, lambda _: None).get(None, Line())


def is_whole(month: Month, since_on: date | None, today: date) -> bool:
    """Over, and strangers were counted from its first day on."""
    return since_on is not None and since_on <= month.first_on and month.following.first_on <= today


def is_at_or_below(agency: str, office: str) -> bool:
    """Both spelt as codes: H12.22 is below H12, and 000.00.22.H12 is H12.22."""
    if agency == office or agency.startswith(f"{office}."):
        return True
    inner, outer = normalise_agency(agency), normalise_agency(office)
    if inner is None or outer is None or inner.province != outer.province:
        return False
    return all(getattr(outer, level) in {0, getattr(inner, level)} for level in LEVELS)
