"""Events: what devices saw, in batches."""

import json

from flask import Response
from flask_babel import force_locale

from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.receipts import Receipt
from tracker.actions.record import record
from tracker.api.calls import JSON, api, call
from tracker.api.problems import language_asked, sentence, spoken
from tracker.api.sent import EventsSent
from tracker.api.told import ReceiptsTold
from tracker.house import house
from tracker.store.engine import transaction


@api.post("/events", summary="Record a batch of events", responses={200: ReceiptsTold})
@call("POST /events")
def take_events(by: Desk, body: EventsSent) -> Response:
    """One receipt for each event, in order; one bad event never blocks the others."""
    door = Door(by.actor, by.at, by.config, body.device_time, house().random_bytes)
    with transaction(house().engine) as session:
        receipts = record(session, body.events, door)
    with force_locale(language_asked()):
        told = {"receipts": [receipt.as_json() | _detail(receipt) for receipt in receipts]}
    return spoken(Response(json.dumps(told, ensure_ascii=False), mimetype=JSON))


def _detail(receipt: Receipt) -> dict[str, str]:
    """Of a malformed event what is wrong with the field says more than that something is."""
    if receipt.cause is None:
        return {}
    return {"detail": sentence(next(iter((receipt.fields or {}).values()), receipt.cause))}
