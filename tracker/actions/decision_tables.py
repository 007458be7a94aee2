"""Which versions of the decision table judged these books; none of them changes silently."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session

from tracker.store.insert import insert_if_absent
from tracker.store.tables import DECISION_TABLE


@dataclass(frozen=True, slots=True)
class KeptTable:
    """`rows` is canonical JSON of everything that decides."""

    version: int
    in_force_from: date
    rows: str

    @property
    def hash(self) -> str:
        return sha256(self.rows.encode()).hexdigest()


class TableChangedError(ValueError):
    """A version that already judged was edited: a change is another version with its own day of effect."""


def keep_table(session: Session, table: KeptTable, *, at: datetime) -> None:
    """Once per version, on its first use. Raises TableChangedError for a known version with other rows."""
    known = session.scalar(select(DECISION_TABLE.c.hash).where(DECISION_TABLE.c.version == table.version))
    if known is None:
        row = {
            "version": table.version,
            "in_force_from": table.in_force_from,
            "first_used_at": at,
            "rows": table.rows,
            "hash": table.hash,
        }
        insert_if_absent(session, DECISION_TABLE, row)
        return
    if known != table.hash:
        raise TableChangedError(f"version {table.version} of the decision table judged before, with other rows")
