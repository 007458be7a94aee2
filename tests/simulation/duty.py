"""Whoever runs the schedules by hand: the one module of the simulator that may know them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from schedules.commands import reconcile_now
from schedules.reconciliation.grace import Grace
from schedules.reconciliation.looking import look
from schedules.reconciliation.seen import Rule, Seen
from schedules.reconciliation.table import RULES
from tracker.config import Config
from tracker.domain.working_time import WorkCalendar

CODES = tuple(rule.code.value for rule in RULES)


def reconcile(config: Config, at: datetime) -> None:
    """As `giaonhan reconcile --now` does it."""
    result = reconcile_now(config, at)
    assert result.succeeded, result.words()


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
    kept = {name: getattr(rule, name) for name in ("grace", "look")}
    for name, bent in _bent(rule, mutation).items():
        object.__setattr__(rule, name, bent)
    try:
        yield
    finally:
        for name, whole in kept.items():
            object.__setattr__(rule, name, whole)


def _bent(rule: Rule, mutation: Mutation) -> dict[str, object]:
    if mutation.what == "delete":
        return {"look": lambda _case, _terms: iter(())}
    if not mutation.branch:
        return {"grace": _half(rule.grace)}
    kept = rule.look
    return {"look": lambda case, terms: (_half_of_branch(seen, mutation.branch) for seen in kept(case, terms))}


def _half(grace: Grace) -> Grace:
    def half(calendar: WorkCalendar, since_at: datetime) -> datetime:
        return since_at + (grace(calendar, since_at) - since_at) / 2

    return half


def _half_of_branch(seen: Seen, branch: str) -> Seen:
    if branch == "phone":
        waits = seen.not_before
        return seen if waits is None else replace(seen, not_before=seen.since_at + (waits - seen.since_at) / 2)
    is_branch = branch == "departed" or seen.evidence["post"].get("status") == branch
    return replace(seen, grace=_half(seen.grace)) if is_branch and seen.grace else seen
