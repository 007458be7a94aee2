"""The events of a handover with a list: one per envelope, all of them bearing the list's id."""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import Session, col

from tracker.actions.door import Door
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.domain.chain import instant
from tracker.domain.event_ids import new_event_id
from tracker.domain.manifests import RULES
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import EventType, Hand, Outcome, Party, Receiver
from tracker.store.models import Item, ItemDocument, ManifestLine
from tracker.store.queries.events import chain_head
from tracker.store.queries.manifests import LineView, ManifestView
from tracker.store.tables import MANIFEST_LINE

COUNTED = frozenset({EventType.COLLECTED, EventType.DELIVERED})


def record_hands(session: Session, view: ManifestView, lines: Sequence[LineView], hand: Hand, door: Door) -> None:
    """One event per line, noted beside it. Raises Refusal when the door would not take one of them."""
    events = [_event(session, view, line, hand, door) for line in lines]
    receipts = record_all(session, events, door)
    told: Literal["given_event", "taken_event"] = "given_event" if hand is Hand.GIVE else "taken_event"
    for line, receipt in zip(lines, receipts, strict=True):
        note_event(session, view.id, line.code, {told: UUID(receipt.id)})


def record_all(session: Session, events: Sequence[object], door: Door) -> list[Receipt]:
    receipts = record(session, events, door)
    refused = next((receipt for receipt in receipts if receipt.outcome is not Outcome.RECORDED), None)
    if refused is not None:
        known = refused.cause in set(Cause)
        raise Refusal(cause=Cause(refused.cause) if known and refused.cause else Cause.MALFORMED)
    return receipts


def note_event(session: Session, handover: UUID, code: str, told: Mapping[str, object]) -> None:
    session.execute(
        update(ManifestLine)
        .where(MANIFEST_LINE.c.manifest_id == handover, MANIFEST_LINE.c.code == code)
        .values(**told)
        .execution_options(synchronize_session=False)
    )


def new_event(door: Door, code: str, kind: EventType, **told: object) -> dict[str, object]:
    """As the record takes it; what is None is left out."""
    event = {
        "id": str(new_event_id(door.at, door.random_bytes)),
        "code": code,
        "type": kind.value,
        "occurred_at": instant(door.at),
        "source": "scan",
    }
    return event | {key: value for key, value in told.items() if value is not None}


def _event(session: Session, view: ManifestView, line: LineView, hand: Hand, door: Door) -> dict[str, object]:
    kind = RULES[view.kind].event
    details = {**_as_listed(session, line, kind), **line.details} if hand is not Hand.TAKE else dict(line.details)
    if kind is EventType.DELIVERED:
        details.setdefault("receiver", Receiver.AGENCY.value)
    head = chain_head(session, f"item:{line.item_id}") if line.item_id else None
    return new_event(
        door,
        line.code_read,
        kind,
        prev=str(head[2]) if head else None,
        office=_office_told(view, door),
        counterparty=_opposite(view, hand, door),
        details={**details, "handover": str(view.id), "hand": hand.value},
    )


def _as_listed(session: Session, line: LineView, kind: EventType) -> dict[str, object]:
    """What the giver's list says of the envelope: the papers on its slip, and its seal."""
    if kind not in COUNTED or line.item_id is None:
        return {}
    papers = session.scalars(
        select(ItemDocument).where(col(ItemDocument.item_id) == line.item_id).order_by(col(ItemDocument.line))
    )
    counts = [{"line": paper.line, "kind": paper.kind, "count": paper.count} for paper in papers]
    seal = session.scalar(select(col(Item.seal_number)).where(col(Item.id) == line.item_id))
    return ({"counts": counts} if counts else {}) | ({"seal_number": seal} if seal else {})


def _office_told(view: ManifestView, door: Door) -> str | None:
    """A courier stands for no office, so the one that is handed to is told."""
    kind, ref = view.to_party
    return ref if kind is Party.OFFICE and door.actor.role not in OFFICE_ROLES else None


def _opposite(view: ManifestView, hand: Hand, door: Door) -> dict[str, object]:
    kind, ref = view.from_party if _is_receiver(view, hand, door) else view.to_party
    if door.second is not None:
        return {"kind": kind.value, "user": door.second[0]}
    return {"kind": kind.value} if kind is Party.OFFICE else {"kind": kind.value, "user": ref}


def _is_receiver(view: ManifestView, hand: Hand, door: Door) -> bool:
    return hand is Hand.TAKE or (hand is Hand.BOTH and door.actor.name == view.receiver)
