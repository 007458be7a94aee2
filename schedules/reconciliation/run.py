"""One reconciliation: look at both sides, then open, keep and end what a person must hear of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.reconciliation.evaluation import may_end
from schedules.reconciliation.listing import kept_form
from schedules.reconciliation.looking import Looked, look
from schedules.reconciliation.table import RULES
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.decision_tables import keep_table
from tracker.actions.discrepancies import Finding, Opening, converge, open_finding
from tracker.config import Config
from tracker.domain.discrepancies import DiscrepancyState, evidence_hash, opens_again
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import reading, transaction
from tracker.store.queries.reconciliation import StoredRow, open_rows, rows_of_subjects

CODES = frozenset(rule.code for rule in RULES)
# A desk waits for the writer's lock no longer than one of these takes (about 100 ms).
WRITTEN_PER_TRANSACTION = 100
SUBJECTS_PER_READ = 500


@dataclass(slots=True)
class Plan:
    """What is to be written, and what is as it was."""

    to_open: list[Finding] = field(default_factory=list)
    to_refresh: list[Finding] = field(default_factory=list)
    to_converge: list[int] = field(default_factory=list)
    still_open: int = 0
    kept_closed: int = 0
    kept_open: int = 0


def reconcile(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    looked = look(engine, config, now)
    with transaction(engine) as session:
        hold_fence(session, run)
        keep_table(session, kept_form(looked.table), at=now)
    plan = plan_of(engine, looked)
    *first, last = _parts(plan)
    written: Counter[str] = Counter()
    for part in first:
        with transaction(engine) as session:
            hold_fence(session, run)
            written += _write(session, part, run, now)
    with transaction(engine) as session:
        hold_fence(session, run)
        written += _write(session, last, run, now)
        counts = _counts(looked, plan) | dict(written)
        end = RunEnd(RunOutcome.COMPLETE, counts, input_hash=looked.input_hash)
        return finish_run(session, run, end)


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
        _place(plan, finding, known.get(key))
    with reading(engine) as session:
        ended = [row for row in open_rows(session, CODES) if (row.code, row.subject) not in looked.findings]
    for row in ended:
        trust = {"is_feed_trusted": looked.is_feed_trusted, "is_post_trusted": looked.is_post_trusted}
        if may_end(row.code, looked.table, **trust):
            plan.to_converge.append(row.id)
        else:
            plan.kept_open += 1
    return plan


def _known_rows(engine: Engine, subjects: Sequence[str]) -> dict[tuple[str, str], StoredRow]:
    known: dict[tuple[str, str], StoredRow] = {}
    for start in range(0, len(subjects), SUBJECTS_PER_READ):
        with reading(engine) as session:
            rows = rows_of_subjects(session, subjects[start : start + SUBJECTS_PER_READ])
        known |= {(row.code, row.subject): row for row in rows}
    return known


def _place(plan: Plan, finding: Finding, row: StoredRow | None) -> None:
    hash_now = evidence_hash(finding.evidence)
    if row is None or opens_again(row.known, hash_now):
        plan.to_open.append(finding)
    elif row.known.state is DiscrepancyState.CLOSED:
        plan.kept_closed += 1
    else:
        plan.still_open += 1
        if row.known.evidence_hash != hash_now:
            plan.to_refresh.append(finding)


@dataclass(frozen=True, slots=True)
class _Part:
    findings: Sequence[Finding] = ()
    ended: Sequence[int] = ()


def _parts(plan: Plan) -> list[_Part]:
    """At least one, so that the last one can carry the end of the run."""
    findings, ended, step = plan.to_open + plan.to_refresh, plan.to_converge, WRITTEN_PER_TRANSACTION
    parts = [_Part(findings=findings[start : start + step]) for start in range(0, len(findings), step)]
    parts += [_Part(ended=ended[start : start + step]) for start in range(0, len(ended), step)]
    return parts or [_Part()]


def _write(session: Session, part: _Part, run: Run, now: datetime) -> Counter[str]:
    openings = [open_finding(session, finding, at=now, run_id=run.id) for finding in part.findings]
    ended = converge(session, part.ended, at=now, run_id=run.id) if part.ended else []
    counted = {"opened": openings.count(Opening.OPENED), "reopened": openings.count(Opening.REOPENED)}
    return Counter({**counted, "closed": len(ended)})


def _counts(looked: Looked, plan: Plan) -> dict[str, int]:
    return {
        "considered": looked.considered,
        "rule_version": looked.table.version,
        "found": len(looked.findings),
        "opened": 0,
        "reopened": 0,
        "closed": 0,
        "still_open": plan.still_open + plan.kept_open,
        "kept_closed": plan.kept_closed,
        "kept_open": plan.kept_open,
    }
