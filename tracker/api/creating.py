"""Calls that create: one transaction, and with an Idempotency-Key one creation however often they are sent."""

import hashlib
import json
import re
from collections.abc import Callable

from flask import Response, request
from pydantic import BaseModel
from sqlmodel import Session

from tracker.actions.desk import Desk
from tracker.actions.idempotency import KEY_FIELD, KeptAnswer, OnceOnly, claim_key, keep_answer
from tracker.domain.refusal import Cause, Refusal
from tracker.house import house
from tracker.store.engine import transaction

PRINTABLE = re.compile(r"[!-~]{1,255}")


def create_once(by: Desk, sent: BaseModel, make: Callable[[Session], KeptAnswer]) -> Response:
    """What `make` refuses leaves no trace, so the same key may try again."""
    once = _once_only(by, sent)
    with transaction(house().engine) as session:
        kept = claim_key(session, once, at=by.at) if once else None
        if kept is None:
            kept = make(session)
            if once:
                keep_answer(session, once, kept)
    headers = {"Location": kept.location} if kept.location else None
    return Response(kept.body, kept.status, mimetype=kept.mimetype, headers=headers)


def _once_only(by: Desk, sent: BaseModel) -> OnceOnly | None:
    """Raises Refusal bad_value for a key that is empty, too long, or holds a space or a letter that is not ASCII."""
    key = request.headers.get(KEY_FIELD)
    if key is None:
        return None
    if not PRINTABLE.fullmatch(key):
        raise Refusal(cause=Cause.BAD_VALUE, fields={KEY_FIELD: Cause.BAD_VALUE})
    body = json.dumps(sent.model_dump(mode="json"), sort_keys=True)
    fingerprint = hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()
    return OnceOnly(by.actor.account_id, key, fingerprint)
