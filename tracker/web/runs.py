"""What the schedules did, and asking for one of their jobs now."""

from collections.abc import Mapping
from enum import StrEnum

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.runs import ask_run, supervised_jobs
from tracker.domain.refusal import Refusal
from tracker.domain.runs import JobName, RunState
from tracker.domain.supervision import JobState, Supervised
from tracker.domain.vocabulary import Role
from tracker.phrases import run_fault_phrase
from tracker.store.engine import reading, transaction
from tracker.store.queries.runs import (
    RunView,
    asked_runs,
    database_now,
    first_run_at,
    histories,
    rejected_rows,
    run_by_id,
    runs as runs_of,
)
from tracker.web.access import desk, staff
from tracker.web.house import house
from tracker.web.job_cards import (
    RUNS_SHOWN,
    begun_late,
    card_of,
    flow_of,
    job_words,
    outcome_mark,
    seconds_of_run,
)
from tracker.web.language import gettext
from tracker.web.row_numbers import row_number
from tracker.web.standstill import health_now

READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN)
PAGE = 50
# Counts of a run that have words; whatever else a job counts is its own business.
COUNTED = (
    "pages", "rows", "rejected", "new", "unchanged", "unknown_statuses", "unknown_dossiers", "absent",
    "considered", "found", "moved", "terms", "opened", "reopened", "closed", "still_open", "kept_closed", "kept_open",
    "missed",
    "roots", "leaves", "published", "held", "expired", "chains", "events", "items", "faults",
    "sent", "cancelled", "unanswered",
)  # fmt: skip
runs = Blueprint("runs", __name__)


class Wanted(StrEnum):
    """What the history is narrowed to."""

    ALL = "all"
    DONE = "done"
    FAILED = "failed"


STATES: Mapping[Wanted, frozenset[RunState]] = {
    Wanted.ALL: frozenset(),
    Wanted.DONE: frozenset({RunState.DONE}),
    Wanted.FAILED: frozenset({RunState.FAILED, RunState.ABANDONED}),
}


@runs.get("/dieu-hanh/tac-vu")
@staff(*READERS)
def show() -> str:
    before = request.args.get("before", type=row_number)
    job = request.args.get("job", type=JobName)
    outcome = request.args.get("outcome", type=Wanted) or Wanted.ALL
    with reading(house().engine) as session:
        found = runs_of(session, before=before, limit=PAGE + 1, job=job, only=STATES[outcome])
        waiting = {run.job for run in asked_runs(session)}
        now = database_now(session)
        known = histories(session, JobName, RUNS_SHOWN)
        watched_since = first_run_at(session)
    supervised = supervised_jobs(house().config, known, now, watched_since)
    return render_template(
        "oversight/runs.html",
        runs=found[:PAGE],
        has_more=len(found) > PAGE,
        cards=[card_of(job, supervised[job], known[job], now) for job in _in_order(supervised)],
        off=[job_words(job) for job in JobName if supervised[job].state is JobState.OFF],
        waiting=waiting,
        health=health_now(),
        may_ask=desk().actor.role in {Role.SUPERVISOR, Role.ADMIN},
        asked={"job": job, "outcome": outcome},
        jobs=list(JobName),
        outcomes=list(Wanted),
        **WORDS,
    )


def _in_order(supervised: Mapping[JobName, Supervised]) -> list[JobName]:
    """What needs a person comes first; what this installation does not have is left out."""
    there = [job for job in supervised if supervised[job].state is not JobState.OFF]
    return sorted(there, key=lambda job: not supervised[job].needs_person)


@runs.get("/dieu-hanh/tac-vu/<int:run_id>")
@staff(*READERS)
def one(run_id: int) -> str:
    with reading(house().engine) as session:
        run = run_by_id(session, run_id)
        rows = rejected_rows(session, run_id)
    if run is None:
        abort(404)
    return render_template(
        "oversight/run.html",
        run=run,
        rows=rows,
        **WORDS,
    )


@runs.post("/dieu-hanh/tac-vu/chay")
@staff(Role.SUPERVISOR, Role.ADMIN)
def ask() -> Response:
    try:
        with transaction(house().engine) as session:
            ask_run(session, request.form.get("job", ""), desk())
    except Refusal:
        abort(422)
    return redirect(url_for("runs.show"), 303)


def counts_of(run: RunView) -> str:
    told = [gettext(f"count.{name}", number=run.counts[name]) for name in COUNTED if name in run.counts]
    return ", ".join(told)


def fault_words(run: RunView) -> str:
    phrase, facts = run_fault_phrase(run.fault)
    return gettext(phrase, **facts)


# What the templates call: how a run and what became of it are written.
WORDS = {
    "begun_late": begun_late,
    "counts_of": counts_of,
    "fault_words": fault_words,
    "flow_of": flow_of,
    "job_words": job_words,
    "outcome_mark": outcome_mark,
    "seconds_of_run": seconds_of_run,
}
