"""Stock counts as people see them, and what the record says of a place meanwhile."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.stock import Compared, CountKind, CountState, Place, Reading, StockOutcome, compare
from tracker.domain.vocabulary import Party, Role, Status
from tracker.store.models import StockCount, StockLine
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.queries.events import items_of_bag
from tracker.store.queries.parties import names_of_parties
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import ACCOUNT, ITEM, OFFICE, STOCK_COUNT, STOCK_LINE

LONGEST_LIST = 30


@dataclass(frozen=True, slots=True)
class HeldItem:
    """An open item this place answers for."""

    id: int
    number: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """`then` is who held it by the record when it was scanned, `now` who does; `item_id` as known now."""

    line: int
    code: str
    code_read: str
    item_id: int | None
    read_at: datetime | None
    then: Place | None
    now: Place | None
    outcome: StockOutcome | None
    event_id: UUID | None
    is_stock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """A count without its lines. People by display name, a courier's bag by the courier's."""

    id: UUID
    kind: CountKind
    state: CountState
    place: Place
    place_name: str
    office_id: int
    office_name: str
    opened_at: datetime
    leaver_name: str
    taker_name: str
    signed_at: datetime | None
    found: int
    missing: int
    surplus: int
    taken_in: int

    @property
    def is_open(self) -> bool:
        return self.state is CountState.OPEN

    @property
    def is_clean(self) -> bool:
        return not self.missing and not self.surplus


@dataclass(frozen=True, slots=True)
class CountView:
    """`seen` as it stands now, or as it was signed; `held` is the stock by record of an open count."""

    row: CountRow
    lines: tuple[CountLine, ...]
    seen: Compared
    held: dict[str, HeldItem] = field(default_factory=dict)
    holders: dict[Place, str] = field(default_factory=dict)

    def line_of(self, code: str) -> CountLine | None:
        return next((line for line in self.lines if line.code == code), None)

    def lines_of(self, codes: Sequence[str]) -> list[CountLine]:
        wanted = set(codes)
        return [line for line in self.lines if line.code in wanted]


def may_see_counts(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition over the table of counts: the place's own people, and whoever oversees it."""
    if actor.role is Role.AUDITOR:
        return STOCK_COUNT.c.office_id > 0
    if actor.role is Role.SUPERVISOR:
        return STOCK_COUNT.c.office_id.in_(office_ids_below(session, actor.office_id))
    if actor.role in OFFICE_ROLES:
        own = STOCK_COUNT.c.office_id == actor.office_id
        is_office = STOCK_COUNT.c.place_kind == Party.OFFICE
        return own if actor.role is Role.POSTCLERK else and_(own, is_office)
    return and_(STOCK_COUNT.c.place_kind == Party.COURIER, STOCK_COUNT.c.place_ref == actor.name)


