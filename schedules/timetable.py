"""When jobs run while this process leads. The only importer of apscheduler."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from schedules.jobs import Job, carry_out
from schedules.leadership import Held, LeaseLostError
from schedules.runs import OverlapError, RunClaim, SlotDoneError, abandon_dead_runs, start_asked_run, start_run
from tracker.actions.runs import every_seconds
from tracker.config import Config
from tracker.domain.supervision import slot_of
from tracker.store.engine import reading, transaction
from tracker.store.queries.runs import asked_runs

log = logging.getLogger(__name__)

MISFIRE_GRACE_SECONDS = 30
# A slot that began while the job ran by hand is not left out: it is tried again until it is done.
TRY_AGAIN_SECONDS = 5


class Timetable:
    """The jobs of one term of leadership: every run claims its slot under that term's token."""

    def __init__(self, engine: Engine, config: Config, held: Held, jobs: Sequence[Job]) -> None:
        self.held = held
        self._engine = engine
        self._config = config
        self._jobs = jobs
        # One thread more than jobs, so that what a person asks for need not wait for another job.
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(self._jobs) + 1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
            timezone=ZoneInfo(config.office.zone),
        )

    def start(self) -> None:
        """At once, one after the other, the slots that nobody has done; then every slot as it begins."""
        with transaction(self._engine) as session:
            abandoned = abandon_dead_runs(session)
        log.info("leading with token %s, %s runs abandoned", self.held.token, abandoned)
        now = datetime.now(UTC)
        for job in self._jobs:
            every = every_seconds(self._config, job.name)
            begins_at = slot_of(now, every) + timedelta(seconds=every)
            self._scheduler.add_job(self._run, "interval", args=[job], id=job.name, seconds=every, start_date=begins_at)
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
                self._run(job)
            except Exception:
                log.exception("%s broke while catching up", job.name)

    def _run(self, job: Job) -> None:
        slot = slot_of(datetime.now(UTC), every_seconds(self._config, job.name))
        try:
            with transaction(self._engine) as session:
                run = start_run(session, RunClaim(job.name, slot, self.held))
        except OverlapError as reason:
            log.info("%s not begun yet: %s", job.name, reason)
            self._try_again(job)
            return
        except (SlotDoneError, LeaseLostError) as reason:
            log.info("%s not begun: %s", job.name, reason)
            return
        result = carry_out(self._engine, self._config, run, datetime.now(UTC), job.work)
        log.info("%s", result.words())

    def _try_again(self, job: Job) -> None:
        at = datetime.now(UTC) + timedelta(seconds=TRY_AGAIN_SECONDS)
        again = f"again {job.name}"
        self._scheduler.add_job(self._run, "date", run_date=at, args=[job], id=again, replace_existing=True)

    def _run_asked(self, run_id: int) -> None:
        with transaction(self._engine) as session:
            run = start_asked_run(session, run_id, self.held)
        if run is not None:
            work = next((job.work for job in self._jobs if job.name is run.job), None)
            carry_out(self._engine, self._config, run, datetime.now(UTC), work)
