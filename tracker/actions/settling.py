"""An event as sent becomes an event as recorded: who it stands for, whose hand, when, with which flags."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.accounts import verify_pin
from tracker.actions.codes import Target
from tracker.actions.door import Door
from tracker.actions.sent_events import MalformedEvent, SentEvent
from tracker.domain.chain import instant
from tracker.domain.countersigning import may_countersign
from tracker.domain.details import BadDetail, parse_details
from tracker.domain.refusal import Cause
from tracker.domain.roles import OFFICE_ROLES
from tracker.domain.vocabulary import Anomaly, LabelState, Role
from tracker.store.models import ItemDocument
from tracker.store.queries.accounts import account_by_name
from tracker.store.queries.catalogue import office_by_code, office_ids_below, office_of

CLOCK_TOLERANCE = timedelta(minutes=5)
OLDEST_BELIEVABLE = timedelta(days=366)


class RefusedEvent(Exception):
    """The user may not make it; the body is kept for the supervisor, outside the event table."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class StandsFor:
    """On whose behalf a supervisor enters an event."""

    name: str
    role: Role
    office_code: str


@dataclass(frozen=True, slots=True)
class Times:
    """All aware UTC, whole milliseconds: what is hashed is what is sorted."""

    occurred_at: datetime
    effective_at: datetime
    is_at_fault: bool


def whole_ms(at: datetime) -> datetime:
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def settle_times(sent: SentEvent, door: Door) -> Times:
    """Offset: the event's own, else server time less the request's device time, else none."""
    occurred = whole_ms(sent.occurred_at)
    if sent.clock_offset_ms is not None:
        offset = timedelta(milliseconds=sent.clock_offset_ms)
    elif door.device_time is not None:
        offset = door.at - door.device_time
    else:
        offset = timedelta()
    recorded = whole_ms(door.at)
    try:
        effective = whole_ms(occurred + offset)
    except OverflowError:
        return Times(occurred, recorded, is_at_fault=True)
    if effective > recorded + CLOCK_TOLERANCE:
        return Times(occurred, recorded, is_at_fault=True)
    return Times(occurred, effective, is_at_fault=effective < recorded - OLDEST_BELIEVABLE)


def settle_stand_in(session: Session, sent: SentEvent, door: Door) -> StandsFor | None:
    """Somebody of the supervisor's own offices; anybody else is as good as unknown."""
    if sent.on_behalf_of is None:
        return None
    if door.actor.role is not Role.SUPERVISOR:
        raise RefusedEvent(Cause.WRONG_ROLE)
    account = account_by_name(session, sent.on_behalf_of)
    if account is None or account.office_id not in office_ids_below(session, door.actor.office_id):
        raise MalformedEvent("on_behalf_of", Cause.UNKNOWN_ACCOUNT)
    return StandsFor(account.name, Role(account.role), office_of(session, account.office_id).code)


def settle_office(session: Session, sent: SentEvent, stand_in: StandsFor | None, door: Door) -> str | None:
    """The office told, else the own office of whoever stands for one. An office nobody knows is a slip, not a place."""
    if sent.office is not None:
        if office_by_code(session, sent.office) is None:
            raise MalformedEvent("office", Cause.UNKNOWN_OFFICE)
        return sent.office
    return own_office(stand_in, door)


def own_office(stand_in: StandsFor | None, door: Door) -> str | None:
    """None for whoever stands for no office, as a courier does not."""
    role, code = (stand_in.role, stand_in.office_code) if stand_in else (door.actor.role, door.actor.office_code)
    return code if role in OFFICE_ROLES else None


def settle_second_person(session: Session, sent: SentEvent, door: Door) -> tuple[str, Role] | None:
    """Name and role of the second person whose PIN was right in this call.

    Raises RefusedEvent pin_wrong, or second_person_missing when the right person stands on the wrong side.
    """
    other = sent.counterparty
    if other is None or other.pin is None:
        _refuse_unknown_user(session, other.user if other else None)
        return _second_of_the_list(sent, door)
    account = verify_pin(session, other.user or "", other.pin, at=door.at)
    if account is None or account.name == door.actor.name:
        raise RefusedEvent(Cause.PIN_WRONG)
    if not may_countersign(sent.type, door.actor.role, Role(account.role)):
        raise RefusedEvent(Cause.SECOND_PERSON_MISSING)
    return account.name, Role(account.role)


