"""What people must look at, and what the schedules did."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field

from tracker.store.models.base import Table


class Discrepancy(Table, table=True):
    """One row per (code, subject) for as long as it lasts.

    `subject` is `item:<id>`, `leg:<dossier id>:<leg>`, `dossier:<id>`, `handover:<uuid>`, `code:<code>`,
    `device:<id>:<counter>`, `event:<uuid>`, `order:<number>` or `source:<name>`. `evidence` is JSON of ids and values
    from both sides; `evidence_hash` its SHA-256. `state` is open or closed. `due_at` is None until the calendar was
    asked; whoever waits for somebody says for whom and until when; `proposed_by` closed it first where two must agree.
    """

    __table_args__ = (
        UniqueConstraint("code", "subject"),
        Index("ix_discrepancy_due", "state", "due_at", "id"),
        Index("ix_discrepancy_code_since", "code", "since_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, index=True)
    subject: str = Field(max_length=120)
    dossier_id: int | None = Field(default=None, foreign_key="dossier.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="item.id", index=True)
    office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    state: str = Field(max_length=8, index=True)
    severity: str = Field(max_length=10)
    owner_role: str = Field(max_length=20)
    assignee_id: int | None = Field(default=None, foreign_key="account.id")
    rule_version: int
    since_at: datetime
    opened_at: datetime
    closed_at: datetime | None = None
    times_opened: int = 1
    reason: str | None = Field(default=None, max_length=200)
    evidence: str
    evidence_hash: str = Field(max_length=64)
    due_at: datetime | None = None
    waiting_for: str | None = Field(default=None, max_length=12)
    waiting_until: date | None = None
    proposed_by: str | None = Field(default=None, max_length=60)
    proposed_reason: str | None = Field(default=None, max_length=200)


class DiscrepancyStep(Table, table=True):
    """History: `step` is a DiscrepancyStepKind."""

    __tablename__ = "discrepancy_step"
    id: int | None = Field(default=None, primary_key=True)
    discrepancy_id: int = Field(foreign_key="discrepancy.id", index=True)
    at: datetime
    step: str = Field(max_length=12)
    actor: str = Field(max_length=60)
    run_id: int | None = Field(default=None, foreign_key="job_run.id")
    reason: str | None = Field(default=None, max_length=200)
    note: str = ""


class DecisionTable(Table, table=True):
    """A version of the decision table that judged these books: `rows` is canonical JSON, `hash` its SHA-256."""

    __tablename__ = "decision_table"
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    in_force_from: date
    first_used_at: datetime
    rows: str = Field(sa_type=Text)
    hash: str = Field(max_length=64)


class Lease(Table, table=True):
    """Who leads; `token` fences a leader that has lost its lease without knowing."""

    name: str = Field(primary_key=True, max_length=40)
    holder: str = Field(max_length=80)
    token: int
    until_at: datetime


class JobRun(Table, table=True):
    """One run of a job. `state` is asked, running, done, failed or abandoned; `counts` is a JSON object of numbers.

    `lease` and `token` name the lease it runs under: a run whose lease went to another token is dead.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("job", "slot", "attempt"),
        # Two runs of one job would undo each other's work: the second is refused by the database itself.
        Index(
            "uq_job_run_running",
            "job",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        # Every staff page looks at the newest runs of each job.
        Index("ix_job_run_job_id", "job", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(max_length=40)
    slot: datetime
    attempt: int
    lease: str = Field(max_length=40, default="schedules")
    token: int
    state: str = Field(max_length=10)
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = Field(max_length=40, default="")
    counts: str = "{}"
    input_hash: str = Field(max_length=64, default="")
    fault: str = ""
    started_by: str = Field(max_length=60, default="system")


class RejectedRow(Table, table=True):
    """A line of a feed that could not be read: where it stood and why."""

    __tablename__ = "rejected_row"
    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="job_run.id", index=True)
    line: int
    field: str = Field(max_length=60)
    fault: str = Field(max_length=200)


class ChangedDossier(Table, table=True):
    """Something that reconciliation reads of this dossier changed; gone with the run that looked at it.

    Written by triggers (migration 0018), one row per change: with a key per dossier scans would wait for each other.
    """

    __tablename__ = "changed_dossier"
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    dossier_id: int


class GraceEnd(Table, table=True):
    """A contradiction of this dossier was seen before its time: from this instant on it may count."""

    __tablename__ = "grace_end"
    dossier_id: int = Field(primary_key=True, sa_type=Integer)
    ends_at: datetime = Field(index=True)


class Reconciled(Table, table=True):
    """How far reconciliation came: one row. `terms` hashes what it judged by; `whole_at` is its last whole look."""

    id: int = Field(primary_key=True)
    looked_at: datetime
    whole_at: datetime
    terms: str = Field(max_length=64)
