"""The ledger of labels: every printed copy with who, when, where and why. Nothing personal is selected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, and_, false, func, or_, select, true
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.copies import CopyState, copy_state
from tracker.domain.vocabulary import LabelState, Leg, Role
from tracker.store.queries.catalogue import office_ids_below
from tracker.store.tables import (
    ACCOUNT,
    DOSSIER_NUMBER,
    EARLY_LABEL,
    ITEM,
    LABEL,
    OFFICE,
    PRINT_BATCH_ROW,
    PRINT_SENDING,
    PRINTER,
)

OWN_OFFICE = frozenset({Role.CLERK, Role.POSTCLERK})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCopy:
    """`copies` is the number of the item's newest copy, `dossier` that of a label which waits for its item.

    `printer` is the network printer it was sent to last, if any.
    """

    id: int
    item_id: int | None
    number: str
    leg: Leg
    dossier: str | None
    copy_number: int
    copies: int
    state: CopyState
    format: str
    reason: str
    printed_at: datetime
    printed_by: str
    office: str
    printer: str
    superseded_at: datetime | None
    voided_at: datetime | None
    voided_by: str | None
    void_reason: str


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What is empty is not asked. `since` and `until` bound the day of printing; `before` is the last id of a page."""

    number: str = ""
    since: datetime | None = None
    until: datetime | None = None
    state: CopyState | None = None
    before: int | None = None


_COPIES = LABEL.alias("copies")
_VOIDER = ACCOUNT.alias("voider")
_NUMBER = func.coalesce(ITEM.c.number, EARLY_LABEL.c.number)
_LOCAL_NUMBER = (
    select(func.min(DOSSIER_NUMBER.c.text))
    .where(DOSSIER_NUMBER.c.dossier_id == EARLY_LABEL.c.dossier_id, DOSSIER_NUMBER.c.kind == "local")
    .correlate(EARLY_LABEL)
    .scalar_subquery()
)
_LAST_COPY = (
    select(func.max(_COPIES.c.copy_number))
    .where(_COPIES.c.item_id == LABEL.c.item_id)
    .correlate(LABEL)
    .scalar_subquery()
)
_BATCH = (
    select(PRINT_BATCH_ROW.c.batch_id)
    .where(PRINT_BATCH_ROW.c.label_id == LABEL.c.id)
    .correlate(LABEL)
    .scalar_subquery()
)
_PRINTER = (
    select(PRINTER.c.name)
    .join_from(PRINT_SENDING, PRINTER, PRINTER.c.id == PRINT_SENDING.c.printer_id)
    .where(or_(PRINT_SENDING.c.label_id == LABEL.c.id, PRINT_SENDING.c.batch_id == _BATCH))
    .order_by(PRINT_SENDING.c.id.desc())
    .limit(1)
    .correlate(LABEL)
    .scalar_subquery()
)
_LEDGER = (
    select(
        LABEL, _NUMBER.label("number"), func.coalesce(ITEM.c.leg, EARLY_LABEL.c.leg).label("leg"),
        _LOCAL_NUMBER.label("dossier"), func.coalesce(_LAST_COPY, LABEL.c.copy_number).label("copies"),
        ACCOUNT.c.display_name.label("who"), _PRINTER.label("printer_name"), OFFICE.c.short_name.label("office_name"),
        _VOIDER.c.display_name.label("voided_by_name"),
    )
    .join_from(LABEL, ACCOUNT, ACCOUNT.c.id == LABEL.c.printed_by)
    .join(OFFICE, OFFICE.c.id == LABEL.c.office_id)
    .outerjoin(ITEM, ITEM.c.id == LABEL.c.item_id)
    .outerjoin(EARLY_LABEL, and_(EARLY_LABEL.c.label_id == LABEL.c.id, LABEL.c.item_id.is_(None)))
    .outerjoin(_VOIDER, _VOIDER.c.id == LABEL.c.voided_by)
    .order_by(LABEL.c.id.desc())
)  # fmt: skip


def may_see_copies(session: Session, actor: Actor) -> ColumnElement[bool]:
    """A condition over the label table: what was printed at one's own office, for a supervisor also below it."""
    if actor.role is Role.AUDITOR:
        return true()
    if actor.role is Role.SUPERVISOR:
        return LABEL.c.office_id.in_(office_ids_below(session, actor.office_id))
    return LABEL.c.office_id == actor.office_id if actor.role in OWN_OFFICE else false()


def ledger(session: Session, reader: Actor, asked: LedgerFilter, *, limit: int) -> list[LedgerCopy]:
    """Newest first."""
    seen = _filtered(_LEDGER.where(may_see_copies(session, reader)), asked)
    return [_copy(row) for row in session.execute(seen.limit(limit))]


def copy_in_ledger(session: Session, reader: Actor, label_id: int) -> LedgerCopy | None:
    row = session.execute(_LEDGER.where(LABEL.c.id == label_id, may_see_copies(session, reader))).first()
    return _copy(row) if row else None


def number_on_copy(session: Session, reader: Actor, token: str) -> str | None:
    row = session.execute(_LEDGER.where(LABEL.c.token == token, may_see_copies(session, reader))).first()
    return _copy(row).number if row else None


def _filtered(found: Select[tuple[object, ...]], asked: LedgerFilter) -> Select[tuple[object, ...]]:
    if asked.number:
        found = found.where(LABEL.c.id.in_(_bearing(asked.number)))
    if asked.since is not None and asked.until is not None:
        found = found.where(LABEL.c.printed_at >= asked.since, LABEL.c.printed_at < asked.until)
    if asked.state is not None:
        found = found.where(_in_state(asked.state))
    return found.where(LABEL.c.id < asked.before) if asked.before is not None else found


def _bearing(number: str) -> CompoundSelect[int]:
    """By the indexes of either table, whatever the office has printed in all."""
    of_items = select(_COPIES.c.id).join(ITEM, ITEM.c.id == _COPIES.c.item_id).where(ITEM.c.number == number)
    return of_items.union(select(EARLY_LABEL.c.label_id).where(EARLY_LABEL.c.number == number))


def _in_state(state: CopyState) -> ColumnElement[bool]:
    is_current, has_item = LABEL.c.state == LabelState.CURRENT, LABEL.c.item_id.is_not(None)
    match state:
        case CopyState.WAITING:
            return and_(is_current, ~has_item)
        case CopyState.CURRENT:
            return and_(is_current, has_item)
        case CopyState.SUPERSEDED | CopyState.VOID:
            return LABEL.c.state == state.value


def _copy(row: Row[tuple[object, ...]]) -> LedgerCopy:
    return LedgerCopy(
        id=row.id,
        item_id=row.item_id,
        number=row.number,
        leg=Leg(row.leg),
        dossier=row.dossier if row.item_id is None else None,
        copy_number=row.copy_number,
        copies=row.copies,
        state=copy_state(LabelState(row.state), has_item=row.item_id is not None),
        format=row.format,
        reason=row.reason or "",
        printed_at=row.printed_at,
        printed_by=row.who,
        office=row.office_name,
        printer=row.printer_name or "",
        superseded_at=row.superseded_at,
        voided_at=row.voided_at,
        voided_by=row.voided_by_name,
        void_reason=row.void_reason or "",
    )
