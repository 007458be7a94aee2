"""How far reconciliation came: written with its findings, so that a run that dies is done again as if it never was."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, update
from sqlmodel import Session

from tracker.store.queries.changes import Stretch
from tracker.store.tables import CHANGED_DOSSIER, GRACE_END, RECONCILED

_STRETCHES_AT_ONCE = 200


def keep_graces(session: Session, dossier_ids: Sequence[int], ends: Mapping[int, datetime]) -> None:
    """In place of what was kept of these dossiers; of those without an end nothing is."""
    session.execute(delete(GRACE_END).where(GRACE_END.c.dossier_id.in_(dossier_ids)))
    rows = [{"dossier_id": one, "ends_at": ends[one]} for one in dossier_ids if one in ends]
    if rows:
        session.execute(insert(GRACE_END), rows)


def forget_graces(session: Session) -> None:
    """All of them, before they are written anew; until `note_reconciled` the next run looks at everything."""
    session.execute(delete(GRACE_END))
    session.execute(update(RECONCILED).values(terms=""))


def forget_changes(session: Session, stretches: Sequence[Stretch]) -> None:
    """Exactly the rows that were read: one with a smaller id may have been committed since."""
    for start in range(0, len(stretches), _STRETCHES_AT_ONCE):
        some = stretches[start : start + _STRETCHES_AT_ONCE]
        within = [and_(CHANGED_DOSSIER.c.id >= first, CHANGED_DOSSIER.c.id <= last) for first, last in some]
        session.execute(delete(CHANGED_DOSSIER).where(or_(*within)))


def note_reconciled(session: Session, *, looked_at: datetime, whole_at: datetime, terms: str) -> None:
    session.execute(delete(RECONCILED))
    session.execute(insert(RECONCILED).values(id=1, looked_at=looked_at, whole_at=whole_at, terms=terms))
