"""A past period judged again, by the present table and by a changed one: what each would have opened, and when.

Between two turns of a dossier nothing more was known, so what became due in between became due exactly then. A feed
that ever answered is taken to have answered all the time; nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from schedules.reconciliation.changes import tables_with
from schedules.reconciliation.evaluation import judge
from schedules.reconciliation.looking import DOSSIERS_PER_READ, table_of, terms_of
from schedules.reconciliation.scope import LOOKED_BACK
from schedules.reconciliation.seen import ClaimUse, Rule, Terms
from schedules.reconciliation.table import Table
from tracker.config import Config
from tracker.store.engine import reading
from tracker.store.queries.claims import ONE_STOP
from tracker.store.queries.past import (
    PastCase,
    Period,
    dossiers_of_period,
    has_answered,
    heard_in,
    past_cases,
    past_strangers,
)
from tracker.store.queries.reconciliation import lookups

Key = tuple[str, str]
AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """The first time in the period at which a person would have heard of it; the period's start if before."""

    code: str
    subject: str
    dossier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Replayed:
    """`changed` is None where no other table was asked for."""

    period: Period
    table: Table
    openings: Mapping[Key, Opening]
    changed_table: Table | None = None
    changed: Mapping[Key, Opening] | None = None
    considered: int = 0

    def differences(self) -> Iterator[tuple[str, Opening | None, Opening | None]]:
        """`no_longer`, `only_then`, `earlier` or `later`, with both openings; by code and subject."""
        after = self.changed or {}
        for key in sorted(self.openings.keys() | after.keys()) if self.changed is not None else ():
            one, other = self.openings.get(key), after.get(key)
            if one is None or other is None:
                yield ("only_then" if one is None else "no_longer"), one, other
            elif one.at != other.at:
                yield ("earlier" if other.at < one.at else "later"), one, other

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "from": self.period.start_at.isoformat(),
            "until": self.period.end_at.isoformat(),
            "table": self.table.version,
            "considered": self.considered,
            "openings": [_told(one) for one in _in_order(self.openings.values())],
        }
        if self.changed is None or self.changed_table is None:
            return told
        return told | {
            "changed_table": self.changed_table.version,
            "changed_openings": len(self.changed),
            "differences": [
                {"difference": kind, "present": _told(one), "changed": _told(other)}
                for kind, one, other in self.differences()
            ],
        }

    def words(self, zone: ZoneInfo) -> str:
        lines = [f"table {self.table.version}: {len(self.openings)} opened of {self.considered} dossiers"]
        if self.changed is None or self.changed_table is None:
            lines += [f"{_local(one, zone)}  {_name(one)}" for one in _in_order(self.openings.values())]
            return "\n".join(lines)
        lines.append(f"table {self.changed_table.version}: {len(self.changed)} opened")
        for kind, one, other in self.differences():
            lines.append(f"{kind}: {_name(one or other)}  {_local(one, zone)} -> {_local(other, zone)}")
        return "\n".join(lines)


def replay(engine: Engine, config: Config, on: date, days: int, changes: str = "") -> Replayed:
    """Local days from `on`. `changes` is a file of further versions; its last is tried. Raises BadTableError."""
    zone = ZoneInfo(config.office.zone)
    period = Period(_midnight(on, zone), _midnight(on + timedelta(days=days), zone))
    table = table_of(config, period.end_at - AN_INSTANT)
    tables = [table, *([tables_with(changes, [table])[-1]] if changes else [])]
    silent = _silence_that_proves_nothing(engine)
    found: list[dict[Key, Opening]] = [{} for _ in tables]
    considered = 0
    for past, terms in _past(engine, config, period):
        considered += 1
        for openings, judging in zip(found, tables, strict=True):
            rules = [rule for rule in judging.rules if rule.claims not in silent]
            for opening in openings_of(past, period, terms, rules):
                _keep_first(openings, opening)
    if not changes:
        return Replayed(period, table, found[0], considered=considered)
    return Replayed(period, table, found[0], tables[1], found[1], considered)


def _past(engine: Engine, config: Config, period: Period) -> Iterator[tuple[PastCase, Terms]]:
    since_at = period.start_at - LOOKED_BACK
    with reading(engine) as session:
        known, heard = lookups(session), heard_in(session, period)
        terms = terms_of(session, config, period.end_at)
        strangers = past_strangers(session, since_at)
    yield from ((past, terms) for past in strangers)
    after = 0
    while True:
        with reading(engine) as session:
            ids = dossiers_of_period(session, period, after=after, limit=DOSSIERS_PER_READ, since_at=since_at)
            found = past_cases(session, ids, known, heard) if ids else []
        yield from ((past, terms) for past in found)
        if not ids:
            return
        after = ids[-1]


def _silence_that_proves_nothing(engine: Engine) -> frozenset[ClaimUse]:
    """Of a one-stop system that never answered."""
    with reading(engine) as session:
        return frozenset() if has_answered(session, ONE_STOP) else frozenset({ClaimUse.SILENT})


def openings_of(past: PastCase, period: Period, terms: Terms, rules: Sequence[Rule]) -> Iterator[Opening]:
    """Whatever became due between two turns while it still held."""
    turns = past.turns(period)
    for turn, until in zip(turns, [*turns[1:], period.end_at], strict=True):
        case = past.at(turn)
        if case is None:
            continue
        for judged in judge(case, replace(terms, now=until - AN_INSTANT), rules):
            if judged.due_at < until:
                at = max(judged.due_at, turn)
                yield Opening(judged.rule.code.value, judged.seen.subject, case.number, at)


def _keep_first(openings: dict[Key, Opening], one: Opening) -> None:
    known = openings.get((one.code, one.subject))
    if known is None or one.at < known.at:
        openings[one.code, one.subject] = one


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone)


def _in_order(openings: Iterable[Opening]) -> list[Opening]:
    return sorted(openings, key=lambda one: (one.at, one.code, one.subject))


def _told(one: Opening | None) -> dict[str, str] | None:
    if one is None:
        return None
    return {"code": one.code, "subject": one.subject, "dossier": one.dossier, "at": one.at.isoformat()}


def _name(one: Opening | None) -> str:
    return f"{one.code} {one.subject} ({one.dossier})" if one else "-"


def _local(one: Opening | None, zone: ZoneInfo) -> str:
    return f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}" if one else "-"
