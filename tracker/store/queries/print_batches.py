"""Batches of labels, and how far they are."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, exists, func, select
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.identifiers import parse_bag_number
from tracker.domain.manifests import read_short_code
from tracker.domain.vocabulary import LabelState
from tracker.store.queries.events import items_of_bag
from tracker.store.queries.manifests import handover_of_short_code, manifest_of
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ITEM, LABEL, PRINT_BATCH, PRINT_BATCH_ROW

AT_ONCE = 500
_ROWS = PRINT_BATCH_ROW.outerjoin(LABEL, LABEL.c.id == PRINT_BATCH_ROW.c.label_id)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """`current` are the printed copies that no later one has replaced."""

    id: int
    format: str
    start_cell: int
    reason: str | None
    account_id: int
    created_at: datetime
    lines: int
    printed: int
    refused: int
    current: int

    @property
    def waiting(self) -> int:
        return self.lines - self.printed - self.refused


@dataclass(frozen=True, slots=True)
class BatchLine:
    """`state` is a LabelState of the copy; None where there is none."""

    line: int
    number: str
    copy_number: int | None
    state: str | None
    cause: str | None
    field: str | None
    facts: str | None

    @property
    def told(self) -> dict[str, str]:
        """What the sentence about the cause needs."""
        facts: dict[str, str] = json.loads(self.facts or "{}")
        return facts


@dataclass(frozen=True, slots=True)
class Span:
    """The lines behind `after` up to `last`."""

    after: int = 0
    last: int = 2**31 - 1


WHOLE = Span()


def batch_of_key(session: Session, key: str) -> int | None:
    found: int | None = session.scalar(select(PRINT_BATCH.c.id).where(PRINT_BATCH.c.key == key))
    return found


def batch_progress(session: Session, batch_id: int) -> BatchProgress | None:
    batch = session.execute(select(PRINT_BATCH).where(PRINT_BATCH.c.id == batch_id)).first()
    if batch is None:
        return None
    is_current = case((LABEL.c.state == LabelState.CURRENT, 1), else_=0)
    counts = session.execute(
        select(
            func.count(PRINT_BATCH_ROW.c.line).label("lines"),
            func.count(PRINT_BATCH_ROW.c.label_id).label("printed"),
            func.count(PRINT_BATCH_ROW.c.cause).label("refused"),
            func.coalesce(func.sum(is_current), 0).label("current"),
        )
        .select_from(_ROWS)
        .where(PRINT_BATCH_ROW.c.batch_id == batch_id)
    ).one()
    return BatchProgress(
        batch.id, batch.format, batch.start_cell, batch.reason, batch.account_id, batch.created_at, *counts
    )


def batch_lines(session: Session, batch_id: int, *, after: int = 0, limit: int = AT_ONCE) -> list[BatchLine]:
    """In the order of the list."""
    return [BatchLine(*row) for row in session.execute(_lines(batch_id, after, limit))]


def printed_lines(session: Session, batch_id: int, *, after: int = 0, limit: int = AT_ONCE) -> list[BatchLine]:
    """Those with a copy, in use or not, in the order of the list."""
    printed = _lines(batch_id, after, limit).where(PRINT_BATCH_ROW.c.label_id.is_not(None))
    return [BatchLine(*row) for row in session.execute(printed)]


def _lines(batch_id: int, after: int, limit: int) -> Select[Any]:
    return (
        select(
            PRINT_BATCH_ROW.c.line, PRINT_BATCH_ROW.c.number, LABEL.c.copy_number, LABEL.c.state,
            PRINT_BATCH_ROW.c.cause, PRINT_BATCH_ROW.c.field, PRINT_BATCH_ROW.c.facts,
        )
        .select_from(_ROWS)
        .where(PRINT_BATCH_ROW.c.batch_id == batch_id, PRINT_BATCH_ROW.c.line > after)
        .order_by(PRINT_BATCH_ROW.c.line)
        .limit(limit)
    )  # fmt: skip


def refused_lines(session: Session, batch_id: int, limit: int) -> list[BatchLine]:
    rows = session.execute(
        select(PRINT_BATCH_ROW.c.line, PRINT_BATCH_ROW.c.number, PRINT_BATCH_ROW.c.cause, PRINT_BATCH_ROW.c.field,
               PRINT_BATCH_ROW.c.facts)
        .where(PRINT_BATCH_ROW.c.batch_id == batch_id, PRINT_BATCH_ROW.c.cause.is_not(None))
        .order_by(PRINT_BATCH_ROW.c.line)
        .limit(limit)
    )  # fmt: skip
    return [BatchLine(row.line, row.number, None, None, row.cause, row.field, row.facts) for row in rows]


def copies_of_batch(
    session: Session, batch_id: int, columns: tuple[Any, ...], span: Span = WHOLE
) -> Iterator[list[Row[Any]]]:
    """Its current copies with `columns` of their items, some hundred at a time, in the order of the list."""
    after = span.after
    while True:
        rows = session.execute(
            select(PRINT_BATCH_ROW.c.line, LABEL.c.token, LABEL.c.copy_number, *columns)
            .join(LABEL, and_(LABEL.c.id == PRINT_BATCH_ROW.c.label_id, LABEL.c.state == LabelState.CURRENT))
            .join(ITEM, ITEM.c.id == LABEL.c.item_id)
            .where(PRINT_BATCH_ROW.c.batch_id == batch_id)
            .where(PRINT_BATCH_ROW.c.line > after, PRINT_BATCH_ROW.c.line <= span.last)
            .order_by(PRINT_BATCH_ROW.c.line)
            .limit(AT_ONCE)
        ).all()
        if not rows:
            return
        yield list(rows)
        after = rows[-1].line


def unprinted(session: Session, by_office: int, since: datetime | None, limit: int) -> list[str]:
    """Open envelopes sent from an office that have no label yet, the oldest first."""
    has_label = exists().where(LABEL.c.item_id == ITEM.c.id).correlate(ITEM)
    waiting = (
        select(ITEM.c.number)
        .where(ITEM.c.from_office_id == by_office, ITEM.c.is_final.is_(False), ~has_label)
        .order_by(ITEM.c.id)
        .limit(limit)
    )
    return list(session.scalars(waiting if since is None else waiting.where(ITEM.c.registered_at >= since)))


def numbers_in_bag(session: Session, bag: str, actor: Actor) -> list[str]:
    """What was put into it and may be seen; nothing where it is no bag."""
    number = parse_bag_number(bag)
    item_ids = items_of_bag(session, number) if number else []
    if not item_ids:
        return []
    seen = select(ITEM.c.number).where(ITEM.c.id.in_(item_ids), may_see_items(session, actor)).order_by(ITEM.c.id)
    return list(session.scalars(seen))


def numbers_on_list(session: Session, code: str, actor: Actor) -> list[str]:
    """The envelopes of a handover list that may be seen, by the code under its square; nothing where it is none."""
    short_code = read_short_code(code)
    handover = handover_of_short_code(session, short_code) if short_code else None
    listed = manifest_of(session, actor, handover) if handover else None
    return [line.code for line in listed.lines if line.item_id is not None] if listed else []
