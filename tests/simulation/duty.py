"""Whoever runs the schedules by hand: the one module of the simulator that may know them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from schedules.commands import reconcile_dry_now, reconcile_now
from schedules.reconciliation.grace import Grace
from schedules.reconciliation.looking import look
from schedules.reconciliation.seen import Rule
from schedules.reconciliation.table import RULES
from tracker.config import Config
from tracker.domain.working_time import WorkCalendar

CODES = tuple(rule.code.value for rule in RULES)


def reconcile(config: Config, at: datetime) -> None:
    """As the schedule does it: over what changed since the last run, which must leave nothing for a whole one."""
    result = reconcile_now(config, at, only_changed=True)
    assert result.succeeded, result.words()
    left = reconcile_dry_now(config, at).counts
    assert (left["opened"], left["closed"]) == (0, 0), f"at {at} a run over the changes missed: {left}"


def found(engine: Engine, config: Config, at: datetime) -> set[tuple[str, ...]]:
    """What a reconciliation would have open now, by (code, subject); writes nothing."""
    return {(str(code), subject) for code, subject in look(engine, config, at).findings}


@dataclass(frozen=True, slots=True)
class Mutation:
    """A table with one rule less, or one grace half as long; `branch` names one of a rule's several graces."""

    code: str
    what: str
    branch: str = ""

    @property
    def name(self) -> str:
        return f"{self.what} {self.code} {self.branch}".strip()


@contextmanager
def mutated(mutation: Mutation) -> Iterator[None]:
    """The rule itself is bent, so that whoever reads the table meets it; and put right again."""
    rule = next(rule for rule in RULES if rule.code == mutation.code)
    bent = _bent(rule, mutation)
    kept = {name: getattr(rule, name) for name in bent}
    for name, value in bent.items():
        object.__setattr__(rule, name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            object.__setattr__(rule, name, value)


def _bent(rule: Rule, mutation: Mutation) -> dict[str, object]:
    if mutation.what == "delete":
        return {"look": lambda _case, _terms: iter(())}
    if mutation.branch == "phone":
        return {"phone_hours": rule.phone_hours // 2}
    if mutation.branch:
        return {"branches": {**rule.branches, mutation.branch: _half(rule.branches[mutation.branch])}}
    return {"grace": _half(rule.grace)}


def _half(grace: Grace) -> Callable[[WorkCalendar, datetime], datetime]:
    def half(calendar: WorkCalendar, since_at: datetime) -> datetime:
        return since_at + (grace(calendar, since_at) - since_at) / 2

    return half
