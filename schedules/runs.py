"""The history of runs: each is claimed once, fenced while it works, and ended together with what it wrote."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from schedules.leadership import Held, LeaseLostError, hold_lease_row
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.runs import JobName, RunOutcome, RunState
from tracker.store.models import JobRun, Lease
from tracker.store.queries.runs import database_now

LONGEST_FAULT = 500


class OverlapError(Exception):
    """The same job runs already."""


class SlotDoneError(Exception):
    """The job came to its end in this slot, so a second leader has nothing to do."""


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    job: JobName
    held: Held


@dataclass(frozen=True, slots=True)
class RunClaim:
    """`slot` is the instant the run stands for. `is_once`: a slot that is done is not done again."""

    job: JobName
    slot: datetime
    held: Held
    started_by: str = SYSTEM_NAME
    is_once: bool = True


@dataclass(frozen=True, slots=True)
class RunEnd:
    outcome: RunOutcome
    counts: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""
    input_hash: str = ""

    @property
    def state(self) -> RunState:
        """A feed that is down is a failed run; one whose good rows were applied is a done one."""
        failed = {RunOutcome.FAILED, RunOutcome.UNREACHABLE}
        return RunState.FAILED if self.outcome in failed else RunState.DONE


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a caller hears of a run; `run_id` is None for a dry one."""

    job: JobName
    run_id: int | None
    outcome: RunOutcome
    counts: Mapping[str, int]
    fault: str = ""

    @property
    def succeeded(self) -> bool:
        """A run whose good rows were applied did; one whose source was down or not believed did not."""
        return self.outcome in {RunOutcome.COMPLETE, RunOutcome.PARTIAL}

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"job": self.job, "run": self.run_id, "outcome": self.outcome}
        return {**told, "fault": self.fault or None, "counts": dict(self.counts)}

    def words(self) -> str:
        """One line for a terminal."""
        counted = ", ".join(f"{name} {number}" for name, number in self.counts.items())
        fault = f" ({self.fault})" if self.fault else ""
        return f"{self.job}: {self.outcome}{fault}" + (f": {counted}" if counted else "")


def abandon_dead_runs(session: Session) -> int:
    """Marks runs whose lease has ended or gone to another token; their process can write no more."""
    is_alive = exists().where(
        col(Lease.name) == col(JobRun.lease),
        col(Lease.token) == col(JobRun.token),
        col(Lease.until_at) > database_now(session),
    )
    dead = session.scalars(
        update(JobRun)
        .where(col(JobRun.state) == RunState.RUNNING, ~is_alive)
        .values(state=RunState.ABANDONED, outcome=RunState.ABANDONED, ended_at=database_now(session))
        .returning(col(JobRun.id))
        .execution_options(synchronize_session=False)
    )
    return len(dead.all())


def start_run(session: Session, claim: RunClaim) -> Run:
    """Raises LeaseLostError, OverlapError or SlotDoneError."""
    hold_lease_row(session, claim.held)
    abandon_dead_runs(session)
    attempt = _next_attempt(session, claim)
    row = {
        "job": claim.job,
        "slot": claim.slot,
        "attempt": attempt,
        "lease": claim.held.name,
        "token": claim.held.token,
        "state": RunState.RUNNING,
        "started_at": database_now(session),
        "started_by": claim.started_by,
        "outcome": "",
        "counts": "{}",
        "input_hash": "",
        "fault": "",
    }
    try:
        with session.begin_nested():
            run_id = session.execute(insert(JobRun).values(**row).returning(col(JobRun.id))).scalar_one()
    except IntegrityError as error:
        raise OverlapError(f"{claim.job} is running already") from error
    return Run(run_id or 0, claim.job, claim.held)


def _next_attempt(session: Session, claim: RunClaim) -> int:
    earlier = session.execute(
        select(col(JobRun.attempt), col(JobRun.state)).where(
            col(JobRun.job) == claim.job, col(JobRun.slot) == claim.slot
        )
    )
    states = dict(earlier.all())
    if claim.is_once and RunState.DONE in states.values():
        raise SlotDoneError(f"{claim.job} {claim.slot.isoformat()} is done")
    return max(states, default=0) + 1


def start_asked_run(session: Session, run_id: int, held: Held) -> Run | None:
    """Begins what a person asked for; None when the job runs already (it waits) or it was begun elsewhere."""
    hold_lease_row(session, held)
    abandon_dead_runs(session)
    begin = (
        update(JobRun)
        .where(col(JobRun.id) == run_id, col(JobRun.state) == RunState.ASKED)
        .values(state=RunState.RUNNING, lease=held.name, token=held.token, started_at=database_now(session))
        .returning(col(JobRun.job))
        .execution_options(synchronize_session=False)
    )
    try:
        with session.begin_nested():
            job = session.scalar(begin)
    except IntegrityError:
        return None
    return None if job is None else Run(run_id, JobName(job), held)


def hold_fence(session: Session, run: Run) -> None:
    """First statement of every transaction of a run: raises LeaseLostError when the run is no longer its own."""
    hold_lease_row(session, run.held)
    state = session.scalar(select(col(JobRun.state)).where(col(JobRun.id) == run.id).with_for_update())
    if state != RunState.RUNNING:
        raise LeaseLostError(f"run {run.id} of {run.job} is {state}")


def finish_run(session: Session, run: Run, end: RunEnd) -> RunResult:
    """In the transaction of the run's last effects, so that they and `done` are one truth. Raises LeaseLostError."""
    hold_fence(session, run)
    session.execute(
        update(JobRun)
        .where(col(JobRun.id) == run.id)
        .values(
            state=end.state,
            outcome=end.outcome,
            ended_at=database_now(session),
            counts=json.dumps(dict(end.counts), sort_keys=True),
            input_hash=end.input_hash,
            fault=end.fault[:LONGEST_FAULT],
        )
        .execution_options(synchronize_session=False)
    )
    return RunResult(run.job, run.id, end.outcome, end.counts, end.fault)
