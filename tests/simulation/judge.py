"""Holds what the product opened and ended against what had to open and end."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulation.expected import NEED_THE_FEED, NEED_THE_POSTS_FEED, REST_ON_CLAIMS, Due, dues_of
from tests.simulation.facts import facts_of
from tests.simulation.story import Key, Story

OPENED, ENDED = "opened", "ended"
Turn = tuple[str, datetime]
"""What happened to a row, and in which run."""


@dataclass(frozen=True, slots=True)
class RunAt:
    at: datetime
    is_trusted: bool = True


@dataclass(frozen=True, slots=True)
class Phones:
    """When each courier's phone was heard of, by what it sent."""

    heard: Mapping[str, Sequence[datetime]]

    def spoke_between(self, courier: str, since_at: datetime, until_at: datetime) -> bool:
        heard = self.heard.get(courier, ())
        return bisect_right(heard, until_at) > bisect_left(heard, since_at)


def phones_of(stories: Sequence[Story]) -> Phones:
    heard: dict[str, list[datetime]] = {}
    for story in stories:
        for act in story.acts:
            if act.who.startswith("courier"):
                heard.setdefault(act.who, []).append(act.at)
    return Phones({who: sorted(times) for who, times in heard.items()})


@dataclass(slots=True)
class Book:
    """Every row's turns, by its key."""

    turns: dict[Key, list[Turn]] = field(default_factory=dict)
    open_rows: set[Key] = field(default_factory=set)

    def take(self, run: RunAt, found: set[Key], is_kept: set[Key]) -> None:
        for key in found - self.open_rows:
            self.turns.setdefault(key, []).append((OPENED, run.at))
        ended = self.open_rows - found - is_kept
        for key in ended:
            self.turns[key].append((ENDED, run.at))
        self.open_rows = (self.open_rows | found) - ended


def expected_of(story: Story, runs: Sequence[RunAt], phones: Phones) -> dict[Key, list[Turn]]:
    """What the table's rows must do with one story, run by run."""
    book, acts = Book(), sorted(story.acts, key=lambda act: act.at)
    times, known, dues = [act.at for act in acts], 0, list[Due]()
    for run in runs:
        if run.at < story.begins_at:
            continue
        if (heard := bisect_right(times, run.at)) != known or not known:
            known, dues = heard, dues_of(facts_of(story, acts[:heard]))
        if not dues and not book.open_rows:
            continue
        found = {due.key for due in dues if _is_due(due, run, phones)}
        book.take(run, found, set() if run.is_trusted else {key for key in book.open_rows if key[0] in REST_ON_CLAIMS})
    return book.turns


def _is_due(due: Due, run: RunAt, phones: Phones) -> bool:
    if run.at < due.due_at or (not run.is_trusted and due.key[0] in NEED_THE_FEED | NEED_THE_POSTS_FEED):
        return False
    phone = due.phone
    if phone is None or run.at >= phone.at_the_latest:
        return True
    return phones.spoke_between(phone.courier, phone.since_at, run.at)


@dataclass(frozen=True, slots=True)
class Fault:
    """`missed`, `invented`, or `otherwise`: too early, too late, not ended, ended too early."""

    kind: str
    key: Key
    expected: Sequence[Turn]
    actual: Sequence[Turn]

    def __str__(self) -> str:
        return f"{self.kind} {' '.join(self.key)}: expected {_told(self.expected)}, was {_told(self.actual)}"


def _told(turns: Sequence[Turn]) -> str:
    return ", ".join(f"{what} {at:%Y-%m-%d %H:%M:%S}" for what, at in turns) or "nothing"


def faults(expected: Mapping[Key, Sequence[Turn]], actual: Mapping[Key, Sequence[Turn]]) -> Iterator[Fault]:
    for key in sorted(expected.keys() | actual.keys()):
        wanted, was = expected.get(key, ()), actual.get(key, ())
        if list(wanted) != list(was):
            kind = "missed" if not was else "invented" if not wanted else "otherwise"
            yield Fault(kind, key, wanted, was)
