"""Setting every candidate against the table: reads only, in chunks, and answers what a person must hear of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.reconciliation.changes import tables_with
from schedules.reconciliation.evaluation import findings_of
from schedules.reconciliation.seen import Terms
from schedules.reconciliation.table import Table, table_on
from tracker.actions.discrepancies import Finding
from tracker.config import Config
from tracker.domain.cases import Case
from tracker.store.engine import reading
from tracker.store.queries.calendar import work_calendar
from tracker.store.queries.outside_facts import orders_of_strangers, post_feed_since
from tracker.store.queries.reconciliation import (
    are_feeds_trusted,
    candidates,
    cases,
    claims_of_strangers,
    last_events,
    lookups,
)

DOSSIERS_PER_READ = 500
# What ended before this and has nothing open is not looked at again.
LOOKED_BACK = timedelta(days=60)

Key = tuple[str, str]


@dataclass(slots=True)
class Looked:
    """Findings by (code, subject): a contradiction of one item in two dossiers is one."""

    is_feed_trusted: bool
    table: Table
    is_post_trusted: bool = False
    findings: dict[Key, Finding] = field(default_factory=dict)
    considered: int = 0
    _digest: list[bytes] = field(default_factory=list)

    @property
    def input_hash(self) -> str:
        return sha256(b"".join(self._digest)).hexdigest()

    def take(self, case: Case, terms: Terms) -> dict[Key, int]:
        """Answers the items whose last event belongs to the evidence of what is new."""
        self.considered += 1
        self._digest.append(sha256(repr(case).encode()).digest())
        citing: dict[Key, int] = {}
        for finding, seen in findings_of(case, terms, is_feed_trusted=self.is_feed_trusted, rules=self.table.rules):
            key = (finding.code, finding.subject)
            if key in self.findings:
                continue
            self.findings[key] = finding
            if seen.cites_last_event and finding.item_id is not None:
                citing[key] = finding.item_id
        return citing

    def cite(self, citing: Mapping[Key, int], events: Mapping[int, str]) -> None:
        for key, item_id in citing.items():
            self.findings[key] = _with_event(self.findings[key], events.get(item_id))


def _with_event(finding: Finding, event: str | None) -> Finding:
    post = {**finding.evidence.get("post", {}), "event": event}
    return replace(finding, evidence={**finding.evidence, "post": post})


def look(engine: Engine, config: Config, now: datetime) -> Looked:
    """Each chunk is a read of its own: a long one would keep old pages of the database alive."""
    with reading(engine) as session:
        known = lookups(session)
        terms = terms_of(session, config, now)
        looked = Looked(
            are_feeds_trusted(session, config.feeds.agency_feeds), table_of(config, now), terms.post_since is not None
        )
        for case in claims_of_strangers(session, since_at=now - LOOKED_BACK):
            looked.take(case, terms)
        for case in orders_of_strangers(session, since_at=now - LOOKED_BACK):
            looked.take(case, terms)
    after = 0
    while True:
        with reading(engine) as session:
            ids = candidates(session, after=after, limit=DOSSIERS_PER_READ, since_at=now - LOOKED_BACK)
            if not ids:
                return looked
            citing: dict[Key, int] = {}
            for case in cases(session, ids, known):
                citing |= looked.take(case, terms)
            looked.cite(citing, last_events(session, sorted(set(citing.values()))))
            after = ids[-1]


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
