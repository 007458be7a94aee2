"""A copy that is no longer good: spoiled at the printer, or of a cancelled envelope. Whoever scans it is told so."""

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.copies import CopyState
from tracker.domain.label_reasons import LabelReason
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import LabelState
from tracker.store.models import Label
from tracker.store.queries.ledger import LedgerCopy, copy_in_ledger
from tracker.store.queries.numbers import lock_chains, lock_items
from tracker.store.tables import LABEL

LONGEST_REASON = 200


def void_copy(session: Session, label_id: int, reason: str, by: Desk) -> LedgerCopy:
    """Its number stays the envelope's: another copy can be printed. What is void already stays as it is.

    `reason` as label_reasons writes it. Raises Refusal: not_found, reason_missing.
    """
    copy = _lock(session, label_id, by)
    if not clean_text(reason, LONGEST_REASON):
        raise Refusal(cause=Cause.REASON_MISSING, fields={"reason": Cause.REASON_MISSING})
    if copy.state is not CopyState.VOID:
        _void(session, LABEL.c.id == label_id, clean_text(reason, LONGEST_REASON), by)
        deed = Deed(f"label copy {copy.copy_number} voided", f"item:{copy.number}", f"label:{label_id}")
        note_audit(session, deed, at=by.at, actor=by.actor.name)
    return copy


def _lock(session: Session, label_id: int, by: Desk) -> LedgerCopy:
    """Another desk may print a new copy meanwhile, or post the envelope that an early label waits for."""
    seen = copy_in_ledger(session, by.actor, label_id)
    if seen is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    lock_chains(session, [f"code:{seen.number}"] if seen.item_id is None else [])
    lock_items(session, [seen.item_id] if seen.item_id is not None else [])
    return copy_in_ledger(session, by.actor, label_id) or seen


def void_copies_of(session: Session, item_id: int, by: Desk) -> None:
    """Of a cancelled item."""
    _void(session, LABEL.c.item_id == item_id, LabelReason.CANCELLED, by)


def void_waiting(session: Session, label_ids: list[int], by: Desk) -> None:
    """Their envelope went out under another label: a second one must not be made of them."""
    _void(session, LABEL.c.id.in_(label_ids), LabelReason.REPLACED, by)


def _void(session: Session, which: ColumnElement[bool], reason: str, by: Desk) -> None:
    session.execute(
        update(Label)
        .where(which, LABEL.c.state != LabelState.VOID)
        .values(state=LabelState.VOID, voided_at=by.at, voided_by=by.actor.account_id, void_reason=reason)
    )


def open_dialogue(session: Session, label_id: int, by: Desk) -> bool:
    """Whether the print dialogue of this copy may open by itself: once, whatever page or browser asks again."""
    claimed = session.execute(
        update(Label)
        .where(col(Label.id) == label_id, col(Label.printed_by) == by.actor.account_id)
        .where(col(Label.dialogue_at).is_(None), col(Label.state) == LabelState.CURRENT)
        .values(dialogue_at=by.at)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
