"""Making a root: one hash that fixes everything recorded so far."""

from datetime import date, datetime

from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.domain.merkle import merkle_root
from tracker.store.queries.roots import StoredRoot, changed_chains, keep_root, newest_root


def make_root(session: Session, *, at: datetime, day: date, actor: str) -> StoredRoot:
    """Over all chains that changed since the last one; a quiet day's root holds the previous root alone."""
    before = newest_root(session)
    leaves = changed_chains(session)
    previous = before.root if before else None
    # A clock that was set back never gives a day a second first root.
    day = max(day, before.day) if before else day
    new = StoredRoot(
        number=before.number + 1 if before else 1,
        day=day,
        of_day=before.of_day + 1 if before and before.day == day else 1,
        made_at=at,
        made_by=actor,
        previous=previous,
        root=merkle_root(previous, leaves),
        size=len(leaves),
    )
    keep_root(session, new, leaves)
    note_audit(session, Deed("root made", f"root:{new.number}"), at=at, actor=actor)
    return new


def make_daily_root(session: Session, *, at: datetime, day: date, actor: str) -> StoredRoot | None:
    """None when the day has its root already."""
    before = newest_root(session)
    if before is not None and before.day >= day:
        return None
    return make_root(session, at=at, day=day, actor=actor)
