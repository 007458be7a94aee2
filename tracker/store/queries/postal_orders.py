"""The outbox of orders to the post: what is due, what a call tells the post of people, and which order is whose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select
from sqlmodel import Session, col

from tracker import places
from tracker.domain.actor import Actor
from tracker.domain.outbound_orders import DUE, SENT_AGAIN, TRIES_BORNE, OrderState
from tracker.domain.postal_orders import ORDER_SUFFIX
from tracker.domain.vocabulary import Leg, Status
from tracker.store.models import Fee, Item, Office, Person
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM, ITEM_DOSSIER, POSTAL_CLAIM, POSTAL_ORDER


@dataclass(frozen=True, slots=True)
class End:
    """One end of the way: personal data, where it is a citizen's. Empty where nothing is known."""

    name: str = ""
    phone: str = ""
    address: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a call tells the post of an envelope. `owed` in đồng: what its recipient is still to pay."""

    item_number: str
    sender: End
    recipient: End
    owed: int

    @property
    def missing(self) -> tuple[str, ...]:
        """What the post asks for and we do not have."""
        asked = (
            ("sender_name", self.sender.name),
            ("sender_phone", self.sender.phone),
            ("sender_address", self.sender.address),
            ("sender_province", self.sender.province),
            ("recipient_name", self.recipient.name),
            ("recipient_phone", self.recipient.phone),
            ("recipient_address", self.recipient.address),
            ("recipient_province", self.recipient.province),
        )
        return tuple(field for field, told in asked if not told.strip())

    @property
    def told_of_people(self) -> tuple[str, ...]:
        """Names, telephones, and each part of an address, for an answer may repeat one alone."""
        ends = (self.sender, self.recipient)
        return tuple(word for end in ends for word in (end.name, end.phone, *end.address.split(", ")))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """Nothing of people."""

    item_id: int
    number: str
    item: str
    state: OrderState
    created_at: datetime
    attempts: int
    tried_at: datetime | None
    answered_at: datetime | None
    fault: str
    status: str
    reason: str
    is_of_open_item: bool

    @property
    def may_be_sent_again(self) -> bool:
        return self.state in SENT_AGAIN


def due_orders(session: Session, limit: int) -> list[int]:
    """Item ids; those never tried first, then the one tried longest ago: one bad order holds up no other."""
    rows = session.scalars(
        select(POSTAL_ORDER.c.item_id)
        .where(POSTAL_ORDER.c.state.in_(sorted(DUE)))
        .order_by(POSTAL_ORDER.c.tried_at.is_not(None), POSTAL_ORDER.c.tried_at, POSTAL_ORDER.c.item_id)
        .limit(limit)
    )
    return list(rows)


def items_without_order(session: Session, limit: int) -> Sequence[tuple[int, str, datetime]]:
    """Open ones, in no order: id, number and when they were registered."""
    has_order = exists().where(POSTAL_ORDER.c.item_id == ITEM.c.id)
    rows = session.execute(
        select(ITEM.c.id, ITEM.c.number, ITEM.c.registered_at)
        .where(ITEM.c.is_final.is_(False), ITEM.c.status != Status.UNREGISTERED, ~has_order)
        .limit(limit)
    )
    return [(row.id, row.number, row.registered_at) for row in rows]


def is_known_to_post(session: Session, item: Item) -> bool:
    """Did the post's own feed tell of this envelope: by its number, or by an order under its dossier's number?

    Such an order names no envelope: it is this one's, unless it is older than the end of another on that leg.
    """
    dossiers = list(session.scalars(select(ITEM_DOSSIER.c.dossier_id).where(ITEM_DOSSIER.c.item_id == item.id)))
    earlier_end = _end_of_earlier(session, item, dossiers)
    by_dossier = and_(
        POSTAL_CLAIM.c.dossier_id.in_(dossiers),
        POSTAL_CLAIM.c.item_id.is_(None),
        POSTAL_CLAIM.c.item_code == "",
        _names_leg(Leg(item.leg)),
        *([POSTAL_CLAIM.c.said_at > earlier_end] if earlier_end is not None else []),
    )
    by_number = and_(POSTAL_CLAIM.c.item_code == item.number, POSTAL_CLAIM.c.said_at >= item.registered_at)
    known = or_(POSTAL_CLAIM.c.item_id == item.id, by_number, by_dossier)
    return bool(session.scalar(select(exists().where(known))))


def _names_leg(leg: Leg) -> ColumnElement[bool]:
    """An order made of a dossier's number is the result's, with a suffix the submission's."""
    has_suffix = POSTAL_CLAIM.c.order_number.contains(ORDER_SUFFIX, autoescape=True)
    if leg is Leg.SUBMISSION:
        return has_suffix
    return ~has_suffix if leg is Leg.RESULT else false()


