"""The book of who did or saw what."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from tracker.store.tables import AUDIT_ROW

LONGEST_SUBJECT, LONGEST_REASON = 120, 400


@dataclass(frozen=True, slots=True)
class Deed:
    """`subject` is a kind and a number (`item:EI…`); never personal data."""

    action: str
    subject: str
    reason: str = ""


def note_audit(session: Session, deed: Deed, *, at: datetime, actor: str) -> None:
    row = {
        "at": at,
        "actor": actor,
        "action": deed.action,
        "subject": deed.subject[:LONGEST_SUBJECT],
        "reason": deed.reason[:LONGEST_REASON],
    }
    session.execute(AUDIT_ROW.insert(), row)
