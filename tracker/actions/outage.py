"""Outage sheets: printed in advance, entered afterwards as they were written, accounted for to the last row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.domain.chain import instant
from tracker.domain.outage import (
    KINDS_OF_OFFICE,
    MOST_SERIALS,
    MOST_SHEETS,
    ROWS_OF_SHEET,
    SPOILED,
    RowState,
    SheetCode,
    SheetKind,
    SheetState,
    VoidReason,
    event_id_of_row,
    fault_of_moment,
    row_code,
    series_of,
)
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import OfficeKind, Outcome, Source
from tracker.store.models import Office, OutageRow, OutageSheet
from tracker.store.queries.events import known_event
from tracker.store.queries.numbers import lock_chains
from tracker.store.queries.outage import (
    last_serial,
    lock_sheet,
    offices_to_print_for,
    row_of_sheet,
    unused_rows,
)
from tracker.store.tables import OUTAGE_ROW


@dataclass(frozen=True, slots=True)
class NewSheets:
    """`office` by code."""

    office: str
    kind: SheetKind
    count: int


def print_sheets(session: Session, new: NewSheets, by: Desk) -> list[str]:
    """Their numbers. Raises Refusal out_of_range, unknown_office, bad_value for another office's kind, too_many."""
    if not 1 <= new.count <= MOST_SHEETS:
        raise Refusal(cause=Cause.OUT_OF_RANGE, fields={"count": Cause.OUT_OF_RANGE})
    office = next((one for one in offices_to_print_for(session, by.actor) if one.code == new.office), None)
    if office is None:
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={"office": Cause.UNKNOWN_OFFICE})
    if new.kind not in KINDS_OF_OFFICE[OfficeKind(office.kind)]:
        raise Refusal(cause=Cause.BAD_VALUE, fields={"kind": Cause.BAD_VALUE})
    numbers = _take_numbers(session, office.code, new.count, by)
    for number in numbers:
        _enter_sheet(session, number, numbers[0], (office, new.kind), by)
    return numbers


def _take_numbers(session: Session, office_code: str, count: int, by: Desk) -> list[str]:
    series = series_of(office_code, by.config.office.local_date(by.at))
    lock_chains(session, [f"sheets:{series}"])
    first = last_serial(session, series) + 1
    if first + count - 1 > MOST_SERIALS:
        raise Refusal(cause=Cause.TOO_MANY, fields={"count": Cause.TOO_MANY})
    return [f"{series}-{serial:02d}" for serial in range(first, first + count)]


def _enter_sheet(session: Session, number: str, batch: str, of: tuple[Office, SheetKind], by: Desk) -> None:
    office, kind = of
    assert office.id is not None
    sheet = OutageSheet(
        number=number,
        batch=batch,
        office_id=office.id,
        kind=kind,
        state=SheetState.OPEN,
        printed_at=by.at,
        printed_by=by.actor.name,
    )
    session.add(sheet)
    session.flush()
    assert sheet.id is not None
    session.add_all(
        OutageRow(sheet_id=sheet.id, line=row, state=RowState.UNUSED) for row in range(1, ROWS_OF_SHEET + 1)
    )
    session.flush()
    note_audit(session, Deed("outage sheet printed", f"sheet:{number}"), at=by.at, actor=by.actor.name)


@dataclass(frozen=True, slots=True)
class RowEntry:
    """`happened_at` as it was written down; `event` is the rest as a device sends it, without id and times."""

    code: SheetCode
    happened_at: datetime
    event: Mapping[str, object]


def enter_row(session: Session, entry: RowEntry, door: Door) -> Receipt:
    """What was written, recorded at the time it happened, and bound to its row.

    A row that holds an event already answers with that one (`duplicate`), whatever is told this time.
    Raises Refusal unknown_sheet, row_void, before_its_sheet, in_the_future, second_person_missing.
    """
    by = Desk(door.actor, door.at, door.config)
    sheet, row = _locked_row(session, entry.code, by)
    if row.state == RowState.ENTERED:
        return _held(session, row)
    _refuse_void(row)
    fault = fault_of_moment(entry.happened_at, sheet.printed_at, door.at)
    if fault is not None:
        raise Refusal(cause=fault, fields={"happened_at": fault})
    _refuse_pin(entry.event)
    receipt = record(session, [_event(entry, sheet)], replace(door, device_time=None, second=None))[0]
    if receipt.outcome is Outcome.RECORDED:
        _settle(session, (sheet, row.line), {"state": RowState.ENTERED, "event_id": UUID(receipt.id)}, by)
    return receipt


