"""That a citizen was told something: who said so, how and when; never the words, the person or the number."""

from sqlalchemy import insert
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.notices import NoticeKind, NoticeMeans
from tracker.domain.refusal import Cause, Refusal
from tracker.store.tables import NOTICE


def note_notice(session: Session, dossier_id: int, kind: NoticeKind, means: str, by: Desk) -> None:
    """Raises Refusal: field_required without means, bad_value for unknown ones."""
    if means not in set(NoticeMeans):
        cause = Cause.BAD_VALUE if means else Cause.FIELD_REQUIRED
        raise Refusal(cause=cause, fields={"notice_means": cause})
    told = {"dossier_id": dossier_id, "kind": kind, "means": means, "at": by.at, "actor": by.actor.name}
    session.execute(insert(NOTICE).values(told))
    note_audit(session, Deed("citizen told", f"dossier:{dossier_id}", means), at=by.at, actor=by.actor.name)
