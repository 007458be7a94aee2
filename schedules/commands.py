"""What the command line runs by hand: under a lease of its own, so that it and the leader never overlap."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from email.message import EmailMessage

from sqlalchemy import Engine

from schedules.digests import digest_facts, send_digest_early
from schedules.jobs import Work, carry_out
from schedules.leadership import (
    BY_HAND,
    Held,
    LeaseTerms,
    forget_expired_by_hand,
    give_up_lease,
    new_holder,
    renew_lease,
    take_lease,
)
from schedules.reconciliation.explaining import Explanation, explain
from schedules.reconciliation.replay import Replayed, replay
from schedules.reconciliation.run import reconcile, reconcile_changed, reconcile_dry
from schedules.roots import further_root
from schedules.runs import OverlapError, Run, RunClaim, RunResult, start_run
from tracker.actions.runs import jobs_of
from tracker.config import Config
from tracker.digest_mail import digest_message
from tracker.domain.runs import JobName
from tracker.store.engine import create_engine, reading, transaction
from tracker.store.queries.claims import FOLDER, MY_VNPOST, NATIONAL_PORTAL, ONE_STOP, VNPOST

FEEDS = {
    ONE_STOP: JobName.PULL_ONE_STOP,
    VNPOST: JobName.PULL_VNPOST,
    MY_VNPOST: JobName.PULL_MY_VNPOST,
    NATIONAL_PORTAL: JobName.PULL_NATIONAL_PORTAL,
    FOLDER: JobName.PULL_FOLDER,
}
STARTED_BY = "command line"
LEASE_SECONDS = 15.0
RENEW_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 60.0
TRY_AGAIN_SECONDS = 0.25


NOT_SENT = "<not-sent@localhost>"


class UnknownFeedError(ValueError):
    """The message names the feed and those there are."""


def pull_now(config: Config, feed: str, now: datetime) -> RunResult:
    """Raises UnknownFeedError, and OverlapError when a pull still runs after a minute."""
    if feed not in FEEDS:
        raise UnknownFeedError(f"no feed is called {feed}; there are: {', '.join(FEEDS)}")
    if FEEDS[feed] not in jobs_of(config):
        raise UnknownFeedError(f"feed {feed} is off: feeds.{feed} of the configuration says not where it is")
    return _run_by_hand(config, FEEDS[feed], now)


def reconcile_now(config: Config, now: datetime, *, only_changed: bool = False) -> RunResult:
    """Raises OverlapError when one still runs after a minute."""
    return _run_by_hand(config, JobName.RECONCILE, now, reconcile_changed if only_changed else reconcile)


def reconcile_dry_now(config: Config, now: datetime) -> RunResult:
    """Waits for no other."""
    engine = create_engine(config.database.url)
    try:
        return reconcile_dry(engine, config, now)
    finally:
        engine.dispose()


def explain_now(config: Config, number: str, now: datetime) -> Explanation | None:
    """What the decision table says of one dossier; None for an unknown number."""
    engine = create_engine(config.database.url)
    try:
        return explain(engine, config, number, now)
    finally:
        engine.dispose()


def replay_now(config: Config, on: date, days: int, changes: str = "") -> Replayed:
    """What a past period's days would have opened; writes nothing."""
    engine = create_engine(config.database.url)
    try:
        return replay(engine, config, on, days, changes)
    finally:
        engine.dispose()


def make_root_now(config: Config, now: datetime) -> RunResult:
    """Raises OverlapError when another is still being made after a minute."""
    return _run_by_hand(config, JobName.DAILY_ROOT, now, further_root)


def expire_holds_now(config: Config, now: datetime) -> RunResult:
    """Raises OverlapError when one still runs after a minute."""
    return _run_by_hand(config, JobName.EXPIRE_HOLDS, now)


def send_orders_now(config: Config, now: datetime) -> RunResult:
    """Raises UnknownFeedError, and OverlapError when one still runs after a minute."""
    if JobName.SEND_ORDERS not in jobs_of(config):
        raise UnknownFeedError("orders to the post are off: feeds.vnpost_orders of the configuration has no addresses")
    return _run_by_hand(config, JobName.SEND_ORDERS, now)


def send_digest_now(config: Config, now: datetime) -> RunResult:
    """Raises UnknownFeedError, and OverlapError when one still runs after a minute."""
    if JobName.SEND_DIGEST not in jobs_of(config):
        raise UnknownFeedError("the daily digest is off: digest.recipients of the configuration names nobody")
    return _run_by_hand(config, JobName.SEND_DIGEST, now, send_digest_early)


def digest_now(config: Config, office: str, now: datetime) -> EmailMessage:
    """What would be sent of that office, to nobody. Raises UnknownOfficeError."""
    engine = create_engine(config.database.url)
    try:
        with reading(engine) as session:
            return digest_message(digest_facts(session, config, office, now), config, NOT_SENT)
    finally:
        engine.dispose()


def _run_by_hand(config: Config, job: JobName, now: datetime, work: Work | None = None) -> RunResult:
    engine = create_engine(config.database.url)
    try:
        with _lease_by_hand(engine) as held:
            claim = RunClaim(job, now, held, started_by=STARTED_BY, is_once=False)
            return carry_out(engine, config, _started_when_free(engine, claim), now, work)
    finally:
        engine.dispose()


def _started_when_free(engine: Engine, claim: RunClaim) -> Run:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while True:
        try:
            with transaction(engine) as session:
                return start_run(session, claim)
        except OverlapError:
            if time.monotonic() >= until:
                raise
        time.sleep(TRY_AGAIN_SECONDS)


@contextmanager
def _lease_by_hand(engine: Engine) -> Iterator[Held]:
    """Renewed by a thread for as long as the block lasts; a killed command frees its job within seconds."""
    terms = LeaseTerms(BY_HAND + secrets.token_hex(6), new_holder(), LEASE_SECONDS)
    with transaction(engine) as session:
        forget_expired_by_hand(session)
        held = take_lease(session, terms)
    if held is None:
        raise OverlapError(f"{terms.name} is taken")
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(engine, held, stop), daemon=True)
    keeper.start()
    try:
        yield held
    finally:
        stop.set()
        keeper.join()
        with transaction(engine) as session:
            give_up_lease(session, held)


def _keep(engine: Engine, held: Held, stop: threading.Event) -> None:
    while not stop.wait(RENEW_SECONDS):
        with transaction(engine) as session:
            renew_lease(session, held, LEASE_SECONDS)
