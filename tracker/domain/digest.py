"""The day's digest by mail: when it is due, who it goes to, which mail it is, and what an answer means for it."""

from datetime import date, datetime, time
from enum import StrEnum
from hashlib import sha256

from tracker.domain.working_time import WorkCalendar

PERMANENT = 500  # an answer of a mail server from here on is a refusal for good
LONGEST_FINGERPRINT = 32


class DigestState(StrEnum):
    """`missed`: its day was over before a server took it."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    MISSED = "missed"


class MailFault(StrEnum):
    """Why a mail server took nothing from anybody. An answer that is a number bears `smtp_` before it instead."""

    DOWN = "mail_down"
    TIMEOUT = "mail_timeout"
    CUT = "mail_cut"
    NO_TLS = "mail_no_tls"
    SIGN_IN = "mail_sign_in"


SMTP_FAULT = "smtp_"


def is_due(calendar: WorkCalendar, at: time, now: datetime) -> bool:
    """On a working day of the office, from `at` on until midnight."""
    return calendar.is_working_day(calendar.local_date(now)) and now.astimezone(calendar.zone).time() >= at


def fingerprint(address: str) -> str:
    """By which the books know a recipient: an address itself does not stand in them."""
    return sha256(address.casefold().encode()).hexdigest()[:LONGEST_FINGERPRINT]


def message_id(office: str, day: date, recipient: str, sender: str) -> str:
    """The same for the same mail, also from books restored from a backup; `recipient` is a fingerprint."""
    name = sha256(f"{office} {day.isoformat()} {recipient}".encode()).hexdigest()[:24]
    return f"<digest.{day:%Y%m%d}.{name}@{sender.rpartition('@')[2]}>"


def state_after(code: int) -> DigestState:
    """What a server's answer about one recipient means: for good, or until the next try."""
    if 200 <= code < 300:
        return DigestState.SENT
    return DigestState.REFUSED if code >= PERMANENT else DigestState.WAITING
