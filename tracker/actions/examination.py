"""The examination of the books: every chain, every root, every invariant that stored rows can show."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlmodel import Session

from tracker.actions.examined_items import MetItem, examine_items
from tracker.config import Office
from tracker.domain.auditing import CHECKED, ChainWalk, Columns, Fault, disagreement, event_fault
from tracker.domain.merkle import merkle_root
from tracker.domain.vocabulary import Role
from tracker.store.models import Verification
from tracker.store.queries import auditing
from tracker.store.queries.calendar import Calendars
from tracker.store.queries.events import event_of
from tracker.store.queries.roots import StoredRoot, all_roots, leaves_of

ITEMS_AT_ONCE = 200
MOST_FAULTS_KEPT = 50
EVENTS_PER_WORD = 5000
# A chain that does not hold is the first thing to know; what is built on it comes after.
_FIRST_TO_TELL = {"I8": 0, "I3": 0, "I2": 1}

Progress = Callable[[int], None]


@dataclass(slots=True)
class Findings:
    """`faults` are the first of each rank; `fault_count` counts all."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    _kept: dict[int, int] = field(default_factory=dict)

    def add(self, fault: Fault) -> None:
        self.fault_count += 1
        rank = _rank(fault)
        self._kept[rank] = self._kept.get(rank, 0) + 1
        if self._kept[rank] <= MOST_FAULTS_KEPT:
            self.faults.append(fault)

    @property
    def is_sound(self) -> bool:
        return self.fault_count == 0

    def told(self) -> list[Fault]:
        """What breaks a chain or a root first, each in the order of the books."""
        return sorted(self.faults, key=_rank)[:MOST_FAULTS_KEPT]


def _rank(fault: Fault) -> int:
    return _FIRST_TO_TELL.get(fault.check, 2)


def examine_chains(session: Session) -> Findings:
    """Sequence and hashes only."""
    findings, walk = Findings(), ChainWalk()
    for chain, seq, chained, digest in auditing.stream_chains(session):
        cause = walk.take(chain, seq, chained, digest)
        if cause is not None:
            findings.add(_chain_fault(session, cause, chain, walk.seq))
    findings.counts = {"chains": walk.chains, "events": walk.events}
    return findings


def examine(session: Session, office: Office, progress: Progress | None = None) -> Findings:
    """Reads one moment of the books; nothing is written."""
    findings = Findings()
    _Books(session, findings, progress).walk()
    roots = all_roots(session)
    for fault in (*_root_faults(session, roots), *_row_faults(session, office)):
        findings.add(fault)
    findings.counts["roots"] = len(roots)
    return findings


def keep_findings(session: Session, findings: Findings, *, started_at: datetime, ended_at: datetime) -> None:
    told = [fault._asdict() for fault in findings.told()]
    row = Verification(
        started_at=started_at,
        ended_at=ended_at,
        is_sound=findings.is_sound,
        checked=json.dumps(list(CHECKED)),
        counts=json.dumps(findings.counts, sort_keys=True),
        faults=json.dumps(told, ensure_ascii=False),
        fault_count=findings.fault_count,
    )
    auditing.keep_verification(session, row)


def _chain_fault(session: Session, cause: str, chain: str, seq: int) -> Fault:
    return Fault("I3" if cause == "gap" else "I8", cause, chain, seq, auditing.event_at(session, chain, seq))


