"""Labels many at a time: begun by one call, printed slice by slice by others, each line with a result of its own."""

from flask import Response
from flask_babel import force_locale
from sqlmodel import Session

from labels.format_pdf import PrintRun
from tracker.actions.desk import Desk
from tracker.actions.idempotency import KeptAnswer
from tracker.actions.print_batches import BatchWish, begin_batch, print_slice
from tracker.api.calls import JSON, ONCE_ONLY, PREFIX, api, call, told
from tracker.api.creating import create_once
from tracker.api.labels import BYTES
from tracker.api.paging import cut, id_after
from tracker.api.problems import language_asked, spoken
from tracker.api.sent import IdPath, LabelBatchSent, PageQuery
from tracker.api.told import BatchLinesPage, BatchLineTold, LabelBatchTold
from tracker.batches import BatchResult, draw_batch, drawable, result_of
from tracker.domain.batches import LONG_ENOUGH_TO_PRINT
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.printers.job import PDF, ZPL
from tracker.printing import media_type, print_run
from tracker.store.engine import reading, transaction
from tracker.store.queries.print_batches import BatchProgress, batch_lines, batch_progress


@api.post(
    "/label-batches",
    summary="Begin a batch of labels",
    responses={201: LabelBatchTold},
    openapi_extensions=ONCE_ONLY,
)
@call("POST /label-batches")
def begin_label_batch(by: Desk, body: LabelBatchSent) -> Response:
    """Nothing is printed yet: ask for `/print` until no line waits, then for `/paper`."""
    run = print_run(body.format, body.start_cell or 1)
    wish = BatchWish(dict(enumerate(body.items, start=1)), run.format.name, run.start_cell, body.reason)

    def make(session: Session) -> KeptAnswer:
        begun = _own(session, begin_batch(session, wish, by), by)
        answer = _told(begun).model_dump_json().encode()
        return KeptAnswer(201, JSON, answer, f"{PREFIX}/label-batches/{begun.id}")

    return create_once(by, body, make)


@api.get("/label-batches/<id>", summary="How far a batch is", responses={200: LabelBatchTold})
@call("GET /label-batches/<id>")
def show_label_batch(by: Desk, path: IdPath) -> Response:
    with reading(house().engine) as session:
        return told(_told(_own(session, path.id, by)))


@api.post("/label-batches/<id>/print", summary="Print its next lines", responses={200: LabelBatchTold})
@call("POST /label-batches/<id>/print")
def print_label_batch(by: Desk, path: IdPath) -> Response:
    """Some hundred lines in one transaction. Asked again after a lost answer, it goes on and prints none twice."""
    with transaction(house().engine) as session:
        _own(session, path.id, by)
        print_slice(session, path.id, drawable(house().config), by)
        return told(_told(_own(session, path.id, by)))


@api.get("/label-batches/<id>/lines", summary="What became of each line", responses={200: BatchLinesPage})
@call("GET /label-batches/<id>/lines")
def list_label_batch_lines(by: Desk, path: IdPath, query: PageQuery) -> Response:
    after = id_after(query)
    with reading(house().engine) as session:
        _own(session, path.id, by)
        rows, last = cut(batch_lines(session, path.id, after=after, limit=query.limit + 1), query.limit)
    with force_locale(language_asked()):
        data = [_line_told(result_of(row)) for row in rows]
    return spoken(told(BatchLinesPage(data=data, next=str(last.line) if last else None)))


@api.get(
    "/label-batches/<id>/paper",
    summary="Its labels as paper",
    responses={200: {"content": {PDF: BYTES, ZPL: BYTES}}},
)
@call("GET /label-batches/<id>/paper")
def draw_label_batch(by: Desk, path: IdPath) -> Response:
    """The same copies again are no reprint, for a shift's length: after that a copy is a new copy."""
    with reading(house().engine) as session:
        batch = _own(session, path.id, by)
        run = _run_of_what_is_ready(batch, by)
        drawn = draw_batch(session, batch, run, by.config)
    if drawn is None:  # every line was refused, or has a later copy
        raise Refusal(cause=Cause.NOT_FOUND)
    return Response(drawn, mimetype=media_type(run))


def _run_of_what_is_ready(batch: BatchProgress, by: Desk) -> PrintRun:
    if batch.waiting:
        raise Refusal(cause=Cause.BATCH_UNFINISHED, facts={"waiting": str(batch.waiting)})
    if by.at - batch.created_at > LONG_ENOUGH_TO_PRINT:
        raise Refusal(cause=Cause.BATCH_TOO_OLD)
    return print_run(batch.format, batch.start_cell)


def _own(session: Session, batch_id: int, by: Desk) -> BatchProgress:
    """Another person's batch is as good as unknown."""
    batch = batch_progress(session, batch_id)
    if batch is None or batch.account_id != by.actor.account_id:
        raise Refusal(cause=Cause.NOT_FOUND)
    return batch


def _told(batch: BatchProgress) -> LabelBatchTold:
    return LabelBatchTold.model_validate(batch)


def _line_told(line: BatchResult) -> BatchLineTold:
    return BatchLineTold(
        line=line.line,
        number=line.number,
        outcome=line.outcome,
        copy_number=line.copy,
        field=line.field,
        cause=line.cause,
        detail=line.words or None,
    )
