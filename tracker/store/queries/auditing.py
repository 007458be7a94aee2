"""Whole tables, row by row in bounded memory, for who examines the books; and what no row may say."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, String, and_, case, cast, exists, func, insert, literal, or_, select
from sqlmodel import Session, col

from tracker.domain.auditing import Columns
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.merkle import EVIDENCE_CHAIN
from tracker.domain.stock import DIFFERENCES, CountState, StockOutcome
from tracker.domain.vocabulary import LabelState, Status
from tracker.store.models import RootLeaf, Verification
from tracker.store.tables import (
    ADOPTION,
    DEVICE_COUNTER,
    DISCREPANCY,
    EVENT,
    EVIDENCE,
    EVIDENCE_IMAGE,
    ITEM,
    ITEM_DOSSIER,
    LABEL,
    OPEN_LEG,
    STOCK_COUNT,
    STOCK_LINE,
)

ROWS_AT_ONCE, IMAGES_AT_ONCE = 2000, 20
AnyRow = Row[Any]


def stream_chains(session: Session) -> Iterator[Row[str, int, str, str]]:
    """Chain, seq, chained bytes and hash of every event, chain by chain."""
    return _streamed(session, select(EVENT.c.chain, EVENT.c.seq, EVENT.c.chained, EVENT.c.hash))


def stream_events(session: Session) -> Iterator[Columns]:
    """Every column of every event, chain by chain."""
    return map(Columns._make, _streamed(session, select(*(EVENT.c[name] for name in Columns._fields))))


def _streamed(session: Session, asked: Select[Any]) -> Iterator[Any]:
    ordered = asked.order_by(EVENT.c.chain, EVENT.c.seq).execution_options(yield_per=ROWS_AT_ONCE)
    for rows in session.execute(ordered).partitions():
        yield from rows


def count_events(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(EVENT)) or 0


def event_at(session: Session, chain: str, seq: int) -> str | None:
    """The id of the event that stands there, else of the next one in the chain."""
    asked = select(EVENT.c.event_id).where(EVENT.c.chain == chain, EVENT.c.seq >= seq).order_by(EVENT.c.seq).limit(1)
    found = session.scalar(asked)
    return None if found is None else str(found)


def items_by_id(session: Session, item_ids: Collection[int]) -> dict[int, AnyRow]:
    return {row.id: row for row in session.execute(select(ITEM).where(ITEM.c.id.in_(item_ids)))}


def adopted_events(session: Session, item_ids: Collection[int]) -> list[tuple[int, AnyRow]]:
    """Of codes that nobody knew, with the item that has adopted them."""
    asked = select(EVENT, ADOPTION.c.item_id.label("owner")).join(ADOPTION, ADOPTION.c.chain == EVENT.c.chain)
    rows = session.execute(asked.where(ADOPTION.c.item_id.in_(item_ids), EVENT.c.item_id.is_(None)))
    return [(row.owner, row) for row in rows]


def discrepancies_of(session: Session, item_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The codes that were ever opened, by item."""
    found: dict[int, set[str]] = {}
    asked = select(DISCREPANCY.c.item_id, DISCREPANCY.c.code).where(DISCREPANCY.c.item_id.in_(item_ids))
    for row in session.execute(asked):
        found.setdefault(row.item_id, set()).add(row.code)
    return {item_id: frozenset(codes) for item_id, codes in found.items()}


def leaves_that_differ(session: Session) -> Iterator[tuple[int, str, int, int | None]]:
    """Leaves whose chain does not have that head at that place: root, chain, seq, and the last seq that still held.

    First of each chain only.
    """
    wrong = (
        select(col(RootLeaf.root_number), col(RootLeaf.chain), col(RootLeaf.seq))
        .outerjoin(EVENT, and_(EVENT.c.chain == col(RootLeaf.chain), EVENT.c.seq == col(RootLeaf.seq)))
        .where(
            ~col(RootLeaf.chain).startswith(EVIDENCE_CHAIN),
            or_(EVENT.c.hash.is_(None), EVENT.c.hash != col(RootLeaf.head)),
        )
        .order_by(col(RootLeaf.chain), col(RootLeaf.seq))
    )
    seen = ""
    for row in session.execute(wrong):
        if row.chain == seen:
            continue
        seen = row.chain
        before = select(func.max(RootLeaf.seq)).where(col(RootLeaf.chain) == row.chain, col(RootLeaf.seq) < row.seq)
        yield row.root_number, row.chain, row.seq, session.scalar(before)