class _Books:
    """Walks all events chain by chain, and judges the items it has met in batches."""

    def __init__(self, session: Session, findings: Findings, progress: Progress | None) -> None:
        self._session = session
        self._findings = findings
        self._progress = progress
        self._walk = ChainWalk()
        self._met: dict[int, MetItem] = {}
        self._broken: set[int | None] = set()
        self._items = 0

    def walk(self) -> None:
        chain = ""
        for row in auditing.stream_events(self._session):
            if row.chain != chain:
                chain = row.chain
                if len(self._met) >= ITEMS_AT_ONCE:
                    self._judge_met()
            self._take(row)
            if self._progress is not None and self._walk.events % EVENTS_PER_WORD == 0:
                self._progress(self._walk.events)
        self._judge_met()
        self._findings.counts = {"chains": self._walk.chains, "events": self._walk.events, "items": self._items}

    def _take(self, row: Columns) -> None:
        cause = self._walk.take(row.chain, row.seq, row.chained, row.hash)
        if cause is not None:
            self._findings.add(_chain_fault(self._session, cause, row.chain, self._walk.seq))
        if self._walk.is_broken:
            self._broken.add(row.item_id)
            return
        body = json.loads(row.chained)
        column = disagreement(row, body)
        if column is not None:
            self._findings.add(Fault("I2", f"column_{column}", row.chain, row.seq, str(row.event_id)))
            self._broken.add(row.item_id)
            return
        self._take_event(row, body)

    def _take_event(self, row: Columns, body: dict[str, Any]) -> None:
        event = event_of(row, body)
        wrong = event_fault(event, row.actor, Role(row.actor_role))
        if wrong is not None:
            self._findings.add(Fault(*wrong, row.chain, row.seq, str(event.id)))
        if row.item_id is not None:
            met = self._met.setdefault(row.item_id, MetItem([]))
            met.events.append(event)
            met.seq = row.seq

    def _judge_met(self) -> None:
        """What stands on a broken chain proves nothing."""
        whole = {item_id: met for item_id, met in self._met.items() if item_id not in self._broken}
        for fault in examine_items(self._session, whole):
            self._findings.add(fault)
        self._items += len(self._met)
        self._met, self._broken = {}, set()


def _root_faults(session: Session, roots: list[StoredRoot]) -> Iterator[Fault]:
    for number, chain, seq, held in auditing.leaves_that_differ(session):
        told = f"root {number} holds another head; changed after seq {held or 0}"
        yield Fault("I8", "root", chain, seq, auditing.event_at(session, chain, seq), told)
    for number, chain in auditing.evidence_that_differs(session):
        yield Fault("I8", "root", subject=f"{chain} differs from root {number}")
    for stored in auditing.altered_images(session):
        yield Fault("I8", "image", subject=f"image:{stored} is not what was stored")
    previous = None
    for number, root in enumerate(roots, start=1):
        if root.number != number or root.previous != previous or not _holds(session, root):
            yield Fault("I8", "root_broken", subject=f"root {root.number} of {root.day.isoformat()}")
        previous = root.root


def _holds(session: Session, root: StoredRoot) -> bool:
    leaves = list(leaves_of(session, root.number))
    is_ordered = all(one.chain.encode() < other.chain.encode() for one, other in pairwise(leaves))
    return is_ordered and len(leaves) == root.size and merkle_root(root.previous, leaves) == root.root


def _row_faults(session: Session, office: Office) -> Iterator[Fault]:
    for item_id in auditing.items_without_events(session):
        yield Fault("I6", "item_without_events", subject=f"item:{item_id}")
    for subject in auditing.misplaced_open_legs(session):
        yield Fault("I9", "open_leg", subject=subject)
    for count_id in auditing.counts_that_differ_from_their_lines(session):
        yield Fault("I18", "count_lines", subject=f"count:{count_id}")
    for count_id, subject in auditing.untold_count_differences(session):
        yield Fault("I18", "untold_difference", subject=f"count:{count_id} {subject}")
    for item_id in auditing.items_with_two_labels(session):
        yield Fault("I19", "two_current_labels", subject=f"item:{item_id}")
    yield from _due_on_closed_days(session, office)
    for device in auditing.devices_with_untold_gaps(session):
        yield Fault("I22", "untold_gap", subject=f"device:{device}")
    for row_id in auditing.unowned_discrepancies(session):
        yield Fault("I29", "discrepancy", subject=f"discrepancy:{row_id}")
    for item_id in auditing.items_of_strange_status(session):
        yield Fault("I30", "status", subject=f"item:{item_id}")


def _due_on_closed_days(session: Session, office: Office) -> Iterator[Fault]:
    calendars = Calendars(session, office)
    for office_id, day in sorted(auditing.due_days_of_open_items(session)):
        if not calendars.of(office_id).is_working_day(day):
            for item_id in auditing.open_items_due_on(session, office_id, day):
                yield Fault("I20", "due_on_a_closed_day", subject=f"item:{item_id} {day.isoformat()}")
