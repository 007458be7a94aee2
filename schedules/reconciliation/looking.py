"""Setting what a run looks at against the table: reads only, in chunks; answers what a person must hear of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.reconciliation.changes import tables_with
from schedules.reconciliation.evaluation import Judged, findings_among, judge
from schedules.reconciliation.scope import Judging, Scope, ScopeOf, whole_scope
from schedules.reconciliation.seen import Terms
from schedules.reconciliation.table import Table, table_on
from tracker.actions.discrepancies import Finding
from tracker.config import Config
from tracker.domain.cases import Case
from tracker.domain.discrepancies import DiscrepancyCode
from tracker.store.engine import reading
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.outside_facts import orders_of_strangers, post_feed_since
from tracker.store.queries.reconciliation import are_feeds_trusted, cases, claims_of_strangers, last_events, lookups

if TYPE_CHECKING:
    from hashlib import _Hash

DOSSIERS_PER_READ = 500
# Their end is asked of the items' own columns (`outlived_since`): kept for each open item it would be a second table.
ENDS_NOT_KEPT = frozenset({DiscrepancyCode.SILENT_ITEM, DiscrepancyCode.LATE_POSTAL, DiscrepancyCode.LATE_PROCESSING})

Key = tuple[str, str]


@dataclass(slots=True)
class Looked:
    """Findings by (code, subject): a contradiction of one item in two dossiers is one.

    `grace_ends`, by dossier: when the next of its contradictions whose time is not come has to be looked at again.
    """

    judging: Judging
    scope: Scope
    findings: dict[Key, Finding] = field(default_factory=dict)
    grace_ends: dict[int, datetime] = field(default_factory=dict)
    considered: int = 0
    _digest: "_Hash" = field(default_factory=sha256)

    @property
    def input_hash(self) -> str:
        return self._digest.hexdigest()

    def take(self, case: Case) -> dict[Key, int]:
        """Answers the items whose last event belongs to the evidence of what is new."""
        terms, judging = self.judging.terms, self.judging
        self.considered += 1
        self._digest.update(sha256(repr(case).encode()).digest())
        judged = list(judge(case, terms, judging.table.rules))
        self._keep_end(case, judged)
        citing: dict[Key, int] = {}
        for finding, seen in findings_among(case, judged, terms, is_feed_trusted=judging.is_feed_trusted):
            key = (finding.code, finding.subject)
            if key in self.findings:
                continue
            self.findings[key] = finding
            if seen.cites_last_event and finding.item_id is not None:
                citing[key] = finding.item_id
        return citing

    def _keep_end(self, case: Case, judged: Sequence[Judged]) -> None:
        """Of one that waits for a phone the plain grace: from then on every run asks whether the phone has spoken."""
        terms = self.judging.terms
        ends = [
            one.rule.grace_for(one.seen)(terms.calendar, one.seen.since_at)
            for one in judged
            if one.due_at > terms.now and one.rule.code not in ENDS_NOT_KEPT
        ]
        if ends and case.dossier_id is not None:
            self.grace_ends[case.dossier_id] = min(ends)

    def cite(self, citing: Mapping[Key, int], events: Mapping[int, str]) -> None:
        for key, item_id in citing.items():
            self.findings[key] = _with_event(self.findings[key], events.get(item_id))


def _with_event(finding: Finding, event: str | None) -> Finding:
    post = {**finding.evidence.get("post", {}), "event": event}
    return replace(finding, evidence={**finding.evidence, "post": post})


def look(engine: Engine, config: Config, now: datetime, scope_of: ScopeOf = whole_scope) -> Looked:
    """Each chunk is a read of its own: a long one would keep old pages of the database alive."""
    with reading(engine) as session:
        known = lookups(session)
        judging = judging_of(session, config, now)
        looked = Looked(judging, scope_of(session, judging))
        for case in claims_of_strangers(session, since_at=judging.looked_back):
            looked.take(case)
        for case in orders_of_strangers(session, since_at=judging.looked_back):
            looked.take(case)
    ids = looked.scope.dossier_ids
    for start in range(0, len(ids), DOSSIERS_PER_READ):
        citing: dict[Key, int] = {}
        with reading(engine) as session:
            for case in cases(session, ids[start : start + DOSSIERS_PER_READ], known):
                citing |= looked.take(case)
            looked.cite(citing, last_events(session, sorted(set(citing.values()))))
    return looked


def judging_of(session: Session, config: Config, now: datetime) -> Judging:
    """Raises BadTableError."""
    return Judging(
        terms=terms_of(session, config, now),
        table=table_of(config, now),
        is_feed_trusted=are_feeds_trusted(session, config.feeds.agency_feeds),
        whole_every=timedelta(hours=config.reconciliation.whole_hours),
    )


def terms_of(session: Session, config: Config, now: datetime) -> Terms:
    return Terms(
        now=now,
        calendar=work_calendar(session, config.office),
        ten_means=config.feeds.one_stop.ten_means,
        post_since=post_feed_since(session, config.feeds.postal_feeds),
    )


def table_of(config: Config, now: datetime) -> Table:
    """The version in force; raises BadTableError."""
    return table_on(now.astimezone(ZoneInfo(config.office.zone)).date(), tables_with(config.reconciliation.table_file))
