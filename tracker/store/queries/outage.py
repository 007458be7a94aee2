"""Outage sheets: who may see which, what each row holds, and which are still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, false, func, select
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.outage import SHEET_ROLES, RowState, SheetKind, SheetState, VoidReason, row_code
from tracker.domain.vocabulary import EventType, Role
from tracker.store.models import Account, Office, OutageRow, OutageSheet
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.queries.stories import read_stories
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import EVENT, ITEM, OUTAGE_ROW, OUTAGE_SHEET

LONGEST_LIST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """`item` is the number, or the code read where no item is known; `is_corrected`: its event was taken back.

    `may_open`: the reader may see the item's page. `settled_by` is a display name.
    """

    row: int
    code: str
    state: RowState
    reason: VoidReason | None = None
    settled_by: str = ""
    settled_at: datetime | None = None
    event_id: UUID | None = None
    type: EventType | None = None
    item: str = ""
    happened_at: datetime | None = None
    is_corrected: bool = False
    may_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """`printed_by` is a sign-in name, the others display names."""

    id: int
    number: str
    batch: str
    kind: SheetKind
    state: SheetState
    office_code: str
    office_name: str
    printed_at: datetime
    printed_by: str
    printer_name: str
    closed_at: datetime | None
    closer_name: str
    rows: tuple[RowView, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state is SheetState.OPEN

    def next_unused(self, after: int) -> int | None:
        """The following free row, or the first one when there is none after it."""
        free = [one.row for one in self.rows if one.state is RowState.UNUSED]
        return next((row for row in free if row > after), free[0] if free else None)


@dataclass(frozen=True, slots=True)
class OpenSheet:
    number: str
    kind: SheetKind
    office_name: str
    printed_at: datetime
    printer_name: str
    entered: int
    void: int
    unused: int


def may_see_sheets(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition over the sheet table: those of the own office, a supervisor's also of the offices below."""
    if actor.role not in SHEET_ROLES:
        return false()
    if actor.role is Role.SUPERVISOR:
        return OUTAGE_SHEET.c.office_id.in_(office_ids_below(session, actor.office_id))
    return OUTAGE_SHEET.c.office_id == actor.office_id


