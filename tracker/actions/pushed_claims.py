"""A claim that an outside system sent by itself: applied once for ever, however often it is sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from tracker.actions.claims import ClaimSeen, hold_dossiers, take_claims
from tracker.actions.mappings import mapping_named
from tracker.actions.postal_claims import PostalClaimSeen, take_postal_claims
from tracker.config import Config
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.status_mappings import StatusMapping
from tracker.store.insert import insert_if_absent
from tracker.store.queries.claims import newest_claims, was_pushed
from tracker.store.tables import PUSHED_CLAIM

LONGEST_POSTAL_CODE = 20
LONGEST_REFERENCE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """`webhook_id` is the sender's own id of the message, `text` what it calls the status."""

    source: str
    webhook_id: str
    number: str
    word: str
    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PushTaken:
    """`is_understood`: the word stands in the source's table of codes. One that does not is kept and reported."""

    is_repeated: bool
    is_understood: bool


def take_push(session: Session, pushed: Pushed, config: Config, *, at: datetime) -> PushTaken:
    """Whoever sends the same message at the same moment waits for the first, and then changes nothing."""
    mapping = mapping_named(config, config.claims[pushed.source].mapping)
    is_understood = mapping.word_of(pushed.word, pushed.text) is not None
    if not _is_first(session, pushed, _row(pushed, mapping, at)):
        return PushTaken(is_repeated=True, is_understood=is_understood)
    if mapping.is_postal:
        take_postal_claims(session, [_postal(pushed, mapping)], at=at)
    elif not _is_overtaken(session, pushed):
        take_claims(session, [_of_dossier(pushed, mapping)], at=at)
    return PushTaken(is_repeated=False, is_understood=is_understood)


def _is_first(session: Session, pushed: Pushed, row: dict[str, object]) -> bool:
    """Looked up before it is inserted: SQLite takes a second insert into an append-only table for a change."""
    if was_pushed(session, pushed.source, pushed.webhook_id):
        return False
    return insert_if_absent(session, PUSHED_CLAIM, row)


def _row(pushed: Pushed, mapping: StatusMapping, at: datetime) -> dict[str, object]:
    return {
        "source": pushed.source,
        "webhook_id": pushed.webhook_id,
        "number": pushed.number,
        "word": pushed.word,
        "mapping": mapping.name,
        "said_at": pushed.said_at,
        "received_at": at,
    }


def _is_overtaken(session: Session, pushed: Pushed) -> bool:
    """Messages come in any order: what the source said before its newest word is no news."""
    known = hold_dossiers(session, [compare_key(pushed.number)])
    newest = newest_claims(session, pushed.source, list(known.values()), [pushed.number])
    return any(pushed.said_at < claim.said_at for claim in newest)


def _of_dossier(pushed: Pushed, mapping: StatusMapping) -> ClaimSeen:
    return ClaimSeen(
        source=pushed.source,
        number=pushed.number,
        status=mapping.national_code(pushed.word, pushed.text),
        word=pushed.word,
        said_at=pushed.said_at,
        mapping=mapping.name,
    )


def _postal(pushed: Pushed, mapping: StatusMapping) -> PostalClaimSeen:
    status = mapping.postal_status(pushed.word, pushed.text)
    return PostalClaimSeen(
        source=pushed.source,
        reference=hashlib.sha256(pushed.webhook_id.encode()).hexdigest()[:LONGEST_REFERENCE],
        order_number=pushed.number,
        item_code="",
        code=pushed.word[:LONGEST_POSTAL_CODE],
        text="" if status is not None else pushed.word,
        mapping=mapping.name,
        status=status,
        place="",
        said_at=pushed.said_at,
    )