def _event(entry: RowEntry, sheet: OutageSheet) -> dict[str, object]:
    """No `prev`: what stands in the record now happened after this, or before it, as the times say."""
    told = {key: value for key, value in entry.event.items() if key != "prev"}
    return told | {
        "id": str(event_id_of_row(sheet.printed_at, row_code(sheet.number, entry.code.row or 0))),
        "occurred_at": instant(entry.happened_at),
        "clock_offset_ms": 0,
        "source": Source.PAPER.value,
    }


def _refuse_pin(event: Mapping[str, object]) -> None:
    """A PIN typed afterwards proves nothing about who stood there then: the paper bears the signature."""
    other = event.get("counterparty")
    if isinstance(other, Mapping) and "pin" in other:
        raise Refusal(cause=Cause.SECOND_PERSON_MISSING, fields={"second_pin": Cause.SECOND_PERSON_MISSING})


def _held(session: Session, row: OutageRow) -> Receipt:
    assert row.event_id is not None
    known = known_event(session, row.event_id)
    assert known is not None
    return Receipt(id=str(row.event_id), outcome=Outcome.DUPLICATE, seq=known.seq, hash=known.hash)


def spoil_row(session: Session, code: SheetCode, reason: VoidReason, by: Desk) -> None:
    """Raises Refusal unknown_sheet, reason_missing, row_entered, row_void."""
    sheet, row = _locked_row(session, code, by)
    if reason not in SPOILED:
        raise Refusal(cause=Cause.REASON_MISSING, fields={"void_reason": Cause.REASON_MISSING})
    if row.state == RowState.ENTERED:
        raise Refusal(cause=Cause.ROW_ENTERED)
    _refuse_void(row)
    _settle(session, (sheet, row.line), {"state": RowState.VOID, "reason": reason}, by)


def void_rest(session: Session, number: str, by: Desk) -> int:
    """How many rows were declared unused; the sheet is closed by it. Raises Refusal unknown_sheet."""
    sheet = _locked_sheet(session, number, by)
    rest = unused_rows(session, sheet.id or 0)
    for row in rest:
        _settle(session, (sheet, row), {"state": RowState.VOID, "reason": VoidReason.NOT_USED}, by)
    return len(rest)


def _locked_sheet(session: Session, number: str, by: Desk) -> OutageSheet:
    sheet = lock_sheet(session, by.actor, number)
    if sheet is None:
        raise Refusal(cause=Cause.UNKNOWN_SHEET, fields={"code": Cause.UNKNOWN_SHEET})
    return sheet


def _locked_row(session: Session, code: SheetCode, by: Desk) -> tuple[OutageSheet, OutageRow]:
    sheet = _locked_sheet(session, code.number, by)
    row = row_of_sheet(session, sheet.id or 0, code.row or 0)
    if row is None:
        raise Refusal(cause=Cause.UNKNOWN_SHEET, fields={"code": Cause.UNKNOWN_SHEET})
    return sheet, row


def _refuse_void(row: OutageRow) -> None:
    if row.state == RowState.VOID:
        raise Refusal(cause=Cause.ROW_VOID)


def _settle(session: Session, of: tuple[OutageSheet, int], outcome: Mapping[str, object], by: Desk) -> None:
    """The last row closes its sheet."""
    sheet, row = of
    mine = (OUTAGE_ROW.c.sheet_id == sheet.id, OUTAGE_ROW.c.line == row)
    settled = {**outcome, "settled_by": by.actor.name, "settled_at": by.at}
    session.execute(update(OutageRow).where(*mine).values(settled))
    told = Deed(f"outage row {outcome['state']}", f"row:{row_code(sheet.number, row)}", str(outcome.get("reason", "")))
    note_audit(session, told, at=by.at, actor=by.actor.name)
    if not unused_rows(session, sheet.id or 0):
        sheet.state, sheet.closed_at, sheet.closed_by = SheetState.CLOSED, by.at, by.actor.name
        session.add(sheet)
        session.flush()
