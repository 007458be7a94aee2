"""The book of who did or saw what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from tracker.store.tables import AUDIT_ROW

LONGEST_SUBJECT, LONGEST_REASON = 120, 400
_INSERT = AUDIT_ROW.insert()


@dataclass(frozen=True, slots=True)
class Deed:
    """`subject` is a kind and a number (`item:EI…`); never personal data."""

    action: str
    subject: str
    reason: str = ""


def note_audit(session: Session, deed: Deed, *, at: datetime, actor: str) -> None:
    note_audits(session, [deed], at=at, actor=actor)


def note_audits(session: Session, deeds: Sequence[Deed], *, at: datetime, actor: str) -> None:
    rows = [
        {
            "at": at,
            "actor": actor,
            "action": deed.action,
            "subject": deed.subject[:LONGEST_SUBJECT],
            "reason": deed.reason[:LONGEST_REASON],
        }
        for deed in deeds
    ]
    session.execute(_INSERT, rows)
