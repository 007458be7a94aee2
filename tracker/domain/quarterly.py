"""The quarterly report of TT 17/2017, article 13: what was posted, what arrived in time, what came to harm."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, datetime, time
from zoneinfo import ZoneInfo

from tracker.domain.vocabulary import EventType, Leg, Status

MONTHS = 3
_WRITTEN = re.compile(r"([0-9]{4})-Q([1-4])", re.ASCII)
TAKEN_IN = frozenset({EventType.ACCEPTED, EventType.COLLECTED})
HARMED = frozenset({EventType.MISSING, EventType.DAMAGED})


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Written `2026-Q4`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def first_on(self) -> date:
        return date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def following(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first midnight there, included, to the next quarter's, excluded."""
        first, after = (datetime.combine(one.first_on, time(), zone) for one in (self, self.following))
        return first, after


def quarter_of(on: date) -> Quarter:
    return Quarter(on.year, (on.month - 1) // MONTHS + 1)


def read_quarter(text: str) -> Quarter | None:
    """None for what is none, and for years at the ends of the calendar."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not MINYEAR < int(found[1]) < MAXYEAR:
        return None
    return Quarter(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Envelope:
    """One that moved in the quarter. `taken_in_at` is the first time the post took it; the harms in order of time.

    `ended_at` and `ended_on` (the office's date) are None while it is under way or ended before or after.
    """

    office: str
    leg: Leg
    due_on: date
    status: Status
    taken_in_at: datetime | None = None
    astray_at: tuple[datetime, ...] = ()
    damaged_at: tuple[datetime, ...] = ()
    ended_at: datetime | None = None
    ended_on: date | None = None


@dataclass(slots=True)
class Line:
    """One office's figures; `astray`, `damaged` count envelopes, not reports of one and the same."""

    dossiers: int = 0
    results: int = 0
    delivered: int = 0
    in_time: int = 0
    undelivered: int = 0
    lost: int = 0
    astray: int = 0
    damaged: int = 0
    ended: int = 0
    unharmed: int = 0

    @property
    def taken_in(self) -> int:
        return self.dossiers + self.results

    @property
    def in_time_percent(self) -> float | None:
        return percent(self.in_time, self.delivered)

    @property
    def safe_percent(self) -> float | None:
        return percent(self.unharmed, self.ended)

    def add(self, other: "Line") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Report:
    """`lines` by the code of the office an envelope starts at."""

    lines: dict[str, Line] = field(default_factory=dict)

    @property
    def total(self) -> Line:
        summed = Line()
        for line in self.lines.values():
            summed.add(line)
        return summed


def percent(part: int, whole: int) -> float | None:
    """None of nothing: no envelope is no success."""
    return 100 * part / whole if whole else None


def report(envelopes: Iterable[Envelope], span: tuple[datetime, datetime]) -> Report:
    """Everything is counted in the quarter in which it happened, so that a quarter that is over changes no more."""
    found = Report()
    for one in envelopes:
        line = _line(one, span)
        if line != Line():
            found.lines.setdefault(one.office, Line()).add(line)
    return found


def _line(one: Envelope, span: tuple[datetime, datetime]) -> Line:
    taken_in = _is_within(one.taken_in_at, span)
    ended = _is_within(one.ended_at, span)
    delivered = ended and one.status is Status.DELIVERED
    is_lost = one.status is Status.LOST
    return Line(
        dossiers=int(taken_in and one.leg is not Leg.RESULT),
        results=int(taken_in and one.leg is Leg.RESULT),
        delivered=int(delivered),
        in_time=int(delivered and one.ended_on is not None and one.ended_on <= one.due_on),
        undelivered=int(ended and one.status in {Status.RETURNED, Status.UNCLAIMED}),
        lost=int(ended and is_lost),
        astray=int(any(_is_within(at, span) for at in one.astray_at)),
        damaged=int(any(_is_within(at, span) for at in one.damaged_at)),
        ended=int(ended),
        unharmed=int(ended and not (is_lost or one.astray_at or one.damaged_at)),
    )


def _is_within(at: datetime | None, span: tuple[datetime, datetime]) -> bool:
    return at is not None and span[0] <= at < span[1]
