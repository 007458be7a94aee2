"""Which dossiers a run looks at: all of which something could be found, or only those of which that changed."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from sqlmodel import Session

from schedules.reconciliation.grace import Grace
from schedules.reconciliation.listing import kept_form
from schedules.reconciliation.seen import Rule, Terms
from schedules.reconciliation.table import Table
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.domain.vocabulary import Status
from tracker.domain.working_time import WorkCalendar
from tracker.store.queries.calendar import days_told
from tracker.store.queries.changes import (
    Stretch,
    changed,
    graces_ended,
    handover_mates,
    last_reconciled,
    marks,
    with_neighbours,
)
from tracker.store.queries.outside_facts import has_orders
from tracker.store.queries.suspects import outlived_since, suspects, suspects_among
from tracker.store.queries.suspicion import Bounds, Outlived

# What ended before this and has nothing open is not looked at again.
LOOKED_BACK = timedelta(days=60)
MOST_CHANGES = 500_000
LONGEST_GRACE, TO_THE_MINUTE = timedelta(days=120), timedelta(minutes=1)


class Edge(Enum):
    """Of the minute in which graces begin to run still, its start, which is over, or its end, which is not."""

    OVER = "over"
    STILL_RUNNING = "still_running"


@dataclass(frozen=True, slots=True)
class Judging:
    """What a run judges by. `whole_every` is the longest it trusts what it was told of changes."""

    terms: Terms
    table: Table
    is_feed_trusted: bool
    whole_every: timedelta

    @property
    def codes(self) -> list[DiscrepancyCode]:
        return [rule.code for rule in self.table.rules]

    @property
    def looked_back(self) -> datetime:
        return self.terms.now - LOOKED_BACK


@dataclass(frozen=True, slots=True)
class Scope:
    """`dossier_ids` are read and judged; of all in `in_sight` is known what holds (None: of every dossier).

    `marks` are the changes read, gone when the run has ended; `terms` hashes what the run judges by. `expected` is
    what a run over the changes would have had in sight, where this one looks at everything though it need not.
    """

    dossier_ids: Sequence[int]
    marks: Sequence[Stretch]
    terms: str
    whole_at: datetime
    in_sight: frozenset[int] | None = None
    expected: frozenset[int] | None = None


ScopeOf = Callable[[Session, Judging], Scope]


@dataclass(frozen=True, slots=True)
class _Since:
    """What is known of the time since the last run: nothing (`in_sight` None) where its terms were others.

    Nor where more changed than is worth asking for one by one, and would fit in little memory.
    """

    terms: str
    bounds: Bounds
    marks: Sequence[Stretch]
    whole_at: datetime | None
    in_sight: frozenset[int] | None


def whole_scope(session: Session, judging: Judging) -> Scope:
    return _whole(session, judging, _since(session, judging))


def changed_scope(session: Session, judging: Judging) -> Scope:
    """The whole one where what changed is not known, or is not all that matters."""
    since = _since(session, judging)
    if since.in_sight is None or since.whole_at is None or judging.terms.now >= since.whole_at + judging.whole_every:
        return _whole(session, judging, since)
    ids = suspects_among(session, judging.codes, since.bounds, since.in_sight)
    return Scope(ids, since.marks, since.terms, since.whole_at, in_sight=since.in_sight)


def _whole(session: Session, judging: Judging, since: _Since) -> Scope:
    ids = suspects(session, judging.codes, since.bounds)
    return Scope(ids, since.marks, since.terms, judging.terms.now, expected=since.in_sight)


def _since(session: Session, judging: Judging) -> _Since:
    last, judged_by, read = last_reconciled(session), terms_hash(session, judging), marks(session)
    now, bounds = judging.terms.now, bounds_of(session, judging)
    is_known = last is not None and last.terms == judged_by and last.looked_at <= now
    if last is None or not is_known or sum(end - start + 1 for start, end in read) > MOST_CHANGES:
        return _Since(judged_by, bounds, read, None, None)
    began = changed(session) | graces_ended(session, now)
    if last.looked_at < now:
        before = outlived(judging.table, judging.terms.calendar, last.looked_at, Edge.OVER)
        meanwhile = replace(bounds, since=before)
        began |= outlived_since(session, judging.codes, meanwhile)
    in_sight = _all_of_their_subjects(session, began, bounds.outlived.handed_since)
    return _Since(judged_by, bounds, read, last.whole_at, in_sight)


def _all_of_their_subjects(session: Session, began: Collection[int], handed_since: datetime) -> frozenset[int]:
    """With all that share an item or a handover, and so a contradiction, with one of them; and so on."""
    if not began:
        return frozenset()
    known = with_neighbours(session, began)
    while not (mates := handover_mates(session, known, handed_since)) <= known:
        known = with_neighbours(session, known | mates)
    return frozenset(known)


def bounds_of(session: Session, judging: Judging) -> Bounds:
    return Bounds(
        looked_back=judging.looked_back,
        outlived=outlived(judging.table, judging.terms.calendar, judging.terms.now),
        post_since=judging.terms.post_since,
        has_orders=has_orders(session),
    )


def outlived(table: Table, calendar: WorkCalendar, now: datetime, edge: Edge = Edge.STILL_RUNNING) -> Outlived:
    """By the shortest grace of each row, so that none of its branches is missed; up to a minute too much or little."""
    silent, handed = (_row(table, code) for code in (DiscrepancyCode.SILENT_ITEM, DiscrepancyCode.OPEN_HANDOVER))
    by_status = {status: _silent_for(silent, status) for status in Status if silent and not status.is_final}
    asked = {*by_status.values(), *_graces(handed)}  # many are alike, and each costs a search
    over = {grace: last_start(grace, calendar, now, edge) for grace in asked}
    return Outlived(
        silent_since={status: over[grace] for status, grace in by_status.items()},
        handed_since=max((over[grace] for grace in _graces(handed)), default=now),
        due_before=calendar.local_date(now),
    )


def _silent_for(rule: Rule | None, status: Status) -> Grace:
    assert rule is not None
    return rule.branches.get(status.value, rule.grace)


def _row(table: Table, code: DiscrepancyCode) -> Rule | None:
    """None for one that is switched off."""
    return next((rule for rule in table.rules if rule.code is code), None)


def _graces(rule: Rule | None) -> Iterator[Grace]:
    if rule is not None:
        yield rule.grace
        yield from rule.branches.values()


def last_start(grace: Grace, calendar: WorkCalendar, now: datetime, edge: Edge) -> datetime:
    """The last start whose grace is over now, to the minute; a later start never ends earlier."""
    over, running = 0, LONGEST_GRACE // TO_THE_MINUTE
    while running - over > 1:
        middle = (over + running) // 2
        is_over = grace(calendar, now - LONGEST_GRACE + middle * TO_THE_MINUTE) <= now
        over, running = (middle, running) if is_over else (over, middle)
    found = over if edge is Edge.OVER else running
    return now - LONGEST_GRACE + found * TO_THE_MINUTE


def terms_hash(session: Session, judging: Judging) -> str:
    """Of the table, every calendar, the trust in each feed: when one of them changes, all must be judged anew."""
    terms, calendar = judging.terms, judging.terms.calendar
    hours = (calendar.hours, calendar.zone.key)
    trust = (judging.is_feed_trusted, terms.post_since, terms.ten_means)
    told = (judging.table.version, kept_form(judging.table).rows, trust, hours, days_told(session))
    return sha256(repr(told).encode()).hexdigest()
