"""What stands still, for the strip that every staff page then bears: schedules, clocks, feeds and single jobs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from tracker.actions.runs import SOURCE_OF, jobs_of, supervised_jobs
from tracker.domain.runs import JobName
from tracker.domain.supervision import FAILURES_BORNE_WHEN_OFTEN, ClockFault, JobState, Supervised, clock_fault
from tracker.domain.vocabulary import Role
from tracker.store.engine import reading
from tracker.store.queries.runs import (
    SchedulesHealth,
    database_now,
    first_run_at,
    histories,
    newest_event_at,
    schedules_health,
)
from tracker.web.access import actor
from tracker.web.formats import moment
from tracker.web.house import house
from tracker.web.language import gettext

# Who can do something about one job; everybody else is told of what their own pages rest on.
OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMIN})
# Enough to know whether more fail than is borne: one asked for, one running, and those that ended.
RUNS_LOOKED_AT = FAILURES_BORNE_WHEN_OFTEN + 3


@dataclass(frozen=True, slots=True)
class Matter:
    """One line of the strip: what stands still, and what to do about it."""

    words: str
    next_step: str
    leads_to_jobs: bool = False


def health_now() -> SchedulesHealth:
    """By the database's clock: leases and runs are written by it."""
    with reading(house().engine) as session:
        return _health(session, database_now(session))


def _health(session: Session, now: datetime) -> SchedulesHealth:
    known = histories(session, jobs_of(house().config), RUNS_LOOKED_AT)
    jobs = supervised_jobs(house().config, known, now, first_run_at(session))
    return replace(schedules_health(session, now), jobs=jobs)


def standstill() -> list[Matter]:
    """Empty while everything runs."""
    with reading(house().engine) as session:
        # The machine's own clock, read beside the database's: what is asked is whether it is right.
        now, here = database_now(session), datetime.now(UTC)
        health, newest = _health(session, now), newest_event_at(session)
    fault = clock_fault(here, now, newest)
    of_clocks = [clock_words(*fault)] if fault else []
    return [*of_clocks, *_schedules_matters(health, is_overseer=actor().role in OVERSEERS)]


def clock_words(fault: ClockFault, by: timedelta) -> Matter:
    words = gettext(f"standstill.clock_{fault}", minutes=round(by.total_seconds() / 60))
    return Matter(words, gettext("standstill.next_clock"))


def _schedules_matters(health: SchedulesHealth, *, is_overseer: bool) -> Iterator[Matter]:
    """While nobody leads, every job is silent: that is said once."""
    if not health.is_running:
        since = health.standing_still_since
        words = gettext("standstill.since", moment=moment(since)) if since else gettext("standstill.never")
        yield Matter(words, gettext("standstill.next_start") if is_overseer else gettext("standstill.next_staff"))
        return
    for job, seen in health.jobs.items():
        if seen.needs_person and is_overseer:
            yield Matter(_words_of(job, seen, health), gettext("standstill.next_job"), leads_to_jobs=True)
        elif seen.needs_person and job in SOURCE_OF:
            yield Matter(_words_of(job, seen, health), gettext("standstill.next_staff"))


def _words_of(job: JobName, seen: Supervised, health: SchedulesHealth) -> str:
    source = SOURCE_OF.get(job)
    failing_since = next((feed.failing_since for feed in health.feeds if feed.source == source), None)
    if seen.state is not JobState.DOWN and failing_since is not None:
        return gettext("standstill.feed", source=gettext(f"feed.{source}"), moment=moment(failing_since))
    return job_words_of(gettext(f"job.{job}"), seen)


def job_words_of(job: str, seen: Supervised) -> str:
    """Why a job needs a person."""
    if seen.silent_since is not None:
        kind = "stuck" if seen.running_since is not None else "down"
        return gettext(f"standstill.job_{kind}", job=job, moment=moment(seen.silent_since))
    if seen.last_success_at is None:
        return gettext("standstill.job_failed_always", job=job, times=seen.failures)
    return gettext("standstill.job_failed", job=job, times=seen.failures, moment=moment(seen.last_success_at))