def lock_count(session: Session, count_id: UUID) -> StockCount:
    """Two who scan, or one who scans while the other signs, queue here."""
    return session.scalars(
        select(StockCount)
        .where(STOCK_COUNT.c.id == count_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def open_count_at(session: Session, place: Place) -> UUID | None:
    return session.scalar(select(STOCK_COUNT.c.id).where(_at(place), STOCK_COUNT.c.state == CountState.OPEN).limit(1))


def has_signed_count(session: Session, place: Place) -> bool:
    return session.scalar(select(STOCK_COUNT.c.id).where(_at(place), _SIGNED).limit(1)) is not None


_SIGNED = STOCK_COUNT.c.state == CountState.SIGNED


def _at(place: Place) -> ColumnElement[bool]:
    return and_(STOCK_COUNT.c.place_kind == place[0], STOCK_COUNT.c.place_ref == place[1])


def stock_by_record(session: Session, place: Place) -> dict[str, HeldItem]:
    """By number, oldest first."""
    rows = session.execute(
        select(ITEM.c.id, ITEM.c.number, ITEM.c.status)
        .where(ITEM.c.custodian_ref == place[1], ITEM.c.is_final.is_(False), ITEM.c.custodian_kind == place[0])
        .order_by(ITEM.c.id)
    )
    return {row.number: HeldItem(row.id, row.number, Status(row.status)) for row in rows}


def items_in_bag(session: Session, bag: str) -> list[HeldItem]:
    """What the record has in it now, whoever has put it there."""
    rows = session.execute(
        select(ITEM.c.id, ITEM.c.number, ITEM.c.status, ITEM.c.standing)
        .where(ITEM.c.id.in_(items_of_bag(session, bag)))
        .order_by(ITEM.c.id)
    )
    inside = (row for row in rows if standing_from_json(row.standing).bag == bag)
    return [HeldItem(row.id, row.number, Status(row.status)) for row in inside]


def count_of(session: Session, reader: Actor, count_id: UUID) -> CountView | None:
    """None for an unknown one and for other people's alike."""
    rows = _rows(session, and_(STOCK_COUNT.c.id == count_id, may_see_counts(session, reader)), 0, 1)
    return _view(session, rows[0]) if rows else None


def counts_of(session: Session, reader: Actor, after: int = 0, limit: int = LONGEST_LIST) -> list[CountRow]:
    """The open ones first, then the newest; `after` is how many were already seen."""
    return _rows(session, may_see_counts(session, reader), after, limit)


def _rows(session: Session, which: ColumnElement[bool], after: int, limit: int) -> list[CountRow]:
    rows = session.execute(
        select(STOCK_COUNT, OFFICE.c.name.label("office_name"))
        .join(OFFICE, OFFICE.c.id == STOCK_COUNT.c.office_id)
        .where(which)
        .order_by(STOCK_COUNT.c.signed_at.is_not(None), STOCK_COUNT.c.signed_at.desc(), STOCK_COUNT.c.opened_at.desc())
        .offset(after)
        .limit(limit)
    ).all()
    people = _people(session, {name for row in rows for name in (row.leaver, row.taker, row.place_ref) if name})
    return [_row(row, people) for row in rows]


def _row(row: Row[tuple[object, ...]], people: dict[str, str]) -> CountRow:
    place = (Party(row.place_kind), row.place_ref)
    return CountRow(
        id=row.id,
        kind=CountKind(row.kind),
        state=CountState(row.state),
        place=place,
        place_name=row.office_name if place[0] is Party.OFFICE else people.get(row.place_ref, row.place_ref),
        office_id=row.office_id,
        office_name=row.office_name,
        opened_at=row.opened_at,
        leaver_name=people.get(row.leaver or "", row.leaver or ""),
        taker_name=people.get(row.taker or "", row.taker or ""),
        signed_at=row.signed_at,
        found=row.found,
        missing=row.missing,
        surplus=row.surplus,
        taken_in=row.taken_in,
    )


def _people(session: Session, names: set[str]) -> dict[str, str]:
    rows = session.execute(select(ACCOUNT.c.name, ACCOUNT.c.display_name).where(ACCOUNT.c.name.in_(names)))
    return {row.name: row.display_name for row in rows}


def _view(session: Session, row: CountRow) -> CountView:
    lines = _lines(session, row.id)
    if not row.is_open:
        return CountView(row, lines, _as_signed(lines), {}, _holders(session, lines))
    held = stock_by_record(session, row.place)
    readings = [Reading(line.code, line.then, line.now) for line in lines]
    seen = compare(row.place, {number: item.status for number, item in held.items()}, readings)
    return CountView(row, lines, seen, held, _holders(session, lines))


def _as_signed(lines: Sequence[CountLine]) -> Compared:
    def of(outcome: StockOutcome) -> tuple[str, ...]:
        return tuple(line.code for line in lines if line.outcome is outcome)

    return Compared(
        found=of(StockOutcome.FOUND),
        missing=of(StockOutcome.MISSING),
        surplus=of(StockOutcome.SURPLUS),
        away=of(StockOutcome.AWAY),
        taken_in=of(StockOutcome.TAKEN_IN),
    )


def _holders(session: Session, lines: Sequence[CountLine]) -> dict[Place, str]:
    return names_of_parties(session, {place for line in lines for place in (line.then, line.now) if place})


def _lines(session: Session, count_id: UUID) -> tuple[CountLine, ...]:
    rows = session.execute(
        select(StockLine, ITEM.c.custodian_kind, ITEM.c.custodian_ref, ITEM.c.status)
        .outerjoin(ITEM, ITEM.c.id == STOCK_LINE.c.item_id)
        .where(STOCK_LINE.c.count_id == count_id)
        .order_by(STOCK_LINE.c.line)
    ).all()
    known = _known_by_now(session, {row[0].code for row in rows if row[0].item_id is None})
    return tuple(
        _line(line, known.get(line.code, (line.item_id, holder_by_record(kind, ref, status))))
        for line, kind, ref, status in rows
    )


def _known_by_now(session: Session, codes: set[str]) -> dict[str, tuple[int | None, Place | None]]:
    """Numbers that were registered after somebody scanned them."""
    if not codes:
        return {}
    rows = session.execute(
        select(ITEM.c.number, ITEM.c.id, ITEM.c.custodian_kind, ITEM.c.custodian_ref, ITEM.c.status)
        .where(ITEM.c.number.in_(codes))
        .order_by(ITEM.c.is_final.desc(), ITEM.c.id)
    )
    return {row.number: (row.id, holder_by_record(row.custodian_kind, row.custodian_ref, row.status)) for row in rows}


def holder_by_record(kind: str | None, ref: str | None, status: str | None = None) -> Place | None:
    """None for a code nobody knows, and for what was declared lost: nobody answers for it any more."""
    return (Party(kind), ref) if kind and status != Status.LOST else None


def _line(row: StockLine, known: tuple[int | None, Place | None]) -> CountLine:
    item_id, now = known
    return CountLine(
        line=row.line,
        code=row.code,
        code_read=row.code_read,
        item_id=item_id,
        read_at=row.read_at,
        then=holder_by_record(row.record_kind, row.record_ref),
        now=now,
        outcome=StockOutcome(row.outcome) if row.outcome else None,
        event_id=row.event_id,
        is_stock=row.is_stock,
    )


def stock_after(session: Session, place: Place, before: datetime | None = None) -> StockCount | None:
    """The place's last signed count; with `before`, the last that was signed earlier."""
    asked = select(StockCount).where(_at(place), _SIGNED)
    if before is not None:
        asked = asked.where(STOCK_COUNT.c.signed_at < before)
    return session.scalar(asked.order_by(col(StockCount.signed_at).desc()).limit(1))


def couriers_of(session: Session, office_id: int) -> list[tuple[str, str]]:
    """Sign-in and display name of the office's active couriers."""
    rows = session.execute(
        select(ACCOUNT.c.name, ACCOUNT.c.display_name)
        .where(ACCOUNT.c.role == Role.COURIER, ACCOUNT.c.is_active, ACCOUNT.c.office_id == office_id)
        .order_by(ACCOUNT.c.display_name)
    )
    return [(row.name, row.display_name) for row in rows]


@dataclass(frozen=True, slots=True)
class UnclosedOffice:
    """An office with people at its desks and no closing since the day began."""

    code: str
    name: str
    last_signed_at: datetime | None
    is_counting: bool


def offices_not_closed(session: Session, reader: Actor, since: datetime) -> list[UnclosedOffice]:
    """Those the reader oversees, by name."""
    staffed = select(ACCOUNT.c.office_id).where(ACCOUNT.c.role.in_(OFFICE_ROLES), ACCOUNT.c.is_active)
    asked = select(OFFICE.c.code, OFFICE.c.name).where(OFFICE.c.id.in_(staffed)).order_by(OFFICE.c.name)
    if reader.role is not Role.AUDITOR:
        asked = asked.where(OFFICE.c.id.in_(office_ids_below(session, reader.office_id)))
    offices = session.execute(asked).all()
    counts = _last_counts(session, [row.code for row in offices])
    return [
        UnclosedOffice(row.code, row.name, signed_at, is_counting)
        for row in offices
        for signed_at, is_counting in [counts.get(row.code, (None, False))]
        if signed_at is None or signed_at < since
    ]


def _last_counts(session: Session, codes: Collection[str]) -> dict[str, tuple[datetime | None, bool]]:
    """By office: when its last count was signed, and whether one is open."""
    is_open = func.max(case((STOCK_COUNT.c.state == CountState.OPEN, 1), else_=0)).label("is_open")
    rows = session.execute(
        select(STOCK_COUNT.c.place_ref, func.max(STOCK_COUNT.c.signed_at).label("last_at"), is_open)
        .where(STOCK_COUNT.c.place_kind == Party.OFFICE, STOCK_COUNT.c.place_ref.in_(codes))
        .group_by(STOCK_COUNT.c.place_ref)
    )
    return {row.place_ref: (row.last_at, bool(row.is_open)) for row in rows}
