"""The schedules' process: stands by until it leads, leads until it is told to stop."""

import logging
import signal
import threading
import time

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from schedules.leadership import Leadership, LeaseTerms, new_holder
from schedules.timetable import Timetable
from tracker.config import Config
from tracker.store.engine import create_engine
from tracker.store.queries.runs import SCHEDULES_LEASE

log = logging.getLogger(__name__)

# What a person asks for begins within two of these.
TICK_SECONDS = 1.0
LONGEST_DRAIN_SECONDS = 60.0


def run(config: Config) -> int:
    """Until SIGTERM or SIGINT, which let running jobs end; answers the exit code."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    engine = create_engine(config.database.url)
    try:
        keep_schedules(engine, config, stop)
    finally:
        engine.dispose()
    return 0


def keep_schedules(engine: Engine, config: Config, stop: threading.Event) -> None:
    terms = LeaseTerms(SCHEDULES_LEASE, new_holder(), config.schedules.lease_seconds)
    post = _Post(engine, config, Leadership(engine, terms))
    while not stop.is_set():
        post.tick()
        stop.wait(TICK_SECONDS)
    post.leave()


class _Post:
    """What this process holds: the lease, and the timetable of its present term."""

    def __init__(self, engine: Engine, config: Config, leadership: Leadership) -> None:
        self._engine = engine
        self._config = config
        self._leadership = leadership
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

    def leave(self) -> None:
        """Lets what runs end, keeping the lease meanwhile, then makes way at once."""
        if self._timetable is not None:
            self._drain(self._timetable)
        try:
            self._leadership.resign()
        except SQLAlchemyError as error:
            log.warning("the lease ends by itself: %s", type(error).__name__)

    def _keep_lease(self) -> None:
        if time.monotonic() >= self._keep_at:
            self._leadership.keep()
            self._keep_at = time.monotonic() + self._config.schedules.renew_seconds

    def _follow_lease(self) -> None:
        self._drop_lost_term()
        held = self._leadership.held
        if held is not None and self._timetable is None:
            timetable = Timetable(self._engine, self._config, held)
            timetable.start()
            self._timetable = timetable

    def _drop_lost_term(self) -> None:
        if self._timetable is not None and self._timetable.held != self._leadership.held:
            log.warning("no longer leading with token %s", self._timetable.held.token)
            self._timetable.stop(wait=False)
            self._timetable = None

    def _drain(self, timetable: Timetable) -> None:
        waiting = threading.Thread(target=timetable.stop, kwargs={"wait": True}, daemon=True)
        waiting.start()
        until = time.monotonic() + LONGEST_DRAIN_SECONDS
        while waiting.is_alive() and time.monotonic() < until:
            waiting.join(TICK_SECONDS)
            try:
                self._keep_lease()
            except SQLAlchemyError as error:
                log.warning("database while draining: %s", type(error).__name__)
