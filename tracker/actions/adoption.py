"""A supervisor says which item an unknown code was read from. There is no way back: the row is append-only."""

from sqlalchemy import select
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.codes import resolve_code
from tracker.actions.desk import Desk
from tracker.actions.refold import refold
from tracker.actions.scan_findings import end_orphan
from tracker.domain.orphans import AdoptionReason, strangers_on
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Leg
from tracker.store.models import Adoption
from tracker.store.queries.events import events_of_chain
from tracker.store.queries.numbers import lock_chains, lock_items
from tracker.store.queries.orphans import orphan
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM


def adopt(session: Session, orphan_id: int, number: str, reason: str, by: Desk) -> str:
    """From now on every scan of the code counts for the item, in the order in which it happened. Answers its number.

    Raises Refusal: not_found, reason_missing, bag_is_no_item, already_adopted, unknown_number, scans_do_not_fit.
    """
    lost = orphan(session, by.actor, orphan_id)
    if lost is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    if reason not in set(AdoptionReason):
        raise Refusal(cause=Cause.REASON_MISSING, fields={"reason": Cause.REASON_MISSING})
    if lost.is_bag:
        raise _of_number(Cause.BAG_IS_NO_ITEM)
    chain = f"code:{lost.code}"
    lock_chains(session, [chain])
    _refuse_known(session, lost.code, by)
    item_id, item_number, leg = _item_told(session, number, by)
    lock_items(session, [item_id])
    events = [stored.event for stored in events_of_chain(session, chain)]
    if strangers_on(leg, events):
        raise _of_number(Cause.SCANS_DO_NOT_FIT)
    session.add(Adoption(chain=chain, item_id=item_id, adopted_at=by.at, actor=by.actor.name))
    session.flush()
    end_orphan(session, lost.code, at=by.at)
    refold(session, item_id, at=by.at, because=[event.id for event in events])
    told = f"{reason}, discrepancy:{orphan_id}"
    note_audit(session, Deed("orphan adopted", f"item:{item_number}", told), at=by.at, actor=by.actor.name)
    return item_number


def _of_number(cause: Cause, **facts: str) -> Refusal:
    return Refusal(cause=cause, fields={"number": cause}, facts=facts)


def _refuse_known(session: Session, code: str, by: Desk) -> None:
    """Behind the lock: another supervisor, or a clerk who registered the number, may have been quicker."""
    target = resolve_code(session, code, by.config.public.base_url)
    if target is not None and target.item_id is not None:
        known = session.scalars(select(ITEM.c.number).where(ITEM.c.id == target.item_id)).one()
        raise _of_number(Cause.ALREADY_ADOPTED, number=known)


def _item_told(session: Session, number: str, by: Desk) -> tuple[int, str, Leg]:
    """By its number or its label. Another office's item is as good as unknown."""
    target = resolve_code(session, number, by.config.public.base_url)
    seen = select(ITEM.c.id, ITEM.c.number, ITEM.c.leg).where(may_see_items(session, by.actor))
    row = session.execute(seen.where(ITEM.c.id == target.item_id)).first() if target and target.item_id else None
    if row is None:
        raise _of_number(Cause.UNKNOWN_NUMBER)
    return row.id, row.number, Leg(row.leg)
