"""One reconciliation: look at both sides, then open, keep and end what a person must hear of."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.reconciliation.evaluation import may_end
from schedules.reconciliation.listing import kept_form
from schedules.reconciliation.looking import Looked, look
from schedules.reconciliation.scope import ScopeOf, changed_scope, whole_scope
from schedules.reconciliation.table import RULES
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.decision_tables import keep_table
from tracker.actions.discrepancies import Finding, Opening, converge, open_finding
from tracker.actions.reconciled import forget_changes, forget_graces, keep_graces, note_reconciled
from tracker.config import Config
from tracker.domain.discrepancies import DiscrepancyState, evidence_hash, opens_again
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.queries.changes import changed_among, graces_kept
from tracker.store.queries.reconciliation import StoredRow, open_rows, rows_of_subjects

CODES = frozenset(rule.code for rule in RULES)
# A desk waits for the writer's lock no longer than one of these takes (about 100 ms).
WRITTEN_PER_TRANSACTION = 100
SUBJECTS_PER_READ = GRACES_PER_TRANSACTION = 500

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Plan:
    """What is to be written, and what is as it was.

    `missed`: dossiers of which a run over the changes alone would have left something as it was, where this one looked
    at everything.
    """

    to_open: list[Finding] = field(default_factory=list)
    to_refresh: list[Finding] = field(default_factory=list)
    to_converge: list[int] = field(default_factory=list)
    still_open: int = 0
    kept_closed: int = 0
    kept_open: int = 0
    missed: set[int] = field(default_factory=set)


def reconcile(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """Looks at every dossier that a row of the table could speak of."""
    return _reconcile(engine, config, run, now, whole_scope)


def reconcile_changed(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """Comes to the same, looking only at what changed or outlived its grace since the last run."""
    return _reconcile(engine, config, run, now, changed_scope)


def _reconcile(engine: Engine, config: Config, run: Run, now: datetime, scope_of: ScopeOf) -> RunResult:
    looked = look(engine, config, now, scope_of)
    with transaction(engine) as session:
        hold_fence(session, run)
        keep_table(session, kept_form(looked.judging.table), at=now)
    plan = plan_of(engine, looked)
    written: Counter[str] = Counter()
    for part in _parts(plan):
        with transaction(engine) as session:
            hold_fence(session, run)
            written += _write(session, part, run, now)
    _keep_graces(engine, looked, run)
    return _finish(engine, looked, run, _counts(looked, plan) | dict(written))


def _keep_graces(engine: Engine, looked: Looked, run: Run) -> None:
    """After the findings: a run that dies before it came here is done again over the same dossiers."""
    in_sight = looked.scope.in_sight
    if in_sight is None:
        with transaction(engine) as session:
            hold_fence(session, run)
            forget_graces(session)
        ids = sorted(looked.grace_ends)
    else:
        with reading(engine) as session:
            ids = sorted(looked.grace_ends.keys() | graces_kept(session, in_sight))
    for start in range(0, len(ids), GRACES_PER_TRANSACTION):
        with transaction(engine) as session:
            hold_fence(session, run)
            keep_graces(session, ids[start : start + GRACES_PER_TRANSACTION], looked.grace_ends)


def _finish(engine: Engine, looked: Looked, run: Run, counts: dict[str, int]) -> RunResult:
    scope = looked.scope
    if "missed" in counts:
        log.warning(
            "run %s found something of %s dossiers that the runs over changes had missed", run.id, counts["missed"]
        )
    with transaction(engine) as session:
        hold_fence(session, run)
        forget_changes(session, scope.marks)
        note_reconciled(session, looked_at=looked.judging.terms.now, whole_at=scope.whole_at, terms=scope.terms)
        return finish_run(session, run, RunEnd(RunOutcome.COMPLETE, counts, input_hash=looked.input_hash))


def reconcile_dry(engine: Engine, config: Config, now: datetime) -> RunResult:
    """What a run would do now; writes nothing, not even itself."""
    looked = look(engine, config, now)
    plan = plan_of(engine, looked)
    counts = _counts(looked, plan) | {"opened": len(plan.to_open), "closed": len(plan.to_converge)}
    return RunResult(JobName.RECONCILE, None, RunOutcome.COMPLETE, counts)


def plan_of(engine: Engine, looked: Looked) -> Plan:
    plan = Plan()
    known = _known_rows(engine, sorted({subject for _, subject in looked.findings}))
    for key, finding in sorted(looked.findings.items(), key=lambda found: found[0]):
        if _place(plan, finding, known.get(key)):
            _note_missed(plan, looked, finding.dossier_id)
    with reading(engine) as session:
        _end(plan, looked, open_rows(session, CODES, looked.scope.in_sight))
        plan.missed -= changed_among(session, plan.missed)  # that changed while this run looked
    return plan


def _end(plan: Plan, looked: Looked, rows: Iterable[StoredRow]) -> None:
    """Of the open rows in sight, those that no finding holds open."""
    judging = looked.judging
    trust = {
        "is_feed_trusted": judging.is_feed_trusted,
        "is_post_trusted": judging.terms.post_since is not None,
    }
    for row in rows:
        if (row.code, row.subject) in looked.findings:
            continue
        if may_end(row.code, judging.table, **trust):
            plan.to_converge.append(row.id)
            _note_missed(plan, looked, row.dossier_id)
        else:
            plan.kept_open += 1


def _note_missed(plan: Plan, looked: Looked, dossier_id: int | None) -> None:
    expected = looked.scope.expected
    if expected is not None and dossier_id is not None and dossier_id not in expected:
        plan.missed.add(dossier_id)


def _known_rows(engine: Engine, subjects: Sequence[str]) -> dict[tuple[str, str], StoredRow]:
    known: dict[tuple[str, str], StoredRow] = {}
    for start in range(0, len(subjects), SUBJECTS_PER_READ):
        with reading(engine) as session:
            rows = rows_of_subjects(session, subjects[start : start + SUBJECTS_PER_READ])
        known |= {(row.code, row.subject): row for row in rows}
    return known


def _place(plan: Plan, finding: Finding, row: StoredRow | None) -> bool:
    """Whether it is to be written."""
    hash_now = evidence_hash(finding.evidence)
    if row is None or opens_again(row.known, hash_now):
        plan.to_open.append(finding)
        return True
    if row.known.state is DiscrepancyState.CLOSED:
        plan.kept_closed += 1
        return False
    plan.still_open += 1
    if row.known.evidence_hash == hash_now:
        return False
    plan.to_refresh.append(finding)
    return True


@dataclass(frozen=True, slots=True)
class _Part:
    findings: Sequence[Finding] = ()
    ended: Sequence[int] = ()


def _parts(plan: Plan) -> list[_Part]:
    findings, ended, step = plan.to_open + plan.to_refresh, plan.to_converge, WRITTEN_PER_TRANSACTION
    parts = [_Part(findings=findings[start : start + step]) for start in range(0, len(findings), step)]
    parts += [_Part(ended=ended[start : start + step]) for start in range(0, len(ended), step)]
    return parts


def _write(session: Session, part: _Part, run: Run, now: datetime) -> Counter[str]:
    openings = [open_finding(session, finding, at=now, run_id=run.id) for finding in part.findings]
    ended = converge(session, part.ended, at=now, run_id=run.id) if part.ended else []
    counted = {"opened": openings.count(Opening.OPENED), "reopened": openings.count(Opening.REOPENED)}
    return Counter({**counted, "closed": len(ended)})


def _counts(looked: Looked, plan: Plan) -> dict[str, int]:
    return {
        "considered": looked.considered,
        "rule_version": looked.judging.table.version,
        "found": len(looked.findings),
        "opened": 0,
        "reopened": 0,
        "closed": 0,
        "still_open": plan.still_open + plan.kept_open,
        "kept_closed": plan.kept_closed,
        "kept_open": plan.kept_open,
    } | ({"missed": len(plan.missed)} if plan.missed else {})