def _second_of_the_list(sent: SentEvent, door: Door) -> tuple[str, Role] | None:
    if door.second is None or sent.counterparty is None or sent.counterparty.user != door.second[0]:
        return None
    if not may_countersign(sent.type, door.actor.role, door.second[1]):
        raise RefusedEvent(Cause.SECOND_PERSON_MISSING)
    return door.second


def _refuse_unknown_user(session: Session, name: str | None) -> None:
    """Any other words could be a person's name, and a body is never erased."""
    if name is not None and account_by_name(session, name) is None:
        raise MalformedEvent("counterparty.user", Cause.UNKNOWN_ACCOUNT)


def told_flags(
    sent: SentEvent, target: Target, settled: tuple[Times, StandsFor | None], door: Door
) -> frozenset[Anomaly]:
    """Flags that no other event can change."""
    times, stand_in = settled
    flags = set()
    if times.is_at_fault:
        flags.add(Anomaly.CLOCK_FAULT)
    own = own_office(stand_in, door)
    if own is not None and sent.office not in {None, own}:
        flags.add(Anomaly.WRONG_OFFICE)
    label = target.label
    if label is not None and label.state is not LabelState.CURRENT:
        replaced_before = label.superseded_at is None or label.superseded_at <= times.effective_at
        if replaced_before or label.state is LabelState.VOID:
            flags.add(Anomaly.OLD_LABEL_USED)
    return frozenset(flags)


def document_lines(session: Session, item_id: int | None, details: Mapping[str, object]) -> dict[str, int]:
    """Lines of the item's documents by name, where the details name any."""
    if not details.keys() & {"counts", "recalled"}:
        return {}
    rows = session.execute(
        select(col(ItemDocument.name), col(ItemDocument.line)).where(col(ItemDocument.item_id) == item_id)
    )
    return {row.name: row.line for row in rows}


def body_of_sent(sent: SentEvent, code: str, details: Mapping[str, object]) -> dict[str, object]:
    """The part of an event that its id stands for; absent fields are left out."""
    other = sent.counterparty
    parts: dict[str, object | None] = {
        "id": str(sent.id),
        "code": code,
        "type": sent.type,
        "occurred_at": instant(sent.occurred_at),
        "device_counter": sent.device_counter,
        "prev": str(sent.prev) if sent.prev else None,
        "source": sent.source,
        "on_behalf_of": sent.on_behalf_of,
        "office": sent.office,
        "counterparty": {
            key: value
            for key, value in (("kind", other.kind), ("user", other.user), ("basis", other.basis))
            if value is not None
        }
        if other
        else None,
        "reason": sent.reason,
        "details": dict(details) or None,
        "evidence": list(sent.evidence) if sent.evidence else None,
    }
    return {key: value for key, value in parts.items() if value is not None}


def refused_body(session: Session, sent: SentEvent, target: Target) -> dict[str, object]:
    """For the supervisor to enter it, if it was true; names nobody but people who sign in here."""
    raw = sent.details or {}
    try:
        details = parse_details(sent.type, raw, document_lines(session, target.item_id, raw)).body
    except BadDetail:
        details = {}
    body = body_of_sent(sent, target.code, details)
    if sent.office is not None and office_by_code(session, sent.office) is None:
        del body["office"]
    if sent.on_behalf_of is not None and account_by_name(session, sent.on_behalf_of) is None:
        del body["on_behalf_of"]
    other = body.get("counterparty")
    if isinstance(other, dict) and "user" in other and account_by_name(session, other["user"]) is None:
        del other["user"]
    return body


def note_text(sent: SentEvent, unknown: Mapping[str, object]) -> str | None:
    """Free text and what `details` held beyond its known keys; erasable."""
    kept = {**({"note": sent.note} if sent.note else {}), **({"details": dict(unknown)} if unknown else {})}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None
