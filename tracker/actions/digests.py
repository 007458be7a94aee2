"""The outbox of daily digests: what is due is entered and claimed before a mail goes, and its answer noted after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlmodel import Session, col

from tracker.config import Config
from tracker.domain.digest import DigestState, fingerprint, is_due, message_id, state_after
from tracker.mail_settings import DigestRecipient
from tracker.store.models import DigestMail, Office
from tracker.store.queries.calendar import Calendars

LONGEST_FAULT = 40


@dataclass(frozen=True, slots=True)
class Entered:
    """How many mails came into the outbox, and how many recipients belong to an office that nobody knows."""

    mails: int
    unknown: int


@dataclass(frozen=True, slots=True)
class MailCall:
    """One mail that is to be sent now."""

    office_id: int
    day: date
    recipient: str
    message_id: str


def enter_digests(session: Session, config: Config, *, at: datetime, since: time) -> Entered:
    """One mail a recipient for each office whose working day it is, from `since` on. Yesterday's are given up."""
    today = config.office.local_date(at)
    mail = DigestMail
    session.execute(
        update(mail)
        .where(col(mail.state) == DigestState.WAITING, col(mail.day) < today)
        .values(state=DigestState.MISSED)
    )
    offices = {office.code: office for office in session.scalars(select(Office))}
    known = [one for one in config.digest.recipients if one.office in offices]
    calendars = Calendars(session, config.office)
    due = [one for one in known if is_due(calendars.of(offices[one.office].id), since, at)]
    there = set(session.execute(select(col(mail.office_id), col(mail.recipient)).where(col(mail.day) == today)).all())
    new = {(offices[one.office].id or 0, fingerprint(one.address)): one for one in due}
    rows = [_row(key, one, config, at) for key, one in new.items() if key not in there]
    session.add_all(rows)
    return Entered(len(rows), len(config.digest.recipients) - len(known))


def _row(key: tuple[int, str], one: DigestRecipient, config: Config, at: datetime) -> DigestMail:
    office_id, recipient = key
    day = config.office.local_date(at)
    return DigestMail(
        office_id=office_id,
        day=day,
        recipient=recipient,
        message_id=message_id(one.office, day, recipient, config.mail.sender),
        state=DigestState.WAITING,
        created_at=at,
    )


def addresses_of(recipients: Iterable[DigestRecipient]) -> dict[tuple[str, str], str]:
    """By office and fingerprint. Personal data: for the envelope of a mail and nothing else."""
    return {(one.office, fingerprint(one.address)): one.address for one in recipients}


def claim_mail(session: Session, office_id: int, day: date, recipient: str, *, at: datetime) -> MailCall | None:
    """Noted as tried before a server can hear of it; None when it went or was given up in the meantime."""
    mail = session.get_one(DigestMail, (office_id, day, recipient), with_for_update=True)
    if mail.state != DigestState.WAITING:
        return None
    mail.attempts, mail.tried_at = mail.attempts + 1, at
    return MailCall(office_id, day, recipient, mail.message_id)


def note_mail_answer(session: Session, call: MailCall, code: int, *, at: datetime) -> DigestState:
    """`code` is the server's number about this recipient; its words may name people and are not kept."""
    mail = _mail(session, call)
    mail.state = state = state_after(code)
    mail.code, mail.fault, mail.answered_at = code, "", at
    return state


def note_no_mail_answer(session: Session, call: MailCall, fault: str) -> None:
    """The server may have taken it or not: it stays due, under the same Message-ID."""
    _mail(session, call).fault = fault[:LONGEST_FAULT]


def _mail(session: Session, call: MailCall) -> DigestMail:
    return session.get_one(DigestMail, (call.office_id, call.day, call.recipient), with_for_update=True)
