"""Sends the day's digests: a short transaction, a mail, a short transaction, recipient by recipient."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time as clock_time
from email.message import EmailMessage

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.mail import MailError, post_mail
from schedules.runs import Run, RunEnd, RunResult, finish_run, hold_fence
from tracker.actions.digests import (
    MailCall,
    addresses_of,
    claim_mail,
    enter_digests,
    note_mail_answer,
    note_no_mail_answer,
)
from tracker.actions.runs import jobs_of, supervised_jobs
from tracker.config import Config
from tracker.digest_mail import DigestFacts, digest_message
from tracker.domain.digest import DigestState
from tracker.domain.runs import RunOutcome
from tracker.domain.supervision import FAILURES_BORNE_WHEN_OFTEN
from tracker.store.engine import reading, transaction
from tracker.store.queries.ages import discrepancies_by_kind_and_age
from tracker.store.queries.board import Moment, figures
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.digest import (
    WaitingMail,
    overseer_of,
    silent_by_office,
    waiting_mails,
)
from tracker.store.queries.runs import first_run_at, histories, schedules_health

# One asked for, one running, and enough of those that ended.
RUNS_LOOKED_AT = FAILURES_BORNE_WHEN_OFTEN + 3
MIDNIGHT = clock_time()


class UnknownOfficeError(ValueError):
    """The message names the office's code."""


@dataclass(slots=True)
class _Tally:
    counts: Counter[str] = field(default_factory=lambda: Counter(rows=0, entered=0, sent=0, refused=0, waiting=0))
    fault: str = ""

    @property
    def outcome(self) -> RunOutcome:
        if self.fault:
            return RunOutcome.UNREACHABLE
        troubles = ("refused", "waiting", "unknown_office")
        return RunOutcome.PARTIAL if any(self.counts[one] for one in troubles) else RunOutcome.COMPLETE


def send_digest(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """Killed anywhere it is simply run again: what a server acknowledged and we noted is not sent any more."""
    return _send(engine, config, (run, now), config.digest.at)


def send_digest_early(engine: Engine, config: Config, run: Run, now: datetime) -> RunResult:
    """Before the hour too, because a person asks for it; on a working day all the same."""
    return _send(engine, config, (run, now), MIDNIGHT)


def digest_facts(session: Session, config: Config, office: str, now: datetime) -> DigestFacts:
    """What its supervisor's board shows at that moment. Raises UnknownOfficeError."""
    found = office_by_code(session, office)
    if found is None:
        raise UnknownOfficeError(f"no office has the code {office}")
    reader, moment = overseer_of(found), Moment(now, config.office.local_date(now))
    known = histories(session, jobs_of(config), RUNS_LOOKED_AT)
    jobs = supervised_jobs(config, known, now, first_run_at(session))
    health = schedules_health(session, now)
    return DigestFacts(
        office=found.name,
        at=now,
        numbers=figures(session, reader, moment),
        silent=silent_by_office(session, reader, now),
        kinds=discrepancies_by_kind_and_age(session, reader, now),
        feeds=health.feeds,
        stuck={job: seen for job, seen in jobs.items() if seen.needs_person},
        is_running=health.is_running,
    )


def _send(engine: Engine, config: Config, of: tuple[Run, datetime], since: clock_time) -> RunResult:
    run, now = of
    tally = _Tally()
    with _fenced(engine, run) as session:
        entered = enter_digests(session, config, at=now, since=since)
    tally.counts.update(entered=entered.mails, unknown_office=entered.unknown)
    addresses = addresses_of(config.digest.recipients)
    # Of a slow server too the run is over before the next is due: what is left goes with that one.
    until = time.monotonic() + config.digest.send_seconds
    for mail in _waiting(engine, config, now):
        address = addresses.get((mail.office, mail.recipient))
        if address is not None:
            _post(engine, config, of, (mail, address), tally)
        if tally.fault or time.monotonic() > until:
            break
    with _fenced(engine, run) as session:
        return finish_run(session, run, RunEnd(tally.outcome, tally.counts, tally.fault))


def _waiting(engine: Engine, config: Config, now: datetime) -> list[WaitingMail]:
    with reading(engine) as session:
        return waiting_mails(session, config.office.local_date(now))


def _post(engine: Engine, config: Config, of: tuple[Run, datetime], to: tuple[WaitingMail, str], tally: _Tally) -> None:
    """The server is down for all or for none: with the first mail that it takes from nobody the run ends."""
    (run, now), (mail, address) = of, to
    day = config.office.local_date(now)
    with reading(engine) as session:
        facts = digest_facts(session, config, mail.office, now)
    with _fenced(engine, run) as session:
        call = claim_mail(session, mail.office_id, day, mail.recipient, at=now)
    if call is None:
        return
    try:
        code = post_mail(config.mail, address, _addressed(digest_message(facts, config, call.message_id), address))
    except MailError as error:
        _note_fault(engine, run, (call, error.fault), tally)
        return
    with _fenced(engine, run) as session:
        state = note_mail_answer(session, call, code, at=now)
    tally.counts.update(rows=1, **{state.value: 1})


def _addressed(message: EmailMessage, address: str) -> EmailMessage:
    message["To"] = address
    return message


def _note_fault(engine: Engine, run: Run, told: tuple[MailCall, str], tally: _Tally) -> None:
    call, tally.fault = told
    with _fenced(engine, run) as session:
        note_no_mail_answer(session, call, tally.fault)
    tally.counts.update(rows=1, **{DigestState.WAITING.value: 1})


@contextmanager
def _fenced(engine: Engine, run: Run) -> Iterator[Session]:
    with transaction(engine) as session:
        hold_fence(session, run)
        yield session