def evidence_that_differs(session: Session) -> list[tuple[int, str]]:
    """Root and chain of pairs that are gone or were changed."""
    name = literal(EVIDENCE_CHAIN, String).concat(EVIDENCE.c.sha256)
    wrong = (
        select(col(RootLeaf.root_number), col(RootLeaf.chain))
        .outerjoin(EVIDENCE, name == col(RootLeaf.chain))
        .where(
            col(RootLeaf.chain).startswith(EVIDENCE_CHAIN),
            or_(EVIDENCE.c.stored_sha256.is_(None), EVIDENCE.c.stored_sha256 != col(RootLeaf.head)),
        )
    )
    return [(row.root_number, row.chain) for row in session.execute(wrong)]


def altered_images(session: Session) -> Iterator[str]:
    """Hashes under which other bytes lie now; read a few at a time, for they are large."""
    asked = select(EVIDENCE_IMAGE).execution_options(yield_per=IMAGES_AT_ONCE)
    for row in session.execute(asked):
        if sha256(row.image).hexdigest() != row.stored_sha256:
            yield row.stored_sha256


def items_without_events(session: Session) -> Iterable[int]:
    return session.scalars(select(ITEM.c.id).where(~exists().where(EVENT.c.item_id == ITEM.c.id)))


def misplaced_open_legs(session: Session) -> Iterator[str]:
    """Places held by an item that is final, of another leg, or of another dossier; and items without their place."""
    held = (
        select(OPEN_LEG)
        .join(ITEM, ITEM.c.id == OPEN_LEG.c.item_id)
        .outerjoin(
            ITEM_DOSSIER,
            and_(ITEM_DOSSIER.c.item_id == OPEN_LEG.c.item_id, ITEM_DOSSIER.c.dossier_id == OPEN_LEG.c.dossier_id),
        )
        .where(or_(ITEM.c.is_final, ITEM.c.leg != OPEN_LEG.c.leg, ITEM_DOSSIER.c.item_id.is_(None)))
    )
    for row in session.execute(held):
        yield f"item:{row.item_id}"
    place = exists().where(OPEN_LEG.c.dossier_id == ITEM_DOSSIER.c.dossier_id, OPEN_LEG.c.leg == ITEM.c.leg)
    free = select(ITEM.c.id).join(ITEM_DOSSIER, ITEM_DOSSIER.c.item_id == ITEM.c.id).where(~ITEM.c.is_final, ~place)
    for item_id in session.scalars(free):
        yield f"item:{item_id}"


def items_with_two_labels(session: Session) -> Iterable[int]:
    current = select(LABEL.c.item_id).where(LABEL.c.state == LabelState.CURRENT, LABEL.c.item_id.is_not(None))
    return session.scalars(current.group_by(LABEL.c.item_id).having(func.count() > 1))


def counts_that_differ_from_their_lines(session: Session) -> Iterator[UUID]:
    """Signed counts whose numbers are not those of the lines that were signed, or that nobody signed for."""
    of_outcome = {
        name: func.coalesce(func.sum(case((STOCK_LINE.c.outcome == outcome, 1), else_=0)), 0)
        for name, outcome in _COUNTED.items()
    }
    unsigned = or_(STOCK_COUNT.c.leaver.is_(None), STOCK_COUNT.c.taker.is_(None))
    differs = or_(*(STOCK_COUNT.c[name] != counted for name, counted in of_outcome.items()))
    asked = (
        select(STOCK_COUNT.c.id)
        .outerjoin(STOCK_LINE, STOCK_LINE.c.count_id == STOCK_COUNT.c.id)
        .where(STOCK_COUNT.c.state == CountState.SIGNED)
        .group_by(STOCK_COUNT.c.id)
        .having(or_(differs, unsigned))
    )
    yield from session.scalars(asked.order_by(STOCK_COUNT.c.id))


