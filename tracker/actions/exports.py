"""Files that leave the house: noted, and not without end."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.store.tables import ACCOUNT, AUDIT_ROW

EXPORTED = "list exported"
WINDOW = timedelta(hours=1)


class ExportLimited(Exception):
    """One person has taken as many files as an hour allows; after `seconds` the next one may go."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def refuse_too_many(session: Session, by: Desk) -> None:
    """Raises ExportLimited. Counted in the audit book, so that every process and a restart count alike."""
    taken, first_at = session.execute(
        select(func.count(), func.min(AUDIT_ROW.c.at)).where(
            AUDIT_ROW.c.at > by.at - WINDOW, AUDIT_ROW.c.actor == by.actor.name, AUDIT_ROW.c.action == EXPORTED
        )
    ).one()
    if taken >= by.config.exports.most_an_hour:
        raise ExportLimited(int((first_at + WINDOW - by.at).total_seconds()) + 1)


def note_export(session: Session, name: str, rows: int, by: Desk) -> None:
    """`name` is the list's with its format; which rows they were follows from the instant and the list's address.

    One person's files are counted one after the other, so that two at the same moment are two. Raises ExportLimited.
    """
    session.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.name == by.actor.name).with_for_update())
    refuse_too_many(session, by)
    note_audit(session, Deed(EXPORTED, f"list:{name}", f"{rows} rows"), at=by.at, actor=by.actor.name)
