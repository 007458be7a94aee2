"""A dossier's story: what happened to it, when, and when the product heard of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from types import MappingProxyType
from uuid import UUID

from tests.simulation.clock import day_of, nth_worked_day_after

NOTHING: Mapping[str, object] = MappingProxyType({})
SUBMISSION, RESULT, SUPPLEMENT = "submission", "result", "supplement"
BY_POST = 3


class Side(StrEnum):
    """Where a condition ends: just before its grace is over, or just after."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`at` is when the product hears of it, `true_at` when it happened; `what` is an event type or a word below."""

    at: datetime
    true_at: datetime
    what: str
    who: str
    id: UUID
    item: int
    told: Mapping[str, object]


CLAIM, ENROL, PRINT, VOIDING, WORD = "claim", "enrol", "print", "corrected", "word"
Key = tuple[str, ...]
"""A code with its subject in the story's own words: ("silent_item", "item", "planted-7", "0")."""


@dataclass(frozen=True, slots=True)
class Planted:
    """The contradiction this story is bent for. `due_at` None: it must never open."""

    code: str
    side: Side
    due_at: datetime | None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What custody itself must open, in the recording transaction."""

    key: Key
    at: datetime


@dataclass(slots=True)
class Story:
    """`is_enrolled`: the dossier stands in the book from `begins_at` on; else only the one-stop system knows it."""

    name: str
    number: str
    rng: Random
    begins_at: datetime
    by_post: bool = True
    is_enrolled: bool = True
    planted: Planted | None = None
    acts: list[Act] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    items: int = 0

    def key(self, code: str, kind: str, rest: str = "") -> Key:
        return (code, kind, self.name, rest)

    def _act(self, at: datetime, what: str, who: str, item: int, told: Mapping[str, object]) -> Act:
        late = told.get("late")
        true_at = at - late if isinstance(late, timedelta) else at
        act = Act(at=at, true_at=true_at, what=what, who=who, id=UUID(int=self.rng.getrandbits(128), version=4),
                  item=item, told=told)  # fmt: skip
        self.acts.append(act)
        return act

    def register(self, at: datetime, leg: str = RESULT, **told: object) -> int:
        """Answers the item's place in the story. `to` afar: the post office of another town."""
        self._act(at, "registered", "clerk", self.items, {"leg": leg, **told})
        self.items += 1
        return self.items - 1

    def scan(self, at: datetime, who: str, what: str, item: int = 0, **told: object) -> Act:
        """`late`: how long before `at` it happened, on a phone without network."""
        return self._act(at, what, who, item, told)

    def claim(self, at: datetime, status: int, **told: object) -> Act:
        return self._act(at, CLAIM, "one_stop", 0, {"status": status, **told})

    def told_by_post(self, at: datetime, order: int | str, status: str | None = None) -> Act:
        """The post's own system speaks. `order`: the item's place, or what follows the dossier's number in its own."""
        return self._act(at, WORD, "post", 0, {"order": order, "status": status})

    def enrol(self, at: datetime) -> Act:
        """A dossier that only the one-stop system knew enters the book."""
        return self._act(at, ENROL, "clerk", 0, NOTHING)

    def void(self, at: datetime, target: Act) -> Act:
        return self._act(at, VOIDING, "supervisor", target.item, {"target": target})

    def opens(self, key: Key, at: datetime) -> None:
        self.steps.append(Step(key, at))


def due_on(registered_at: datetime, *, afar: bool) -> date:
    """Inside one commune the next working day, inside the province the one after."""
    return nth_worked_day_after(day_of(registered_at), 2 if afar else 1)
