"""The table of jobs: what runs, and where it is written; how often stands in tracker.actions.runs."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from schedules.digests import send_digest
from schedules.due_dates import recompute_due_dates
from schedules.examining import examine_books
from schedules.feeds.folder import pull_folder
from schedules.feeds.my_vnpost import pull_my_vnpost
from schedules.feeds.national_portal import pull_national_portal
from schedules.feeds.pull import pull_one_stop
from schedules.feeds.vnpost import pull_vnpost
from schedules.holds import expire_holds
from schedules.leadership import LeaseLostError
from schedules.orders import send_orders
from schedules.reconciliation.run import reconcile_changed
from schedules.roots import daily_root
from schedules.runs import Run, RunEnd, RunResult, finish_run
from tracker.actions.runs import jobs_of
from tracker.config import Config
from tracker.domain.runs import JobName, RunOutcome
from tracker.store.engine import transaction

log = logging.getLogger(__name__)

Work = Callable[[Engine, Config, Run, datetime], RunResult]


@dataclass(frozen=True, slots=True)
class Job:
    """`work` takes its time from the caller, may be run by hand, and may be run again without harm."""

    name: JobName
    work: Work


# In the order in which overdue ones are caught up: what is pulled, or has run out, is then reconciled.
JOBS: tuple[Job, ...] = (
    Job(JobName.PULL_ONE_STOP, pull_one_stop),
    Job(JobName.PULL_VNPOST, pull_vnpost),
    Job(JobName.PULL_MY_VNPOST, pull_my_vnpost),
    Job(JobName.PULL_NATIONAL_PORTAL, pull_national_portal),
    Job(JobName.PULL_FOLDER, pull_folder),
    Job(JobName.SEND_ORDERS, send_orders),
    Job(JobName.RECOMPUTE_DUE_DATES, recompute_due_dates),
    Job(JobName.EXPIRE_HOLDS, expire_holds),
    Job(JobName.RECONCILE, reconcile_changed),
    Job(JobName.SEND_DIGEST, send_digest),
    Job(JobName.DAILY_ROOT, daily_root),
    Job(JobName.EXAMINE_BOOKS, examine_books),
)


def job_named(name: JobName) -> Job:
    return next(job for job in JOBS if job.name is name)


def jobs_in(config: Config) -> list[Job]:
    """Those of this installation, in the same order."""
    names = jobs_of(config)
    return [job for job in JOBS if job.name in names]


def carry_out(engine: Engine, config: Config, run: Run, now: datetime, work: Work | None = None) -> RunResult:
    """Does the job's work, or another in its place; a run that breaks is marked failed before its error goes on."""
    try:
        return (work or job_named(run.job).work)(engine, config, run, now)
    except LeaseLostError:
        log.warning("run %s of %s was overtaken and wrote no more", run.id, run.job)
        raise
    except Exception as error:
        with transaction(engine) as session:
            finish_run(session, run, RunEnd(RunOutcome.FAILED, fault=type(error).__name__))
        raise
