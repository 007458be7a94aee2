"""How long dossiers of a procedure take against its statutory days, and which terms could be cut."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Finished:
    """One dossier: the working days of the agency's clock, its pauses left out. `term` are the statutory days."""

    code: str
    name: str
    term: int
    used: int


@dataclass(frozen=True, slots=True)
class CutRule:
    """A term may be cut where nine in ten took at most so many percent of it; few dossiers prove nothing."""

    percent: int
    least: int


@dataclass(frozen=True, slots=True)
class ProcedureDays:
    """Of one procedure under one term. `median` and `p90` are days that a dossier really took (nearest rank)."""

    code: str
    name: str
    term: int
    count: int
    in_term: int
    median: int
    p90: int
    may_cut: bool

    @property
    def in_term_percent(self) -> float:
        return 100 * self.in_term / self.count


def procedure_days(dossiers: Iterable[Finished], rule: CutRule) -> list[ProcedureDays]:
    """Most frequent first. Two terms of one procedure stand apart: a dossier keeps the one it came under."""
    found: dict[tuple[str, int], list[Finished]] = defaultdict(list)
    for one in dossiers:
        found[one.code, one.term].append(one)
    told = [_told(group, rule) for group in found.values()]
    return sorted(told, key=lambda one: (-one.count, one.code, one.term))


def _told(group: Sequence[Finished], rule: CutRule) -> ProcedureDays:
    first, used = group[0], sorted(one.used for one in group)
    p90 = nearest_rank(used, 90)
    return ProcedureDays(
        code=first.code,
        name=first.name,
        term=first.term,
        count=len(used),
        in_term=sum(days <= first.term for days in used),
        median=nearest_rank(used, 50),
        p90=p90,
        may_cut=first.term > 1 and len(used) >= rule.least and 100 * p90 <= rule.percent * first.term,
    )


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """The least of them that so many percent do not exceed."""
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1]
