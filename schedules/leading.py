"""The schedules' process: stands by until it leads, leads until it is told to stop."""

import logging
import os
import select
import signal
import threading
import time
from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from schedules.jobs import Job, jobs_in
from schedules.leadership import Leadership, LeaseTerms, new_holder
from schedules.runs import abandon_dead_runs
from schedules.timetable import Timetable
from tracker.config import Config
from tracker.store.engine import create_engine, transaction
from tracker.store.queries.runs import SCHEDULES_LEASE

log = logging.getLogger(__name__)

# What a person asks for begins within two of these.
TICK_SECONDS = 1.0
DRAIN_TICK_SECONDS = 0.1
LONGEST_DRAIN_SECONDS = 60.0


class Stopping:
    """What the process was told: once, to let its work end and go; twice, to go at its next safe point.

    A pipe and a number: a signal may come while this very thread holds the lock of a threading.Event.
    """

    def __init__(self) -> None:
        self._times = 0
        self._heard, self._said = os.pipe()

    def tell(self) -> None:
        self._times += 1
        os.write(self._said, b".")

    @property
    def is_told(self) -> bool:
        return self._times > 0

    @property
    def is_urgent(self) -> bool:
        return self._times > 1

    def wait(self, seconds: float) -> None:
        """Until told, or until the time is over."""
        select.select([self._heard], [], [], seconds)


def run(config: Config, jobs: Sequence[Job] | None = None) -> int:
    """Until SIGTERM or SIGINT; answers the exit code, or ends the process where a job would hold it up.

    The first signal lets running jobs end, for a minute; the second does not wait.
    """
    stopping = Stopping()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.tell())
    engine = create_engine(config.database.url, gives_up_when_frozen_seconds=config.schedules.lease_seconds)
    try:
        is_drained = keep_schedules(engine, config, jobs_in(config) if jobs is None else jobs, stopping)
    finally:
        engine.dispose()
    if not is_drained:
        # Python would wait for the job's thread. The lease is given up, so nothing it still does can be written.
        log.warning("left a job behind; it is done again by whoever leads next")
        logging.shutdown()
        os._exit(0)
    return 0


def keep_schedules(engine: Engine, config: Config, jobs: Sequence[Job], stopping: Stopping) -> bool:
    """Whether all that ran came to its end."""
    post = _Post(engine, config, jobs)
    tick_seconds = min(TICK_SECONDS, config.schedules.renew_seconds)
    while not stopping.is_told:
        post.tick()
        stopping.wait(tick_seconds)
    return post.leave(stopping)


class _Post:
    """What this process holds: the lease, and the timetable of its present term."""

    def __init__(self, engine: Engine, config: Config, jobs: Sequence[Job]) -> None:
        self._engine = engine
        self._config = config
        self._jobs = jobs
        terms = LeaseTerms(SCHEDULES_LEASE, new_holder(), config.schedules.lease_seconds)
        self._leadership = Leadership(engine, terms)
        self._timetable: Timetable | None = None
        self._keep_at = 0.0

    def tick(self) -> None:
        """A database that is away ends the term when the lease runs out; it is tried again at every tick."""
        try:
            self._keep_lease()
            self._follow_lease()
            if self._timetable is not None:
                self._timetable.pick_up_asked()
        except SQLAlchemyError as error:
            log.warning("database: %s", type(error).__name__)
            self._drop_lost_term()

    def leave(self, stopping: Stopping) -> bool:
        """Lets what runs end, keeping the lease meanwhile, then makes way at once; False when something still runs."""
        is_drained = self._timetable is None or self._drain(self._timetable, stopping)
        try:
            # Waits for the transaction that a job is in; what comes after it finds the lease gone.
            self._leadership.resign()
            if not is_drained:
                with transaction(self._engine) as session:
                    abandon_dead_runs(session)
        except SQLAlchemyError as error:
            log.warning("the lease ends by itself: %s", type(error).__name__)
        return is_drained

    def _keep_lease(self) -> None:
        if time.monotonic() >= self._keep_at:
            self._leadership.keep()
            self._keep_at = time.monotonic() + self._config.schedules.renew_seconds

    def _follow_lease(self) -> None:
        self._drop_lost_term()
        held = self._leadership.held
        if held is not None and self._timetable is None:
            timetable = Timetable(self._engine, self._config, held, self._jobs)
            timetable.start()
            self._timetable = timetable

    def _drop_lost_term(self) -> None:
        if self._timetable is not None and self._timetable.held != self._leadership.held:
            log.warning("no longer leading with token %s", self._timetable.held.token)
            self._timetable.stop(wait=False)
            self._timetable = None

    def _drain(self, timetable: Timetable, stopping: Stopping) -> bool:
        waiting = threading.Thread(target=timetable.stop, kwargs={"wait": True}, daemon=True)
        waiting.start()
        until = time.monotonic() + LONGEST_DRAIN_SECONDS
        while waiting.is_alive() and not stopping.is_urgent and time.monotonic() < until:
            waiting.join(DRAIN_TICK_SECONDS)
            try:
                self._keep_lease()
            except SQLAlchemyError as error:
                log.warning("database while draining: %s", type(error).__name__)
        return not waiting.is_alive()
