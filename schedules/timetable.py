"""When jobs run while this process leads. The only importer of apscheduler."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from schedules.jobs import Job, carry_out, jobs_in, slot_of
from schedules.leadership import Held, LeaseLostError
from schedules.runs import OverlapError, RunClaim, SlotDoneError, abandon_dead_runs, start_asked_run, start_run
from tracker.config import Config
from tracker.store.engine import reading, transaction
from tracker.store.queries.runs import asked_runs

log = logging.getLogger(__name__)

MISFIRE_GRACE_SECONDS = 30


class Timetable:
    """The jobs of one term of leadership: every run claims its slot under that term's token."""

    def __init__(self, engine: Engine, config: Config, held: Held) -> None:
        self.held = held
        self._engine = engine
        self._config = config
        self._jobs = jobs_in(config)
        # One thread more than jobs, so that what a person asks for need not wait for another job.
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(self._jobs) + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
            timezone=ZoneInfo(config.office.zone),
        )

    def start(self) -> None:
        """Runs every job at once, one after the other: whatever went undone before this term is then made up for."""
        with transaction(self._engine) as session:
            abandoned = abandon_dead_runs(session)
        log.info("leading with token %s, %s runs abandoned", self.held.token, abandoned)
        for job in self._jobs:
            self._scheduler.add_job(
                self._run, "interval", args=[job], id=job.name, seconds=job.every_seconds(self._config)
            )
        self._scheduler.add_job(self._catch_up, id="catch up")
        self._scheduler.start()

    def stop(self, *, wait: bool) -> None:
        """Waits for what runs, or not: a run whose lease is lost can write no more anyway."""
        self._scheduler.shutdown(wait=wait)

    def pick_up_asked(self) -> None:
        """Hands what people asked for to a thread; what cannot begin yet is found again at the next tick."""
        with reading(self._engine) as session:
            waiting = asked_runs(session)
        for asked in waiting:
            job_id = f"asked {asked.id}"
            if self._scheduler.get_job(job_id) is None:
                self._scheduler.add_job(self._run_asked, args=[asked.id], id=job_id)

    def _catch_up(self) -> None:
        for job in self._jobs:
            try:
                # The former leader may have done this very slot, but not what came after it.
                self._begin(replace(self._claim(job), is_once=False))
            except Exception:
                log.exception("%s broke while catching up", job.name)

    def _run(self, job: Job) -> None:
        self._begin(self._claim(job))

    def _claim(self, job: Job) -> RunClaim:
        return RunClaim(job.name, slot_of(datetime.now(UTC), job.every_seconds(self._config)), self.held)

    def _begin(self, claim: RunClaim) -> None:
        try:
            with transaction(self._engine) as session:
                run = start_run(session, claim)
        except (OverlapError, SlotDoneError, LeaseLostError) as reason:
            log.info("%s not begun: %s", claim.job, reason)
            return
        result = carry_out(self._engine, self._config, run, datetime.now(UTC))
        log.info("%s", result.words())

    def _run_asked(self, run_id: int) -> None:
        with transaction(self._engine) as session:
            run = start_asked_run(session, run_id, self.held)
        if run is not None:
            carry_out(self._engine, self._config, run, datetime.now(UTC))
