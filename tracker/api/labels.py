"""Labels: one copy of each item, on paper."""

from flask import Response
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.early_labels import with_result_labels
from tracker.actions.idempotency import KeptAnswer
from tracker.actions.labels import print_labels
from tracker.api.calls import ONCE_ONLY, api, call
from tracker.api.creating import create_once
from tracker.api.sent import LabelsSent
from tracker.printers.job import PDF, ZPL
from tracker.printing import draw, media_type, print_run

BYTES = {"schema": {"type": "string", "format": "binary"}}


@api.post(
    "/labels",
    summary="Print a copy of each item's label",
    responses={200: {"content": {PDF: BYTES, ZPL: BYTES}}},
    openapi_extensions=ONCE_ONLY,
)
@call("POST /labels")
def print_label_copies(by: Desk, body: LabelsSent) -> Response:
    """Every copy has a token, a number and a line in the ledger of its own; a reprint needs its reason."""
    run = print_run(body.format, body.start_cell or 1)

    def make(session: Session) -> KeptAnswer:
        printed = print_labels(session, body.items, body.format, body.reason, by)
        if body.with_result:
            printed = list(with_result_labels(session, printed, body.format, by))
        # Drawn before the commit: a copy that cannot be drawn must not stand in the ledger.
        return KeptAnswer(200, media_type(run), draw(printed, run, by.config))

    return create_once(by, body, make)
