"""What the schedules did, and asking for one of their jobs now."""

from babel.numbers import format_decimal
from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.actions.runs import ask_run, jobs_of
from tracker.domain.refusal import Refusal
from tracker.domain.runs import JobName, RunOutcome, RunState
from tracker.domain.vocabulary import Role
from tracker.phrases import run_fault_phrase
from tracker.store.engine import reading, transaction
from tracker.store.queries.runs import RunView, asked_runs, rejected_rows, run_by_id, runs as runs_of
from tracker.sums import NBSP
from tracker.web.access import desk, staff
from tracker.web.house import house
from tracker.web.language import gettext, language
from tracker.web.row_numbers import row_number
from tracker.web.standstill import health_now

READERS = (Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN)
PAGE = 50
# Counts of a run that have words; whatever else a job counts is its own business.
COUNTED = (
    "pages", "rows", "rejected", "new", "unchanged", "unknown_statuses", "unknown_dossiers", "absent",
    "considered", "found", "moved", "terms", "opened", "reopened", "closed", "still_open", "kept_closed", "kept_open",
    "roots", "leaves", "published", "held", "expired", "chains", "events", "items", "faults",
)  # fmt: skip
runs = Blueprint("runs", __name__)


@runs.get("/dieu-hanh/tac-vu")
@staff(*READERS)
def show() -> str:
    before = request.args.get("before", type=row_number)
    with reading(house().engine) as session:
        found = runs_of(session, before=before, limit=PAGE + 1)
        waiting = {run.job for run in asked_runs(session)}
    return render_template(
        "oversight/runs.html",
        runs=found[:PAGE],
        has_more=len(found) > PAGE,
        jobs=jobs_of(desk().config),
        waiting=waiting,
        health=health_now(),
        may_ask=desk().actor.role in {Role.SUPERVISOR, Role.ADMIN},
        job_words=job_words,
        counts_of=counts_of,
        seconds_of_run=seconds_of_run,
        outcome_mark=outcome_mark,
    )


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
        job_words=job_words,
        counts_of=counts_of,
        seconds_of_run=seconds_of_run,
        outcome_mark=outcome_mark,
        fault_words=fault_words,
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


def job_words(job: str) -> str:
    """A job of an older or newer version of the product keeps its code."""
    return gettext(f"job.{job}") if job in set(JobName) else job


def counts_of(run: RunView) -> str:
    told = [gettext(f"count.{name}", number=run.counts[name]) for name in COUNTED if name in run.counts]
    return ", ".join(told)


def seconds_of_run(run: RunView) -> str:
    if run.ended_at is None:
        return ""
    seconds = (run.ended_at - run.started_at).total_seconds()
    return f"{format_decimal(seconds, format='0.0', locale=language())}{NBSP}s"


def fault_words(run: RunView) -> str:
    phrase, facts = run_fault_phrase(run.fault)
    return gettext(phrase, **facts)


def outcome_mark(run: RunView) -> tuple[str, str, str]:
    """Icon, tone and words."""
    if run.state is RunState.DONE:
        outcome = run.outcome if run.outcome in set(RunOutcome) else RunOutcome.FAILED
        tone = {"complete": "ok", "partial": "warn", "suspicious": "warn"}.get(outcome, "no")
        return tone, tone, gettext(f"run_outcome.{outcome}")
    icon, tone = {"asked": ("c1", ""), "running": ("c2", "now")}.get(run.state, ("no", "no"))
    return icon, tone, gettext(f"run_state.{run.state}")
