"""The supervisor's counts, from what is materialised on the items, and the lists behind them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.discrepancies import DiscrepancyState
from tracker.domain.vocabulary import CitizenState, Leg, OfficeKind, Party, Status
from tracker.store.models import Discrepancy
from tracker.store.queries.discrepancies import may_see_discrepancy
from tracker.store.queries.parties import PartyRef, names_of_parties
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM, OFFICE

SILENT_AFTER = timedelta(hours=24)
BUSIEST = 5
DAYS_AROUND = 7


class Stage(StrEnum):
    """Who holds it, in the order of the way."""

    SENDER = "sender"
    POST_IN = "post_in"
    TRANSPORT = "transport"
    DESK = "desk"
    POST_OUT = "post_out"
    COURIER = "courier"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Moment:
    """The clock and the date that counts are made for."""

    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Figures:
    """`oldest_late_on` is the longest passed due date among what is late."""

    late: int
    due_today: int
    silent: int
    open_handovers: int
    discrepancies: int
    oldest_late_on: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """How many a stage holds, and how many of them are late."""

    stage: Stage
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class BusyOffice:
    code: str
    name: str
    count: int
    silent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """`holder` is an office's or a person's name, or the word of a party."""

    id: int
    number: str
    leg: Leg
    status: Status
    citizen_state: CitizenState
    holder: str
    due_on: date
    is_late: bool
    last_event_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListAsked:
    """`show` is a figure's word, a stage or an office's code. `narrowed` leaves only what meets all of it; `on` is the
    day of `due_on` and `due_before`.
    """

    show: str
    now: Moment
    after: int = 0
    limit: int = 50
    narrowed: tuple[ColumnElement[bool], ...] = ()
    on: date | None = None


stage_of_item = case(
    (ITEM.c.status == Status.HELD, Stage.WAITING),
    (ITEM.c.custodian_kind == Party.SENDER, Stage.SENDER),
    (ITEM.c.custodian_kind == Party.TRANSPORT, Stage.TRANSPORT),
    (ITEM.c.custodian_kind == Party.COURIER, Stage.COURIER),
    (and_(OFFICE.c.kind == OfficeKind.POST_OFFICE, ITEM.c.leg == Leg.RESULT), Stage.POST_OUT),
    (OFFICE.c.kind == OfficeKind.POST_OFFICE, Stage.POST_IN),
    else_=Stage.DESK,
)
_WITH_HOLDER = and_(ITEM.c.custodian_kind == Party.OFFICE, OFFICE.c.code == ITEM.c.custodian_ref)


def is_late(now: Moment) -> ColumnElement[bool]:
    return ITEM.c.due_on < now.today


def is_silent(now: Moment) -> ColumnElement[bool]:
    return func.coalesce(ITEM.c.last_event_at, ITEM.c.registered_at) < now.at - SILENT_AFTER


def open_items(session: Session, reader: Actor) -> ColumnElement[bool]:
    return and_(ITEM.c.is_final.is_(False), may_see_items(session, reader))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def figures(session: Session, reader: Actor, now: Moment) -> Figures:
    row = session.execute(
        select(
            _count(is_late(now)).label("late"),
            _count(ITEM.c.due_on == now.today).label("due_today"),
            _count(is_silent(now)).label("silent"),
            _count(ITEM.c.pending_since.is_not(None)).label("open_handovers"),
            func.min(case((is_late(now), ITEM.c.due_on))).label("oldest"),
        ).where(open_items(session, reader))
    ).one()
    discrepancies = session.scalar(
        select(func.count(col(Discrepancy.id))).where(
            col(Discrepancy.state) == DiscrepancyState.OPEN, may_see_discrepancy(session, reader)
        )
    )
    return Figures(row.late, row.due_today, row.silent, row.open_handovers, discrepancies or 0, row.oldest)


@dataclass(frozen=True, slots=True)
class DueDays:
    """What is due on each day around today, those without any too; `before` is due earlier than the first of them."""

    days: Mapping[date, int]
    before: int


def due_by_day(session: Session, reader: Actor, now: Moment) -> DueDays:
    days = [now.today + timedelta(days=day) for day in range(-DAYS_AROUND, DAYS_AROUND + 1)]
    day = case((ITEM.c.due_on < days[0], None), else_=ITEM.c.due_on).label("day")
    counted = select(day, func.count()).where(open_items(session, reader), ITEM.c.due_on <= days[-1]).group_by(day)
    found: dict[date | None, int] = {row[0]: row[1] for row in session.execute(counted)}
    return DueDays({one: found.get(one, 0) for one in days}, found.get(None, 0))


def held_by_stage(session: Session, reader: Actor, now: Moment) -> list[Held]:
    """All stages in order, those that hold nothing too."""
    stage = stage_of_item.label("stage")
    rows = session.execute(
        select(stage, func.count().label("held"), _count(is_late(now)).label("late"))
        .select_from(ITEM.outerjoin(OFFICE, _WITH_HOLDER))
        .where(open_items(session, reader))
        .group_by(stage)
    )
    found = {row.stage: row for row in rows}
    return [Held(one, found[one].held, found[one].late) if one in found else Held(one, 0, 0) for one in Stage]


def busiest_offices(session: Session, reader: Actor, now: Moment) -> list[BusyOffice]:
    count = func.count().label("held")
    rows = session.execute(
        select(OFFICE.c.code, OFFICE.c.name, count, _count(is_silent(now)).label("silent"))
        .select_from(ITEM.join(OFFICE, _WITH_HOLDER))
        .where(open_items(session, reader))
        .group_by(OFFICE.c.code, OFFICE.c.name)
        .order_by(count.desc(), OFFICE.c.name)
        .limit(BUSIEST)
    )
    return [BusyOffice(row.code, row.name, row.held, row.silent) for row in rows]


def board_list(session: Session, reader: Actor, asked: ListAsked) -> list[BoardLine]:
    """By id; `after` is the last id already seen."""
    rows = session.execute(
        select(
            ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.status, ITEM.c.citizen_state, ITEM.c.custodian_kind,
            ITEM.c.custodian_ref, ITEM.c.due_on, ITEM.c.last_event_at,
        )
        .select_from(ITEM.outerjoin(OFFICE, _WITH_HOLDER))
        .where(open_items(session, reader), _shown(asked), ITEM.c.id > asked.after)
        .order_by(ITEM.c.id)
        .limit(asked.limit)
    ).all()  # fmt: skip
    return _lines(session, rows, asked.now)


def _shown(asked: ListAsked) -> ColumnElement[bool]:
    return and_(_shown_of(asked), *asked.narrowed)


def _shown_of(asked: ListAsked) -> ColumnElement[bool]:
    now = asked.now
    fixed: dict[str, ColumnElement[bool]] = {
        "late": is_late(now),
        "due_today": ITEM.c.due_on == now.today,
        "silent": is_silent(now),
        "open_handovers": ITEM.c.pending_since.is_not(None),
        "open": ITEM.c.id > 0,
    }
    if asked.on:
        fixed |= {"due_on": ITEM.c.due_on == asked.on, "due_before": ITEM.c.due_on < asked.on}
    if asked.show in fixed:
        return fixed[asked.show]
    if asked.show in set(Stage):
        return stage_of_item == asked.show
    return OFFICE.c.code == asked.show


def _lines(session: Session, rows: Sequence[Row[tuple[object, ...]]], now: Moment) -> list[BoardLine]:
    names = names_of_parties(session, set(_parties(rows)))
    return [
        BoardLine(
            id=row.id,
            number=row.number,
            leg=Leg(row.leg),
            status=Status(row.status),
            citizen_state=CitizenState(row.citizen_state),
            holder=names[Party(row.custodian_kind), row.custodian_ref],
            due_on=row.due_on,
            is_late=row.due_on < now.today,
            last_event_at=row.last_event_at,
        )
        for row in rows
    ]


def _parties(rows: Iterable[Row[tuple[object, ...]]]) -> Iterable[PartyRef]:
    return ((Party(row.custodian_kind), row.custodian_ref) for row in rows)
