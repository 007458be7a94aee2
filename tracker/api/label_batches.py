"""Batches of labels: begun once, printed slice by slice, told line by line, drawn from the ledger."""

from flask import Response
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.idempotency import KeptAnswer
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.api.calls import JSON, ONCE_ONLY, PREFIX, api, call, told
from tracker.api.creating import create_once
from tracker.api.paging import cut, id_after
from tracker.api.sent import IdPath, LabelBatchSent, PageQuery, PaperQuery
from tracker.api.told import LabelBatchLinesPage, LabelBatchLineTold, LabelBatchTold
from tracker.batch_answers import paper_answer
from tracker.batches import drawable, result_of
from tracker.domain.batches import LONG_ENOUGH_TO_PRINT
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.printers.job import PDF, ZPL
from tracker.printing import print_run
from tracker.store.engine import reading, transaction
from tracker.store.queries.print_batches import BatchLine, BatchProgress, Span, batch_lines, batch_progress

BYTES = {"schema": {"type": "string", "format": "binary"}}


@api.post(
    "/label-batches",
    summary="Begin a batch of labels; nothing is printed yet",
    responses={201: LabelBatchTold},
    openapi_extensions=ONCE_ONLY,
)
@call("POST /label-batches")
def begin_label_batch(by: Desk, body: LabelBatchSent) -> Response:
    """A line that cannot be printed is told by its own result and stops no other."""
    run = print_run(body.format, body.start_cell or 1)

    def make(session: Session) -> KeptAnswer:
        wish = BatchWish(dict(enumerate(body.items, start=1)), body.format, run.start_cell, body.reason)
        batch = _own(session, begin_batch(session, wish, by), by)
        answer = _batch_told(batch).model_dump_json().encode()
        return KeptAnswer(201, JSON, answer, f"{PREFIX}/label-batches/{batch.id}")

    return create_once(by, body, make)


@api.get("/label-batches/<id>", summary="How far a batch is", responses={200: LabelBatchTold})
@call("GET /label-batches/<id>")
def show_label_batch(by: Desk, path: IdPath) -> Response:
    with reading(house().engine) as session:
        return told(_batch_told(_own(session, path.id, by)))


@api.post("/label-batches/<id>/print", summary="Print the next lines that wait", responses={200: LabelBatchTold})
@call("POST /label-batches/<id>/print")
def print_label_batch(by: Desk, path: IdPath) -> Response:
    """At most 200 lines, all of them or none; called until `waiting` is 0. An answer that was lost costs nothing:
    the next call goes on with what waits."""
    with transaction(house().engine) as session:
        _own(session, path.id, by)
        print_slice(session, path.id, drawable(by.config), by)
        return told(_batch_told(_own(session, path.id, by)))


@api.get("/label-batches/<id>/lines", summary="What became of each line", responses={200: LabelBatchLinesPage})
@call("GET /label-batches/<id>/lines")
def list_label_batch_lines(by: Desk, path: IdPath, query: PageQuery) -> Response:
    after = id_after(query)
    with reading(house().engine) as session:
        _own(session, path.id, by)
        rows, last = cut(batch_lines(session, path.id, after=after, limit=query.limit + 1), query.limit)
    return told(LabelBatchLinesPage(data=[_line_told(row) for row in rows], next=str(last.line) if last else None))


@api.get(
    "/label-batches/<id>/paper",
    summary="The copies that are in use, drawn from the ledger",
    responses={200: {"content": {PDF: BYTES, ZPL: BYTES}}},
)
@call("GET /label-batches/<id>/paper")
def draw_label_batch(by: Desk, path: IdPath, query: PaperQuery) -> Response:
    """Once no line waits, for 12 hours; the same bytes each time as long as no copy is replaced. Where a download
    broke off, or the whole is too much at once: `after` and `limit` ask for some lines of the batch; only the sheet
    that holds the first begins at `start_cell`."""
    span = Span(query.after, query.after + query.limit)
    with reading(house().engine) as session:
        batch = _own(session, path.id, by)
    _refuse_unready(batch, by)
    return paper_answer(batch, print_run(batch.format, batch.start_cell if span.after == 0 else 1), span)


def _own(session: Session, batch_id: int, by: Desk) -> BatchProgress:
    """Raises Refusal not_found for another person's batch as for an unknown one."""
    batch = batch_progress(session, batch_id)
    if batch is None or batch.account_id != by.actor.account_id:
        raise Refusal(cause=Cause.NOT_FOUND)
    return batch


def _refuse_unready(batch: BatchProgress, by: Desk) -> None:
    if batch.waiting:
        raise Refusal(cause=Cause.BATCH_WAITS)
    if by.at - batch.created_at > LONG_ENOUGH_TO_PRINT:
        raise Refusal(cause=Cause.BATCH_TOO_OLD)


def _batch_told(batch: BatchProgress) -> LabelBatchTold:
    return LabelBatchTold.model_validate(batch)


def _line_told(line: BatchLine) -> LabelBatchLineTold:
    result = result_of(line)
    return LabelBatchLineTold(
        line=result.line,
        number=result.number,
        outcome=result.outcome,
        copy_number=result.copy,
        field=result.field,
        cause=result.cause,
        detail=result.words or None,
    )