_COUNTED = {
    "found": StockOutcome.FOUND,
    "missing": StockOutcome.MISSING,
    "surplus": StockOutcome.SURPLUS,
    "taken_in": StockOutcome.TAKEN_IN,
}


def untold_count_differences(session: Session) -> Iterator[tuple[UUID, str]]:
    """What a signed count missed or found too much and nobody was ever told of: the count, and the item or code."""
    item = literal("item:", String).concat(cast(STOCK_LINE.c.item_id, String))
    code = literal("code:", String).concat(STOCK_LINE.c.code)
    of_item = and_(DISCREPANCY.c.code == DiscrepancyCode.COUNT_MISMATCH, DISCREPANCY.c.subject == item)
    of_code = and_(DISCREPANCY.c.code == DiscrepancyCode.ORPHAN_SCAN, DISCREPANCY.c.subject == code)
    asked = (
        select(STOCK_COUNT.c.id, STOCK_LINE.c.item_id, STOCK_LINE.c.code)
        .join(STOCK_LINE, STOCK_LINE.c.count_id == STOCK_COUNT.c.id)
        .where(STOCK_COUNT.c.state == CountState.SIGNED, STOCK_LINE.c.outcome.in_(sorted(DIFFERENCES)))
        .where(
            or_(
                and_(STOCK_LINE.c.item_id.is_not(None), ~exists().where(of_item).correlate(STOCK_LINE)),
                and_(STOCK_LINE.c.item_id.is_(None), ~exists().where(of_code).correlate(STOCK_LINE)),
            )
        )
        .order_by(STOCK_COUNT.c.id, STOCK_LINE.c.line)
    )
    for row in session.execute(asked):
        yield row.id, f"item:{row.item_id}" if row.item_id is not None else f"code:{row.code}"


def due_days_of_open_items(session: Session) -> list[tuple[int, date]]:
    """By the office they are bound for, whose calendar they run on."""
    asked = select(ITEM.c.to_office_id, ITEM.c.due_on).where(~ITEM.c.is_final).distinct()
    return [(row.to_office_id, row.due_on) for row in session.execute(asked)]


def open_items_due_on(session: Session, office_id: int, day: date) -> Iterable[int]:
    mine = [~ITEM.c.is_final, ITEM.c.to_office_id == office_id, ITEM.c.due_on == day]
    return session.scalars(select(ITEM.c.id).where(*mine).order_by(ITEM.c.id))


def devices_with_untold_gaps(session: Session) -> Iterator[str]:
    """Counters used are fewer than the span they cover, and no discrepancy ever said so."""
    counter, device = DEVICE_COUNTER.c.counter, DEVICE_COUNTER.c.device_id
    span = func.max(counter) - func.min(counter) + 1
    for name in session.scalars(select(device).group_by(device).having(span > func.count()).order_by(device)):
        subject = DISCREPANCY.c.subject.startswith(f"device:{name}:", autoescape=True)
        told = select(DISCREPANCY.c.id).where(DISCREPANCY.c.code == "counter_gap", subject)
        if session.scalar(told.limit(1)) is None:
            yield name


def unowned_discrepancies(session: Session) -> Iterable[int]:
    """Without an owner's role or evidence, or closed without a reason."""
    is_closed = DISCREPANCY.c.state == DiscrepancyState.CLOSED
    has_no_reason = func.coalesce(DISCREPANCY.c.reason, "") == ""
    unheld = or_(DISCREPANCY.c.owner_role == "", DISCREPANCY.c.evidence_hash == "")
    asked = select(DISCREPANCY.c.id).where(or_(unheld, and_(is_closed, has_no_reason)))
    return session.scalars(asked.order_by(DISCREPANCY.c.id))


def items_of_strange_status(session: Session) -> Iterable[int]:
    return session.scalars(select(ITEM.c.id).where(ITEM.c.status.not_in([status.value for status in Status])))


def keep_verification(session: Session, row: Verification) -> None:
    values = {name: getattr(row, name) for name in Verification.model_fields if name != "id"}
    session.execute(insert(Verification).values(**values))


def last_verification(session: Session) -> Verification | None:
    return session.scalar(select(Verification).order_by(col(Verification.id).desc()).limit(1))
