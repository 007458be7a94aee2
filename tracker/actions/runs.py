"""What people ask of the schedules."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.config import Config
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.runs import JobName, RunState
from tracker.domain.supervision import Cadence, Supervised, supervise
from tracker.store.models import JobRun
from tracker.store.queries.claims import FOLDER, MY_VNPOST, NATIONAL_PORTAL, ONE_STOP, VNPOST, VNPOST_ORDERS
from tracker.store.queries.runs import RunView

# Jobs that there are only where an installation has the outside system they ask; all others always run.
_ONLY_WHEN: Mapping[JobName, Callable[[Config], bool]] = {
    JobName.PULL_ONE_STOP: lambda config: ONE_STOP in config.feeds.agency_feeds,
    JobName.PULL_VNPOST: lambda config: config.feeds.vnpost.is_on,
    JobName.PULL_MY_VNPOST: lambda config: config.feeds.my_vnpost.is_on,
    JobName.PULL_NATIONAL_PORTAL: lambda config: config.feeds.national_portal.is_on,
    JobName.PULL_FOLDER: lambda config: config.feeds.folder.is_on,
    JobName.SEND_ORDERS: lambda config: config.feeds.vnpost_orders.is_on,
    JobName.SEND_DIGEST: lambda config: config.digest.is_on,
}
MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS = 60, 3_600, 86_400
_EVERY_SECONDS: Mapping[JobName, Callable[[Config], int]] = {
    JobName.PULL_ONE_STOP: lambda config: config.schedules.pull_seconds,
    JobName.PULL_VNPOST: lambda config: config.feeds.vnpost.pull_seconds,
    JobName.PULL_MY_VNPOST: lambda config: config.feeds.my_vnpost.pull_seconds,
    JobName.PULL_NATIONAL_PORTAL: lambda config: config.feeds.national_portal.pull_seconds,
    JobName.PULL_FOLDER: lambda config: config.feeds.folder.pull_seconds,
    JobName.SEND_ORDERS: lambda config: config.feeds.vnpost_orders.send_seconds,
    JobName.SEND_DIGEST: lambda config: config.digest.send_seconds,
    JobName.RECOMPUTE_DUE_DATES: lambda _: MINUTE_SECONDS,
    JobName.EXPIRE_HOLDS: lambda _: HOUR_SECONDS,
    JobName.RECONCILE: lambda config: config.schedules.reconcile_seconds,
    JobName.DAILY_ROOT: lambda _: DAY_SECONDS,
    JobName.EXAMINE_BOOKS: lambda _: DAY_SECONDS,
}
# Half a period, within these bounds: long enough for a take-over, short enough for somebody to act the same day.
LEAST_GRACE_SECONDS, MOST_GRACE_SECONDS = 120, HOUR_SECONDS
# Reading every event of every year takes its time.
_OWN_GRACE_SECONDS: Mapping[JobName, int] = {JobName.EXAMINE_BOOKS: 6 * HOUR_SECONDS}
# Whose word each of these brings or takes.
SOURCE_OF: Mapping[JobName, str] = {
    JobName.PULL_ONE_STOP: ONE_STOP,
    JobName.PULL_VNPOST: VNPOST,
    JobName.PULL_MY_VNPOST: MY_VNPOST,
    JobName.PULL_NATIONAL_PORTAL: NATIONAL_PORTAL,
    JobName.PULL_FOLDER: FOLDER,
    JobName.SEND_ORDERS: VNPOST_ORDERS,
}


def every_seconds(config: Config, job: JobName) -> int:
    return _EVERY_SECONDS[job](config)


def cadence_of(config: Config, job: JobName) -> Cadence | None:
    """None for a job that this installation does not have."""
    if job not in jobs_of(config):
        return None
    every = every_seconds(config, job)
    grace = _OWN_GRACE_SECONDS.get(job, min(max(every // 2, LEAST_GRACE_SECONDS), MOST_GRACE_SECONDS))
    return Cadence(timedelta(seconds=every), timedelta(seconds=grace))


def supervised_jobs(
    config: Config, histories: Mapping[JobName, Sequence[RunView]], now: datetime, watched_since: datetime | None
) -> dict[JobName, Supervised]:
    """Each job of this product; those that this installation does not have are off."""
    return {
        job: supervise(cadence_of(config, job), [run.seen for run in histories.get(job, ())], now, watched_since)
        for job in JobName
    }


def jobs_of(config: Config) -> list[JobName]:
    return [job for job in JobName if job not in _ONLY_WHEN or _ONLY_WHEN[job](config)]


def ask_run(session: Session, job: str, by: Desk) -> int:
    """The id of a run that the leader begins within seconds; one that waits already is not asked twice.

    Raises Refusal: bad_value.
    """
    if job not in jobs_of(by.config):
        raise Refusal(cause=Cause.BAD_VALUE, fields={"job": Cause.BAD_VALUE})
    waiting = session.scalar(select(col(JobRun.id)).where(col(JobRun.job) == job, col(JobRun.state) == RunState.ASKED))
    if waiting is not None:
        return waiting
    note_audit(session, Deed("run asked", f"job:{job}"), at=by.at, actor=by.actor.name)
    row = JobRun(
        job=job,
        slot=by.at,
        attempt=1,
        lease="",
        token=0,
        state=RunState.ASKED,
        started_at=by.at,
        started_by=by.actor.name,
    )
    session.add(row)
    session.flush()
    return row.id or 0