def _end_of_earlier(session: Session, item: Item, dossiers: Sequence[int]) -> datetime | None:
    ended: datetime | None = session.scalar(
        select(func.max(ITEM.c.final_at))
        .join(ITEM_DOSSIER, ITEM_DOSSIER.c.item_id == ITEM.c.id)
        .where(ITEM_DOSSIER.c.dossier_id.in_(dossiers), ITEM.c.leg == item.leg, ITEM.c.id != item.id)
    )
    return ended


def parcel_of(session: Session, item: Item, hotline: str) -> Parcel:
    """Personal data, read for the call that is about to be made and kept nowhere."""
    owed = session.scalar(
        select(func.sum(Fee.amount)).where(
            col(Fee.item_id) == item.id, col(Fee.payer) == "recipient", col(Fee.paid).is_(False)
        )
    )
    return Parcel(
        item_number=item.number,
        sender=_end(session, item.sender_id, item.from_office_id, hotline),
        recipient=_end(session, item.recipient_id, item.to_office_id, hotline),
        owed=int(owed or 0),
    )


def _end(session: Session, person_id: int | None, office_id: int, hotline: str) -> End:
    person = session.get(Person, person_id) if person_id is not None else None
    if person is not None:
        address = _address(person.address_line, person.ward_code)
        return End(person.name, person.phone, address, person.province_code)
    office = session.get_one(Office, office_id)
    return End(
        office.name, office.phone or hotline, _address(office.address, office.ward_code), office.province_code or ""
    )


def _address(line: str, ward_code: str | None) -> str:
    """Districts are no more: commune and province stand in the line."""
    ward = places.ward_of(ward_code or "")
    return ", ".join(part for part in (line, *([ward.name, ward.province.name] if ward else [])) if part)


def items_by_order(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Item id by the number of our own order."""
    rows = session.execute(
        select(POSTAL_ORDER.c.number, POSTAL_ORDER.c.item_id).where(POSTAL_ORDER.c.number.in_(sorted(set(numbers))))
    )
    return dict(rows.all())


def orders_of_items(session: Session, item_ids: Iterable[int]) -> dict[int, OrderView]:
    """By item id; of items the reader was found to see."""
    return {row.item_id: _view(row) for row in session.execute(_asked().where(ITEM.c.id.in_(list(item_ids))))}


def order_named(session: Session, reader: Actor | None, number: str) -> OrderView | None:
    """By its own number or by its envelope's, the newest envelope first; None too where the reader may not look."""
    may_see = [may_see_items(session, reader)] if reader is not None else []
    found = session.execute(
        _asked()
        .where(or_(POSTAL_ORDER.c.number == number.upper(), ITEM.c.number == number.upper()), *may_see)
        .order_by(ITEM.c.id.desc())
        .limit(1)
    ).first()
    return _view(found) if found is not None else None


def orders_in(session: Session, states: Iterable[OrderState], limit: int) -> list[OrderView]:
    """Newest first."""
    asked = _asked().where(POSTAL_ORDER.c.state.in_(sorted(states))).order_by(ITEM.c.id.desc()).limit(limit)
    return [_view(row) for row in session.execute(asked)]


def orders_for_a_person(session: Session, reader: Actor, *, after: int, limit: int) -> list[OrderView]:
    """What the schedules cannot settle by themselves, oldest first: refused, unanswered, or cancelled by mistake.

    `after` is the item id of the last one shown before.
    """
    concerned = (_needs_person(), may_see_items(session, reader), ITEM.c.id > after)
    asked = _asked().where(*concerned).order_by(ITEM.c.id).limit(limit)
    return [_view(row) for row in session.execute(asked)]


def _needs_person() -> ColumnElement[bool]:
    state, is_open = POSTAL_ORDER.c.state, ITEM.c.is_final.is_(False)
    return or_(
        and_(state == OrderState.REFUSED, is_open),
        and_(state == OrderState.CANCELLED, is_open),
        state == OrderState.CANCEL_REFUSED,
        and_(state.in_(sorted(DUE)), POSTAL_ORDER.c.attempts >= TRIES_BORNE, POSTAL_ORDER.c.fault != ""),
    )


def _asked() -> Select[Any]:
    numbers = ITEM.c.number.label("item_number"), ITEM.c.status.label("item_status")
    return select(POSTAL_ORDER, *numbers).join(ITEM, ITEM.c.id == POSTAL_ORDER.c.item_id)


def _view(row: Row[Any]) -> OrderView:
    return OrderView(
        item_id=row.item_id,
        number=row.number,
        item=row.item_number,
        state=OrderState(row.state),
        created_at=row.created_at,
        attempts=row.attempts,
        tried_at=row.tried_at,
        answered_at=row.answered_at,
        fault=row.fault,
        status=row.status,
        reason=row.reason,
        is_of_open_item=not Status(row.item_status).is_final,
    )
