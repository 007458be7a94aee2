"""Every printed copy has a row of its own; a later copy supersedes the one before."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from tracker import places
from tracker.actions.append import append, decision_draft
from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.actions.refold import refold
from tracker.domain.chain import instant
from tracker.domain.event_ids import new_event_id
from tracker.domain.identifiers import make_token, parse_s10
from tracker.domain.names import clean_text, initials
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import EventType, LabelState, Leg
from tracker.store.models import Item, Label, Office, Person
from tracker.store.queries.numbers import lock_items
from tracker.store.queries.printers import sending_of_label
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM

LONGEST_REASON = 200
FRESH = timedelta(minutes=10)
UNSENT_WAITS = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLabel:
    """The facts of one copy; the door finds the words. `ward_code` is None unless a citizen's post office delivers.

    `due_on` is None on the label of an envelope that is not registered yet.
    """

    number: str
    leg: Leg
    token: str
    copy_number: int
    due_on: date | None
    destination: str
    office_name: str
    ward_code: str | None
    from_name: str
    person_initials: str
    person_ward: str
    seal_number: str


@dataclass(frozen=True, slots=True)
class FreshCopy:
    """A copy that may still be drawn again without a new one."""

    label: PrintedLabel
    paper: str


def print_labels(
    session: Session, numbers: Sequence[str], paper: str, reason: str | None, by: Desk
) -> list[PrintedLabel]:
    """Raises Refusal: unknown_number, not_allowed_now (a final item), reprint_needs_reason."""
    items = [_item(session, number, index, by) for index, number in enumerate(numbers)]
    lock_items(session, [item.id for item in items if item.id is not None])
    for index, item in enumerate(items):
        _refuse_ended(session, item, index)
    return [_print(session, item, paper, reason, by) for item in items]


def _item(session: Session, number: str, index: int, by: Desk) -> Item:
    read = parse_s10(number)
    item = session.scalar(
        select(Item)
        .where(ITEM.c.number == (read.text if read else number), may_see_items(session, by.actor))
        .order_by(ITEM.c.is_final, ITEM.c.id.desc())
        .limit(1)
    )
    if item is None:
        field = f"items.{index}"
        raise Refusal(cause=Cause.UNKNOWN_NUMBER, fields={field: Cause.UNKNOWN_NUMBER}, facts={"number": number[:13]})
    return item


def _refuse_ended(session: Session, item: Item, index: int) -> None:
    """Behind the lock: another desk may have cancelled it a moment ago."""
    session.refresh(item)
    if item.is_final:
        field = f"items.{index}"
        raise Refusal(cause=Cause.NOT_ALLOWED_NOW, fields={field: Cause.NOT_ALLOWED_NOW}, facts={"number": item.number})


def _print(session: Session, item: Item, paper: str, reason: str | None, by: Desk) -> PrintedLabel:
    assert item.id is not None
    copy_number = _supersede(session, item, reason, by)
    label = Label(
        item_id=item.id,
        token=make_token(secrets.token_bytes),
        copy_number=copy_number,
        state=LabelState.CURRENT,
        format=paper,
        reason=clean_text(reason, LONGEST_REASON) if reason else None,
        printed_at=by.at,
        printed_by=by.actor.account_id,
        office_id=by.actor.office_id,
    )
    session.add(label)
    session.flush()
    append_printed(session, item, copy_number, by)
    refold(session, item.id, at=by.at)
    note_audit(session, Deed(f"label copy {copy_number}", f"item:{item.number}"), at=by.at, actor=by.actor.name)
    return _facts(session, item, label)


def _supersede(session: Session, item: Item, reason: str | None, by: Desk) -> int:
    """The number of the new copy. Raises Refusal reprint_needs_reason."""
    last = session.scalar(
        select(col(Label.copy_number))
        .where(col(Label.item_id) == item.id)
        .order_by(col(Label.copy_number).desc())
        .limit(1)
    )
    if last is None:
        return 1
    if not (reason and clean_text(reason, LONGEST_REASON)):
        raise Refusal(
            cause=Cause.REPRINT_NEEDS_REASON,
            fields={"reason": Cause.REPRINT_NEEDS_REASON},
            facts={"number": item.number, "copy": str(last)},
        )
    session.execute(
        update(Label)
        .where(col(Label.item_id) == item.id, col(Label.state) == LabelState.CURRENT)
        .values(state=LabelState.SUPERSEDED, superseded_at=by.at)
    )
    return last + 1


def copy_printed_lately(session: Session, label_id: int, by: Desk) -> FreshCopy | None:
    """A copy this person printed a moment ago: the same paper again is no reprint. None for anything else.

    One that the printer did not take is on no paper yet: it waits for the rest of the day.
    """
    label = session.get(Label, label_id)
    if label is None or label.item_id is None or label.state != LabelState.CURRENT:
        return None
    if label.printed_by != by.actor.account_id:
        return None
    age, sending = by.at - label.printed_at, sending_of_label(session, label_id)
    if age > (UNSENT_WAITS if sending and sending.fault else FRESH):
        return None
    return FreshCopy(_facts(session, session.get_one(Item, label.item_id), label), label.format)


def append_printed(session: Session, item: Item, copy_number: int, by: Desk) -> None:
    assert item.id is not None
    event_id = new_event_id(by.at, secrets.token_bytes)
    body: dict[str, object] = {
        "id": str(event_id),
        "code": item.number,
        "type": EventType.LABEL_PRINTED,
        "occurred_at": instant(by.at),
        "office": by.actor.office_code,
        "details": {"number": copy_number},
    }
    append(session, decision_draft(EventType.LABEL_PRINTED, event_id, body, item.id, by))


def _facts(session: Session, item: Item, label: Label) -> PrintedLabel:
    start = session.get_one(Office, item.from_office_id)
    end = session.get_one(Office, item.to_office_id)
    to_citizen = item.leg == Leg.RESULT
    person_id = item.recipient_id if to_citizen else item.sender_id
    person = session.get(Person, person_id) if person_id else None
    ward = places.ward_of(person.ward_code) if person else None
    return PrintedLabel(
        number=item.number,
        leg=Leg(item.leg),
        token=label.token,
        copy_number=label.copy_number,
        due_on=item.due_on,
        destination=ward.short_name if to_citizen and ward else end.place_name,
        office_name=end.short_name,
        ward_code=ward.code if to_citizen and ward else None,
        from_name=start.short_name,
        person_initials=initials(person.name) if person else "",
        person_ward=ward.abbreviated if ward else "",
        seal_number=item.seal_number or "",
    )
