"""A creating call that is sent twice is answered twice and carried out once."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from tracker.domain.refusal import Cause, Refusal
from tracker.store.insert import insert_if_absent
from tracker.store.models import IdempotentAnswer
from tracker.store.tables import IDEMPOTENT_ANSWER

KEY_FIELD = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """`fingerprint` is the SHA-256 of call and body: the same key with another one is a mistake of the caller's."""

    account_id: int
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it went out, byte for byte."""

    status: int
    mimetype: str
    body: bytes
    location: str | None = None


def claim_key(session: Session, once: OnceOnly, *, at: datetime) -> KeptAnswer | None:
    """None: the key is ours now, until the transaction ends. Raises Refusal idempotency_conflict.

    Must come before anything is written: whoever sent the same key at the same moment waits here.
    """
    is_ours = insert_if_absent(
        session,
        IDEMPOTENT_ANSWER,
        {
            "account_id": once.account_id,
            "key": once.key,
            "body_sha256": once.fingerprint,
            "status": 0,
            "answer": "",
            "created_at": at,
        },
    )
    if is_ours:
        return None
    row = session.get_one(IdempotentAnswer, (once.account_id, once.key))
    if row.body_sha256 != once.fingerprint:
        raise Refusal(cause=Cause.IDEMPOTENCY_CONFLICT, fields={KEY_FIELD: Cause.IDEMPOTENCY_CONFLICT})
    return _from_text(row.status, row.answer)


def keep_answer(session: Session, once: OnceOnly, answer: KeptAnswer) -> None:
    session.execute(
        update(IdempotentAnswer)
        .where(col(IdempotentAnswer.account_id) == once.account_id, col(IdempotentAnswer.key) == once.key)
        .values(status=answer.status, answer=_to_text(answer))
    )


def _to_text(answer: KeptAnswer) -> str:
    body = base64.b64encode(answer.body).decode()
    return json.dumps({"type": answer.mimetype, "location": answer.location, "body": body})


def _from_text(status: int, text: str) -> KeptAnswer:
    told = json.loads(text)
    return KeptAnswer(status, told["type"], base64.b64decode(told["body"]), told["location"])
