"""The outbox of orders to the post: what is due is claimed before the call, and what the post answered noted after it.

Which envelopes need an order follows from the books alone, not from who wrote to them: an envelope that was registered
while orders were off, or by a process with another configuration, gets its own like any other.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.domain.outbound_orders import (
    INCOMPLETE,
    SENT_AGAIN,
    WITHOUT_CALL,
    Answer,
    OrderState,
    Step,
    order_number,
    state_after,
    step_of,
)
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import Status
from tracker.store.models import Item, PostalOrder
from tracker.store.queries.postal_orders import Parcel, is_known_to_post, items_without_order, parcel_of
from tracker.store.tables import ITEM, POSTAL_ORDER

LONGEST_FAULT = 40
LONGEST_STATUS = 20


@dataclass(frozen=True, slots=True)
class Call:
    """What the post is to be told now. `parcel` is personal data, and None for a cancellation."""

    item_id: int
    step: Step
    number: str
    parcel: Parcel | None = None


def enter_orders(session: Session, *, at: datetime, limit: int) -> int:
    """How many open envelopes came into the outbox."""
    found = items_without_order(session, limit)
    rows = [
        {
            "item_id": item_id,
            "number": order_number(number, registered_at),
            "state": OrderState.WAITING,
            "created_at": at,
        }
        for item_id, number, registered_at in found
    ]
    if rows:
        session.execute(insert(PostalOrder), rows)
    return len(rows)


def follow_cancellations(session: Session) -> None:
    """An order follows its envelope: into its cancellation, and out of one that was taken back before the post knew."""
    cancelled = select(ITEM.c.id).where(ITEM.c.is_final.is_(True), ITEM.c.status == Status.CANCELLED)
    opened = select(ITEM.c.id).where(ITEM.c.is_final.is_(False))
    order, fresh = POSTAL_ORDER.c, {"attempts": 0, "fault": ""}
    session.execute(
        update(POSTAL_ORDER)
        .where(order.state == OrderState.SENT, order.item_id.in_(cancelled))
        .values(state=OrderState.CANCEL_WAITING, tried_at=None, **fresh)
    )
    # One that was tried may be at the post: that is not forgotten.
    session.execute(
        update(POSTAL_ORDER)
        .where(order.state == OrderState.WITHDRAWN, order.item_id.in_(opened))
        .values(state=OrderState.WAITING, **fresh)
    )


def claim_call(session: Session, item_id: int, hotline: str, *, at: datetime) -> Call | None:
    """Noted as tried before the post can hear of it; None when there is nothing to tell the post.

    `hotline` is the telephone of an office that has none of its own.
    """
    order = session.scalars(select(PostalOrder).where(col(PostalOrder.item_id) == item_id).with_for_update()).one()
    item = session.get_one(Item, item_id)
    was_tried = order.tried_at is not None
    is_known = not was_tried and order.state == OrderState.WAITING and is_known_to_post(session, item)
    step = step_of(OrderState(order.state), Status(item.status), was_tried=was_tried, is_known=is_known)
    if step in WITHOUT_CALL:
        order.state, order.fault = WITHOUT_CALL[step], ""
    if step not in {Step.CREATE, Step.CANCEL}:
        return None
    parcel = parcel_of(session, item, hotline) if step is Step.CREATE else None
    if parcel is not None and parcel.missing:
        order.state, order.answered_at = OrderState.REFUSED, at
        order.fault, order.status, order.reason = INCOMPLETE, "", " ".join(parcel.missing)
        return None
    order.attempts, order.tried_at = order.attempts + 1, at
    return Call(item_id, step, order.number, parcel)


def note_answer(session: Session, call: Call, answer: Answer, *, at: datetime) -> OrderState:
    """`answer.reason` holds nothing of people any more."""
    order = session.get_one(PostalOrder, call.item_id, with_for_update=True)
    order.state = state = state_after(call.step, answer)
    order.answered_at, order.fault = at, ""
    order.status, order.reason = answer.status[:LONGEST_STATUS], "" if answer.is_accepted else answer.reason
    return state


def note_no_answer(session: Session, call: Call, fault: str) -> None:
    """The post may have heard it or not: it stays due, under the same number."""
    order = session.get_one(PostalOrder, call.item_id, with_for_update=True)
    order.fault = fault[:LONGEST_FAULT]


def send_again(session: Session, number: str, *, at: datetime, actor: str) -> None:
    """What the post refused is told once more, under the same number. `number` is the order's.

    Raises Refusal: unknown_number, not_allowed_now when the post did not refuse it.
    """
    order = session.scalars(select(PostalOrder).where(col(PostalOrder.number) == number).with_for_update()).first()
    if order is None:
        raise Refusal(cause=Cause.UNKNOWN_NUMBER, fields={"order": Cause.UNKNOWN_NUMBER})
    if OrderState(order.state) not in SENT_AGAIN:
        raise Refusal(cause=Cause.NOT_ALLOWED_NOW, fields={"order": Cause.NOT_ALLOWED_NOW})
    note_audit(session, Deed("order sent again", f"order:{number}", order.status), at=at, actor=actor)
    order.state, order.attempts, order.fault = SENT_AGAIN[OrderState(order.state)], 0, ""
    if order.state == OrderState.CANCEL_WAITING:  # the post said no: it has not heard of this one yet
        order.tried_at = None
