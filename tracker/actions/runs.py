"""What people ask of the schedules."""

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.config import Config
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.runs import JobName, RunState
from tracker.store.models import JobRun

# Jobs that there are only where an installation has the outside system they ask; all others always run.
_ONLY_WHEN: Mapping[JobName, Callable[[Config], bool]] = {
    JobName.PULL_VNPOST: lambda config: config.feeds.vnpost.is_on,
    JobName.PULL_NATIONAL_PORTAL: lambda config: config.feeds.national_portal.is_on,
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
