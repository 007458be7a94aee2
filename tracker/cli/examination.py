"""What the doctor looks at: each check says what it found and, where something is wrong, what to do."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tracker.actions.runs import jobs_of, supervised_jobs
from tracker.config import Config
from tracker.domain.runs import JobName
from tracker.domain.supervision import ClockFault, clock_fault
from tracker.store.engine import create_engine, durability_of, reading
from tracker.store.migrate import is_at_head
from tracker.store.queries.installation import ranges_left
from tracker.store.queries.runs import database_now, first_run_at, histories, newest_event_at, schedules_health

RUNS_LOOKED_AT = 20
CLOCK_WORDS = {
    ClockFault.APART: "this host and the database differ",
    ClockFault.BACK: "behind the newest event recorded",
}
LEAST_FREE_BYTES = 500_000_000
DURABLE = {
    "synchronous": {"FULL", "EXTRA"},
    "fsync": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write"},
}


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    is_well: bool
    found: str
    remedy: str = ""


def examine(config: Config, now: datetime) -> list[Finding]:
    engine = create_engine(config.database.url)
    try:
        return _examined(engine, config, now)
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        return [Finding("database", False, reason, "start the database, or correct database.url")]
    finally:
        engine.dispose()


def _examined(engine: Engine, config: Config, now: datetime) -> list[Finding]:
    schema = _schema(engine)
    if not schema.is_well:
        return [schema]
    jobs = [_job(engine, config, job, now) for job in jobs_of(config)]
    first = [schema, _durability(engine), _schedules(engine, now), _clocks(engine, now)]
    return [*first, *jobs, _feed(config), _numbers(engine, config), _address(config), _disk()]


def _schema(engine: Engine) -> Finding:
    at_head = is_at_head(engine)
    return Finding("schema", at_head, "newest" if at_head else "older than this program", "run `giaonhan migrate`")


def _durability(engine: Engine) -> Finding:
    reported = durability_of(engine)
    is_durable = all(reported[name] in DURABLE[name] for name in reported if name in DURABLE)
    told = ", ".join(f"{name}={value}" for name, value in reported.items())
    return Finding("durability", is_durable, told, "turn on what is off: an acknowledged scan must survive power loss")


def _schedules(engine: Engine, now: datetime) -> Finding:
    with reading(engine) as session:
        since = schedules_health(session, now).standing_still_since
    found = "running" if since is None else f"standing still since {since.isoformat(timespec='seconds')}"
    return Finding("schedules", since is None, found, "start `giaonhan schedules`")


def _clocks(engine: Engine, now: datetime) -> Finding:
    with reading(engine) as session:
        fault = clock_fault(now, database_now(session), newest_event_at(session))
    found = "agree" if fault is None else f"{CLOCK_WORDS[fault[0]]}, by {fault[1]}"
    return Finding("clocks", fault is None, found, "let NTP set the clocks of every host, the database's too")


def _job(engine: Engine, config: Config, job: JobName, now: datetime) -> Finding:
    """One that never ran is well as long as its time has not come; that nobody leads is said apart."""
    with reading(engine) as session:
        known = histories(session, [job], RUNS_LOOKED_AT)
        seen = supervised_jobs(config, known, now, first_run_at(session))[job]
    last = seen.last_success_at.isoformat(timespec="seconds") if seen.last_success_at else "never"
    found = f"{seen.state}, last good run: {last}"
    if seen.failures:
        found += f", failed since: {seen.failures}"
    return Finding(f"job {job}", not seen.needs_person, found, f"see why at /dieu-hanh/tac-vu?job={job}")


def _feed(config: Config) -> Finding:
    feed = config.feeds.one_stop
    missing = [name for name in ("base_url", "username", "password") if not getattr(feed, name)]
    found = f"{feed.kind} at {feed.base_url}" if not missing else f"not set: {', '.join(missing)}"
    return Finding("one-stop feed", not missing, found, "set feeds.one_stop (the password in the environment)")


def _numbers(engine: Engine, config: Config) -> Finding:
    """A range that runs low is told before a desk finds it used up."""
    percent = config.numbers.low_water_percent
    with reading(engine) as session:
        ranges = ranges_left(session, percent)
    low = [f"{one.office}: {one.left} left of {one.prefix}" for one in ranges if one.is_low]
    found = "; ".join(low) or f"{len(ranges)} ranges, none at its last {percent} %"
    return Finding("item numbers", not low, found, "grant those offices a further range")


def _address(config: Config) -> Finding:
    host = urlsplit(config.public.base_url).hostname or ""
    is_local = host in {"127.0.0.1", "localhost", "::1"}
    remedy = "set public.base_url to the address citizens can reach: it stands on every label"
    return Finding("public address", not is_local, config.public.base_url, remedy)


def _disk() -> Finding:
    free = shutil.disk_usage(".").free
    return Finding("disk", free > LEAST_FREE_BYTES, f"{free // 1_000_000} MB free", "free some space")
