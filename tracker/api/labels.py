"""Labels: one copy of each item, on paper."""

from flask import Response
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.idempotency import KeptAnswer
from tracker.actions.labels import print_labels
from tracker.api.calls import ONCE_ONLY, api, call
from tracker.api.creating import create_once
from tracker.api.sent import LabelsSent
from tracker.domain.refusal import Cause, Refusal
from tracker.printing import draw, stock_of

PDF = "application/pdf"


@api.post(
    "/labels",
    summary="Print a copy of each item's label",
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}},
    openapi_extensions=ONCE_ONLY,
)
@call("POST /labels")
def print_label_copies(by: Desk, body: LabelsSent) -> Response:
    """Every copy has a token, a number and a line in the ledger of its own; a reprint needs its reason."""
    stock_of(body.format)
    if body.start_cell not in {None, 1}:
        raise Refusal(cause=Cause.OUT_OF_RANGE, fields={"start_cell": Cause.OUT_OF_RANGE})

    def make(session: Session) -> KeptAnswer:
        printed = print_labels(session, body.items, body.format, body.reason, by)
        # Drawn before the commit: a copy that cannot be drawn must not stand in the ledger.
        return KeptAnswer(200, PDF, draw(printed, body.format, by.config))

    return create_once(by, body, make)
