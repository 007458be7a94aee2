"""Events: what devices saw, in batches."""

import json

from flask import Response

from tracker.actions.desk import Desk
from tracker.actions.door import Door
from tracker.actions.record import record
from tracker.api.calls import JSON, api, call
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
    told = {"receipts": [receipt.as_json() for receipt in receipts]}
    return Response(json.dumps(told, ensure_ascii=False), mimetype=JSON)
