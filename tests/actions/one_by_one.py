"""Labels printed the slow way, one after the other and every item folded anew: what many at once must come to."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session, col

from tracker.actions.append import append, decision_draft
from tracker.actions.audit import Deed, note_audit
from tracker.actions.copies import Copy, PrintOrder
from tracker.actions.desk import Desk
from tracker.actions.label_facts import ITEM_FACTS, LabelFacts
from tracker.actions.refold import refold
from tracker.domain.chain import instant
from tracker.domain.event_ids import new_event_id
from tracker.domain.identifiers import make_token, parse_s10
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, LabelState
from tracker.store.models import Item, Label
from tracker.store.queries.label_copies import rows_of_items
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM


def print_one_by_one(session: Session, numbers: Sequence[str], order: PrintOrder, by: Desk) -> list[Copy]:
    return [_printed(session, place, number, order, by) for place, number in enumerate(numbers)]


def _printed(session: Session, place: int, number: str, order: PrintOrder, by: Desk) -> Copy:
    read = parse_s10(number)
    item = session.scalar(
        select(Item)
        .where(ITEM.c.number == (read.text if read else number), may_see_items(session, by.actor))
        .order_by(ITEM.c.is_final, ITEM.c.id.desc())
        .limit(1)
    )
    if item is None or item.is_final:
        cause = Cause.NOT_ALLOWED_NOW if item else Cause.UNKNOWN_NUMBER
        return Refusal(cause=cause, fields={f"items.{place}": cause})
    last = _last_copy(session, item)
    reason = clean_text(order.reason, 200) if order.reason else None
    if last and not reason:
        return Refusal(cause=Cause.REPRINT_NEEDS_REASON, fields={"reason": Cause.REPRINT_NEEDS_REASON})
    return _written(session, item, last + 1, (order, reason), by)


def _last_copy(session: Session, item: Item) -> int:
    copies = session.scalars(select(col(Label.copy_number)).where(col(Label.item_id) == item.id)).all()
    return max(copies, default=0)


def _written(session: Session, item: Item, copy: int, what: tuple[PrintOrder, str | None], by: Desk) -> Copy:
    assert item.id is not None
    order, reason = what
    rows = rows_of_items(session, ITEM_FACTS, [item.id])
    label = LabelFacts(session, list(rows.values())).of(rows[item.id], make_token(secrets.token_bytes), copy)
    if (refused := order.refused(label)) is not None:
        return refused
    session.execute(
        update(Label)
        .where(col(Label.item_id) == item.id, col(Label.state) == LabelState.CURRENT)
        .values(state=LabelState.SUPERSEDED, superseded_at=by.at)
    )
    session.add(
        Label(
            item_id=item.id, token=label.token, copy_number=copy, state=LabelState.CURRENT, format=order.paper,
            reason=reason, printed_at=by.at, printed_by=by.actor.account_id, office_id=by.actor.office_id,
        )
    )  # fmt: skip
    session.flush()
    _append(session, item, copy, by)
    refold(session, item.id, at=by.at)
    note_audit(session, Deed(f"label copy {copy}", f"item:{item.number}"), at=by.at, actor=by.actor.name)
    return label


def _append(session: Session, item: Item, copy: int, by: Desk) -> None:
    assert item.id is not None
    event_id = new_event_id(by.at, secrets.token_bytes)
    body: dict[str, object] = {
        "id": str(event_id),
        "code": item.number,
        "type": EventType.LABEL_PRINTED,
        "occurred_at": instant(by.at),
        "office": by.actor.office_code,
        "details": {"number": copy},
    }
    append(session, decision_draft(EventType.LABEL_PRINTED, event_id, body, item.id, by))
