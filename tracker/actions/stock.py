"""A stock count while it is open: begun by one, scanned into by everybody of the place, given up by nobody's loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.event_ids import new_event_id
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.stock import CountKind, CountState, Place, may_count
from tracker.domain.vocabulary import Party, Role
from tracker.store.insert import insert_if_absent
from tracker.store.models import StockCount, StockLine
from tracker.store.queries.stock import couriers_of, has_signed_count, open_count_at
from tracker.store.tables import STOCK_COUNT, STOCK_LINE

LONGEST_COUNT = 5000


@dataclass(frozen=True, slots=True)
class Scanned:
    """One code as it was held in the hand; `record` is who answered for it by the record at that moment."""

    code: str
    code_read: str
    item_id: int | None
    record: Place | None


def own_place(by: Desk) -> Place:
    """What a person answers for: an office's people for the office, a courier for the bag."""
    if by.actor.role is Role.COURIER:
        return Party.COURIER, by.actor.name
    return Party.OFFICE, by.actor.office_code


def open_count(session: Session, kind: CountKind, place: Place, by: Desk, random_bytes: Callable[[int], bytes]) -> UUID:
    """Its id, or that of the count which is open there already. Raises Refusal."""
    _refuse_strange_place(session, place, by)
    if kind is CountKind.OPENING and (place[0] is not Party.OFFICE or has_signed_count(session, place)):
        raise Refusal(cause=Cause.COUNTED_BEFORE, fields={"kind": Cause.COUNTED_BEFORE})
    count_id = new_event_id(by.at, random_bytes)
    row = StockCount(
        id=count_id,
        kind=kind,
        state=CountState.OPEN,
        place_kind=place[0],
        place_ref=place[1] or "",
        office_id=by.actor.office_id,
        opened_by=by.actor.name,
        opened_at=by.at,
    )
    if not insert_if_absent(session, STOCK_COUNT, row.model_dump()):
        there = open_count_at(session, place)
        assert there is not None
        return there
    note_audit(session, Deed("count opened", f"count:{count_id}", kind), at=by.at, actor=by.actor.name)
    return count_id


def _refuse_strange_place(session: Session, place: Place, by: Desk) -> None:
    own = own_place(by) if by.actor.role in OFFICE_ROLES | {Role.COURIER} else None
    of_courier = by.actor.role is Role.POSTCLERK and place[0] is Party.COURIER
    is_of_office = of_courier and place[1] in dict(couriers_of(session, by.actor.office_id))
    if not may_count(by.actor.role, place[0]) or not (place == own or is_of_office):
        raise Refusal(cause=Cause.NOT_YOURS_TO_COUNT, fields={"place": Cause.NOT_YOURS_TO_COUNT})


def refuse_signed(count: StockCount) -> None:
    if count.state == CountState.SIGNED:
        raise Refusal(cause=Cause.COUNT_SIGNED)


def note_readings(session: Session, count: StockCount, scanned: Sequence[Scanned], by: Desk) -> int:
    """How many of them were not read before; what was read again counts from now on. Raises Refusal."""
    refuse_signed(count)
    mine = STOCK_LINE.c.count_id == count.id
    last = session.scalar(select(func.max(STOCK_LINE.c.line)).where(mine)) or 0
    if last + len(scanned) > LONGEST_COUNT:
        raise Refusal(cause=Cause.TOO_MANY)
    new = 0
    for one in scanned:
        kind, ref = one.record or (None, None)
        told = {"read_at": by.at, "read_by": by.actor.name, "record_kind": kind, "record_ref": ref}
        known = update(StockLine).where(mine, STOCK_LINE.c.code == one.code).values(item_id=one.item_id, **told)
        if session.execute(known.returning(STOCK_LINE.c.line)).first() is None:
            new += 1
            key = {"count_id": count.id, "line": last + new, "code": one.code}
            insert_if_absent(
                session,
                STOCK_LINE,
                {**key, "code_read": one.code_read, "item_id": one.item_id, "is_stock": False, **told},
            )
    return new


def drop_reading(session: Session, count: StockCount, code: str) -> None:
    """A slip is taken back before anybody signs."""
    refuse_signed(count)
    session.execute(delete(StockLine).where(STOCK_LINE.c.count_id == count.id, STOCK_LINE.c.code == code))


def give_up(session: Session, count: StockCount, by: Desk) -> None:
    """Nothing was recorded yet, so nothing is lost."""
    refuse_signed(count)
    session.execute(delete(StockLine).where(STOCK_LINE.c.count_id == count.id))
    session.execute(delete(StockCount).where(STOCK_COUNT.c.id == count.id))
    note_audit(session, Deed("count given up", f"count:{count.id}"), at=by.at, actor=by.actor.name)