def lock_sheet(session: Session, actor: Actor, number: str) -> OutageSheet | None:
    """Whoever enters or voids a row queues here; SQLite has taken the one write lock already."""
    return session.scalar(
        select(OutageSheet)
        .where(OUTAGE_SHEET.c.number == number, may_see_sheets(session, actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def row_of_sheet(session: Session, sheet_id: int, row: int) -> OutageRow | None:
    return session.scalar(
        select(OutageRow)
        .where(OUTAGE_ROW.c.sheet_id == sheet_id, OUTAGE_ROW.c.line == row)
        .execution_options(populate_existing=True)
    )


def unused_rows(session: Session, sheet_id: int) -> list[int]:
    rows = session.scalars(
        select(OUTAGE_ROW.c.line)
        .where(OUTAGE_ROW.c.sheet_id == sheet_id, OUTAGE_ROW.c.state == RowState.UNUSED)
        .order_by(OUTAGE_ROW.c.line)
    )
    return list(rows)


def last_serial(session: Session, series: str) -> int:
    """0 before the first sheet of an office's day."""
    numbers = session.scalars(
        select(OUTAGE_SHEET.c.number).where(OUTAGE_SHEET.c.number.startswith(f"{series}-", autoescape=True))
    )
    return max((int(number.rpartition("-")[2]) for number in numbers), default=0)


_PRINTER, _CLOSER = Account.__table__.alias("printer"), Account.__table__.alias("closer")  # type: ignore[attr-defined]  # SQLModel hides the table
_COUNTS = [
    func.sum(case((OUTAGE_ROW.c.state == state, 1), else_=0)).label(state.value)
    for state in (RowState.ENTERED, RowState.VOID, RowState.UNUSED)
]


def sheet_of(session: Session, actor: Actor, number: str) -> SheetView | None:
    """None for an unknown one and for another office's alike."""
    found = session.execute(
        select(
            OutageSheet, col(Office.code), col(Office.name),
            _PRINTER.c.display_name.label("printer"), _CLOSER.c.display_name.label("closer"),
        )
        .join(Office, col(Office.id) == OUTAGE_SHEET.c.office_id)
        .join(_PRINTER, _PRINTER.c.name == OUTAGE_SHEET.c.printed_by)
        .outerjoin(_CLOSER, _CLOSER.c.name == OUTAGE_SHEET.c.closed_by)
        .where(OUTAGE_SHEET.c.number == number, may_see_sheets(session, actor))
    ).first()  # fmt: skip
    if found is None:
        return None
    sheet, office_code, office_name, printer, closer = found
    return SheetView(
        id=sheet.id,
        number=sheet.number,
        batch=sheet.batch,
        kind=SheetKind(sheet.kind),
        state=SheetState(sheet.state),
        office_code=office_code,
        office_name=office_name,
        printed_at=sheet.printed_at,
        printed_by=sheet.printed_by,
        printer_name=printer,
        closed_at=sheet.closed_at,
        closer_name=closer or "",
        rows=_rows(session, actor, sheet),
    )


def _rows(session: Session, actor: Actor, sheet: OutageSheet) -> tuple[RowView, ...]:
    settler = Account.__table__.alias("settler")  # type: ignore[attr-defined]  # SQLModel hides the table
    found = session.execute(
        select(
            OUTAGE_ROW, EVENT.c.type, EVENT.c.item_id, EVENT.c.chain, EVENT.c.effective_at,
            ITEM.c.number, settler.c.display_name,
        )
        .outerjoin(EVENT, EVENT.c.event_id == OUTAGE_ROW.c.event_id)
        .outerjoin(ITEM, ITEM.c.id == EVENT.c.item_id)
        .outerjoin(settler, settler.c.name == OUTAGE_ROW.c.settled_by)
        .where(OUTAGE_ROW.c.sheet_id == sheet.id)
        .order_by(OUTAGE_ROW.c.line)
    ).all()  # fmt: skip
    numbers = {one.item_id: one.number for one in found if one.item_id is not None}
    void = (
        {void for story in read_stories(session, numbers).values() for void in story.folded.void} if numbers else set()
    )
    visible = set(session.scalars(select(ITEM.c.id).where(ITEM.c.id.in_(numbers), may_see_items(session, actor))))
    return tuple(_row(one, sheet.number, void, visible) for one in found)


def _row(found: Row[tuple[object, ...]], number: str, void: set[UUID], visible: set[int]) -> RowView:
    return RowView(
        row=found.line,
        code=row_code(number, found.line),
        state=RowState(found.state),
        reason=VoidReason(found.reason) if found.reason else None,
        settled_by=found.display_name or "",
        settled_at=found.settled_at,
        event_id=found.event_id,
        type=EventType(found.type) if found.type else None,
        item=found.number or (found.chain or "").partition(":")[2],
        happened_at=found.effective_at,
        is_corrected=found.event_id in void,
        may_open=found.item_id in visible,
    )


def sheets_of_batch(session: Session, actor: Actor, batch: str) -> list[str]:
    """Numbers of the sheets that were printed together."""
    rows = session.scalars(
        select(OUTAGE_SHEET.c.number)
        .where(OUTAGE_SHEET.c.batch == batch, may_see_sheets(session, actor))
        .order_by(OUTAGE_SHEET.c.id)
    )
    return list(rows)


def open_sheets(session: Session, actor: Actor) -> list[OpenSheet]:
    """The oldest first."""
    rows = session.execute(
        select(
            OUTAGE_SHEET.c.number, OUTAGE_SHEET.c.kind, OUTAGE_SHEET.c.printed_at,
            col(Office.name).label("office"), _PRINTER.c.display_name, *_COUNTS,
        )
        .join(OUTAGE_ROW, OUTAGE_ROW.c.sheet_id == OUTAGE_SHEET.c.id)
        .join(Office, col(Office.id) == OUTAGE_SHEET.c.office_id)
        .join(_PRINTER, _PRINTER.c.name == OUTAGE_SHEET.c.printed_by)
        .where(OUTAGE_SHEET.c.state == SheetState.OPEN, may_see_sheets(session, actor))
        .group_by(OUTAGE_SHEET.c.id, col(Office.name), _PRINTER.c.display_name)
        .order_by(OUTAGE_SHEET.c.printed_at, OUTAGE_SHEET.c.id)
        .limit(LONGEST_LIST)
    )  # fmt: skip
    return [
        OpenSheet(
            one.number,
            SheetKind(one.kind),
            one.office,
            one.printed_at,
            one.display_name,
            one.entered,
            one.void,
            one.unused,
        )
        for one in rows
    ]


def count_open_sheets(session: Session, actor: Actor) -> int:
    found = select(func.count()).where(OUTAGE_SHEET.c.state == SheetState.OPEN, may_see_sheets(session, actor))
    return session.scalar(found) or 0


def offices_to_print_for(session: Session, actor: Actor) -> Sequence[Office]:
    """The own office; a supervisor's also those below. By name."""
    ids = office_ids_below(session, actor.office_id) if actor.role is Role.SUPERVISOR else {actor.office_id}
    return session.scalars(select(Office).where(col(Office.id).in_(sorted(ids))).order_by(col(Office.name))).all()
