"""An image that comes in parts, over a network that keeps breaking: what has arrived waits for the rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.evidence import LARGEST_BYTES
from tracker.domain.refusal import Cause, Refusal
from tracker.store.insert import insert_if_absent
from tracker.store.tables import EVIDENCE_PART

ABANDONED_AFTER = timedelta(hours=24)
PART = EVIDENCE_PART.c


@dataclass(frozen=True, slots=True)
class Part:
    start_byte: int
    content: bytes


def upload_offset(session: Session, sha256: str, by: Desk) -> int:
    """How many bytes of it this account has sent so far."""
    sent = select(func.coalesce(func.sum(func.length(PART.content)), 0)).where(_of(sha256, by))
    return int(session.execute(sent).scalar_one())


def refuse_wrong_offset(session: Session, sha256: str, start_byte: int, by: Desk) -> None:
    """Raises Refusal upload_offset_differs, telling the right one."""
    here = upload_offset(session, sha256, by)
    if start_byte != here:
        raise _wrong_offset(here)


def keep_part(session: Session, sha256: str, part: Part, by: Desk) -> int:
    """How many bytes are here now. Raises Refusal upload_offset_differs, evidence_too_large."""
    refuse_wrong_offset(session, sha256, part.start_byte, by)
    end = part.start_byte + len(part.content)
    if end > LARGEST_BYTES:
        raise Refusal(cause=Cause.EVIDENCE_TOO_LARGE, fields={"body": Cause.EVIDENCE_TOO_LARGE})
    if part.start_byte == 0:
        _sweep(session, by.at - ABANDONED_AFTER)
    if part.content and not _insert(session, sha256, part, by):
        # The same part came twice at once; the other one was first.
        raise _wrong_offset(upload_offset(session, sha256, by))
    return end


def _insert(session: Session, sha256: str, part: Part, by: Desk) -> bool:
    row = {
        "account_id": by.actor.account_id,
        "sha256": sha256,
        "start_byte": part.start_byte,
        "content": part.content,
        "received_at": by.at,
    }
    return insert_if_absent(session, EVIDENCE_PART, row)


def whole_upload(session: Session, sha256: str, by: Desk) -> bytes:
    parts = select(PART.content).where(_of(sha256, by)).order_by(PART.start_byte)
    return b"".join(session.scalars(parts))


def drop_upload(session: Session, sha256: str, by: Desk) -> None:
    session.execute(delete(EVIDENCE_PART).where(_of(sha256, by)))


def _of(sha256: str, by: Desk) -> ColumnElement[bool]:
    """An upload belongs to the account that began it: nobody goes on with another's."""
    return and_(PART.account_id == by.actor.account_id, PART.sha256 == sha256)


def _sweep(session: Session, before: datetime) -> None:
    """Whole uploads only: one that is still growing keeps its oldest part."""
    later = EVIDENCE_PART.alias("later")
    is_growing = (
        select(later.c.sha256)
        .where(later.c.account_id == PART.account_id, later.c.sha256 == PART.sha256, later.c.received_at >= before)
        .exists()
    )
    session.execute(delete(EVIDENCE_PART).where(~is_growing))


def _wrong_offset(here: int) -> Refusal:
    cause = Cause.UPLOAD_OFFSET_DIFFERS
    return Refusal(cause=cause, fields={"Upload-Offset": cause}, facts={"offset": str(here)})
