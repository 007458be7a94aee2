"""The paper of a batch as an answer, for pages and programs alike."""

from collections.abc import Iterator
from itertools import chain

from flask import Response, stream_with_context

from labels.format_pdf import PrintRun
from tracker.batches import batch_paper
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.printers.job import PDF
from tracker.printing import media_type
from tracker.store.engine import reading
from tracker.store.queries.print_batches import WHOLE, BatchProgress, Span


def paper_answer(batch: BatchProgress, run: PrintRun, span: Span = WHOLE) -> Response:
    """Raises Refusal no_copy_to_draw where none of these lines has a copy in use."""
    pieces = _pieces(batch, run, span)
    first = next(pieces, None)
    if first is None:
        raise Refusal(cause=Cause.NO_COPY_TO_DRAW)
    mimetype = media_type(run)
    if mimetype == PDF:  # one piece: its length can be told
        return Response(first, mimetype=mimetype)
    return Response(stream_with_context(chain([first], pieces)), mimetype=mimetype)


def _pieces(batch: BatchProgress, run: PrintRun, span: Span) -> Iterator[bytes]:
    with reading(house().engine) as session:
        yield from batch_paper(session, batch, run, house().config, span)
