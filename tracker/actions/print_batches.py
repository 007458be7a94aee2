"""Labels printed many at a time: begun once, printed slice by slice, resumed wherever it was cut off.

A slice settles its lines, the ledger and the events in one transaction; the paper is drawn from the ledger afterwards.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.copies import LONGEST_REASON, Copy, PrintOrder, as_kept, print_copies
from tracker.actions.desk import Desk
from tracker.actions.label_facts import PrintedLabel
from tracker.domain.identifiers import parse_s10
from tracker.domain.names import clean_text
from tracker.domain.refusal import Cause, Refusal
from tracker.store.queries.early_labels import waits_for_item
from tracker.store.queries.numbers import lock_chains
from tracker.store.queries.print_batches import batch_of_key
from tracker.store.tables import LABEL, PRINT_BATCH, PRINT_BATCH_ROW

SLICE = 200
LONGEST_NUMBER = 13
_WAITING = (
    select(PRINT_BATCH_ROW.c.line, PRINT_BATCH_ROW.c.number)
    .where(PRINT_BATCH_ROW.c.batch_id == bindparam("batch"))
    .where(PRINT_BATCH_ROW.c.label_id.is_(None), PRINT_BATCH_ROW.c.cause.is_(None))
    .order_by(PRINT_BATCH_ROW.c.line)
    .limit(bindparam("most"))
)
_SETTLE = update(PRINT_BATCH_ROW).where(
    PRINT_BATCH_ROW.c.batch_id == bindparam("batch"), PRINT_BATCH_ROW.c.line == bindparam("at_line")
)

Drawable = Callable[[PrintedLabel], Refusal | None]


@dataclass(frozen=True, slots=True)
class BatchWish:
    """`numbers` by line. `key` is None where nobody will ask for the same batch again."""

    numbers: Mapping[int, str]
    paper: str
    start_cell: int
    reason: str | None = None
    key: str | None = None


def begin_batch(session: Session, wish: BatchWish, by: Desk) -> int:
    """The batch's id; that of the batch there is where the key is known."""
    if wish.key is not None:
        # Two who ask for the same at one moment would both find none.
        lock_chains(session, [f"batch:{wish.key}"])
        known = batch_of_key(session, wish.key)
        if known is not None:
            return known
    values = {
        "key": wish.key,
        "format": wish.paper,
        "start_cell": wish.start_cell,
        "reason": clean_text(wish.reason, LONGEST_REASON) or None if wish.reason else None,
        "account_id": by.actor.account_id,
        "created_at": by.at,
    }
    batch_id: int = session.execute(PRINT_BATCH.insert().returning(PRINT_BATCH.c.id), values).scalar_one()
    session.execute(PRINT_BATCH_ROW.insert(), _rows(batch_id, wish.numbers))
    note_audit(session, Deed("label batch begun", f"batch:{batch_id}"), at=by.at, actor=by.actor.name)
    return batch_id


def _rows(batch_id: int, numbers: Mapping[int, str]) -> list[dict[str, object]]:
    """A number that stands on two lines would supersede its own copy: the second line is refused."""
    first: dict[str, int] = {}
    rows = []
    for line, number in numbers.items():
        above = first.setdefault(as_kept(number), line)
        twice = {"cause": Cause.LISTED_TWICE, "field": "number", "facts": json.dumps({"line": str(above)})}
        settled = twice if above != line else dict.fromkeys(twice)
        rows.append({"batch_id": batch_id, "line": line, "number": as_kept(number)[:LONGEST_NUMBER], **settled})
    return rows


def print_slice(session: Session, batch_id: int, drawable: Drawable, by: Desk) -> int:
    """How many lines it settled; 0 when none is left. Two who print the same batch take turns, slice by slice."""
    batch = session.execute(select(PRINT_BATCH).where(PRINT_BATCH.c.id == batch_id).with_for_update()).one()
    waiting = session.execute(_WAITING, {"batch": batch_id, "most": SLICE}).all()
    if not waiting:
        return 0
    order = PrintOrder(batch.format, batch.reason, drawable)
    copies = print_copies(session, [row.number for row in waiting], order, by)
    session.execute(_SETTLE, _settled(session, batch_id, waiting, copies))
    return len(waiting)


def _settled(
    session: Session, batch_id: int, waiting: Sequence[Row[Any]], copies: Sequence[Copy]
) -> list[dict[str, object]]:
    tokens = [copy.token for copy in copies if isinstance(copy, PrintedLabel)]
    found = session.execute(select(LABEL.c.token, LABEL.c.id).where(LABEL.c.token.in_(tokens)))
    label_ids = {row.token: row.id for row in found}
    return [
        {"batch": batch_id, "at_line": row.line, **_outcome(session, copy, row.number, label_ids)}
        for row, copy in zip(waiting, copies, strict=True)
    ]


def _outcome(session: Session, copy: Copy, number: str, label_ids: Mapping[str, int]) -> dict[str, object]:
    if isinstance(copy, PrintedLabel):
        return {"label_id": label_ids[copy.token], "cause": None, "field": None, "facts": None}
    field = next(iter(copy.fields), "number")
    named = "number" if field.startswith("items") else field
    return {
        "label_id": None,
        "cause": _cause(session, copy, number),
        "field": named,
        "facts": json.dumps(dict(copy.facts)),
    }


def _cause(session: Session, refusal: Refusal, number: str) -> Cause:
    """Of a number nobody knows: whether it could be one at all, and whether a label waits for its envelope."""
    if refusal.cause is not Cause.UNKNOWN_NUMBER:
        return refusal.cause
    read = parse_s10(number)
    if read is None:
        return Cause.BAD_NUMBER
    if waits_for_item(session, read.text):
        return Cause.EARLY_LABEL_WAITS
    return refusal.cause if read.check_is_right else Cause.BAD_CHECK_DIGIT
