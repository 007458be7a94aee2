"""What both sides know, read in bulk for the decision table: Core statements, one chunk of dossiers at a time."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlmodel import Session, col

from tracker.domain.cases import Case, DeliveryFact, ItemFact, PendingFact
from tracker.domain.discrepancies import DiscrepancyState, KnownRow
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.one_stop import ClaimFact
from tracker.domain.postal_orders import orders_of
from tracker.domain.vocabulary import Direction, EventType, IdentityBasis, Leg, Party, Receiver, Status
from tracker.store.models import Account, DossierNumberRow, Fee, FeedState, Office, WebSession
from tracker.store.queries.claims import ONE_STOP, dossiers_by_number
from tracker.store.queries.given import given_ids
from tracker.store.queries.outside_facts import informed, postal_words
from tracker.store.tables import CLAIM, DISCREPANCY, DOSSIER, EVENT, ITEM, ITEM_DOSSIER

# Whose instants and details the table asks for; all others only through the standing.
ACCEPTING = (EventType.ACCEPTED, EventType.COLLECTED)
HANDING = (EventType.DELIVERED, EventType.HANDED_OUT)
READ_TYPES = (*ACCEPTING, *HANDING, EventType.ATTEMPT_FAILED, EventType.CORRECTED)
# How far back the newest events are looked through for a phone's last word.
EVENTS_LOOKED_THROUGH = 20_000
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Lookups:
    """Read once per run: office ids by code, each office's own post office, when each person was last heard of."""

    office_ids: Mapping[str, int]
    post_offices: Mapping[int, int | None]
    heard_at: Mapping[str, datetime]


def lookups(session: Session) -> Lookups:
    offices = session.execute(select(col(Office.id), col(Office.code), col(Office.post_office_id))).all()
    return Lookups(
        office_ids={row.code: row.id for row in offices if row.id is not None},
        post_offices={row.id: row.post_office_id for row in offices if row.id is not None},
        heard_at=_heard_at(session),
    )


def _heard_at(session: Session) -> dict[str, datetime]:
    """By sign-in name: the newest of what browsers asked for and what was recorded lately."""
    newest = (
        select(EVENT.c.actor, EVENT.c.recorded_at).order_by(EVENT.c.id.desc()).limit(EVENTS_LOOKED_THROUGH).subquery()
    )
    recorded = select(newest.c.actor, func.max(newest.c.recorded_at)).group_by(newest.c.actor)
    asked = (
        select(col(Account.name), func.max(WebSession.last_seen_at))
        .join(WebSession, col(WebSession.account_id) == col(Account.id))
        .group_by(col(Account.name))
    )
    heard: dict[str, datetime] = {}
    for name, at in (*session.execute(recorded), *session.execute(asked)):
        heard[name] = max(at, heard.get(name, at))
    return heard


def cases(session: Session, dossier_ids: Sequence[int], known: Lookups) -> list[Case]:
    """In the order of their ids."""
    numbers = _numbers(session, dossier_ids)
    items = _items(session, dossier_ids, known)
    claims = _claims(session, dossier_ids)
    words = postal_words(session, dossier_ids, items)
    told = informed(session, dossier_ids)
    rows = session.execute(
        select(
            DOSSIER.c.id,
            DOSSIER.c.receiving_office_id,
            DOSSIER.c.deciding_agency_id,
            DOSSIER.c.result_by_post,
            DOSSIER.c.processing_due_on,
        )
        .where(DOSSIER.c.id.in_(dossier_ids))
        .order_by(DOSSIER.c.id)
    )
    return [
        Case(
            number=numbers.get(row.id, ""),
            dossier_id=row.id,
            receiving_office_id=row.receiving_office_id,
            deciding_office_id=row.deciding_agency_id,
            collecting_office_id=known.post_offices.get(row.deciding_agency_id or row.receiving_office_id),
            result_by_post=row.result_by_post,
            processing_due_on=row.processing_due_on,
            items=tuple(items[row.id]),
            claims=tuple(claims[row.id]),
            orders=orders_of(words[row.id], items[row.id]),
            informed_at=tuple(told[row.id]),
        )
        for row in rows
    ]


def _numbers(session: Session, dossier_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(col(DossierNumberRow.dossier_id), func.min(DossierNumberRow.text))
        .where(col(DossierNumberRow.dossier_id).in_(dossier_ids), col(DossierNumberRow.kind) == "local")
        .group_by(col(DossierNumberRow.dossier_id))
    )
    return {dossier_id: number for dossier_id, number in rows if number is not None}


def _claims(session: Session, dossier_ids: Sequence[int]) -> defaultdict[int, list[ClaimFact]]:
    rows = session.execute(
        select(CLAIM.c.dossier_id, CLAIM.c.id, CLAIM.c.status, CLAIM.c.word, CLAIM.c.channel, CLAIM.c.said_at)
        .where(CLAIM.c.dossier_id.in_(dossier_ids), CLAIM.c.source == ONE_STOP)
        .order_by(CLAIM.c.id)
    )
    found: defaultdict[int, list[ClaimFact]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(ClaimFact(row.id, row.status, row.word, row.channel, row.said_at))
    return found


def claims_of_strangers(session: Session, *, since_at: datetime) -> list[Case]:
    """Dossiers that came by post as the one-stop system says or once said, and that nobody registered here."""
    rows = session.execute(
        select(CLAIM.c.number, CLAIM.c.id, CLAIM.c.status, CLAIM.c.word, CLAIM.c.channel, CLAIM.c.said_at)
        .where(CLAIM.c.dossier_id.is_(None), CLAIM.c.source == ONE_STOP)
        .where(CLAIM.c.first_seen_at >= since_at)
        .order_by(CLAIM.c.number, CLAIM.c.id)
    ).all()
    known = dossiers_by_number(session, {compare_key(row.number) for row in rows})
    spoken: dict[str, list[ClaimFact]] = {}
    for row in rows:
        if compare_key(row.number) not in known:
            claim = ClaimFact(row.id, row.status, row.word, row.channel, row.said_at)
            spoken.setdefault(row.number, []).append(claim)
    return [Case(number=number, claims=tuple(claims)) for number, claims in spoken.items()]


def _items(session: Session, dossier_ids: Sequence[int], known: Lookups) -> defaultdict[int, list[ItemFact]]:
    rows = session.execute(
        select(ITEM_DOSSIER.c.dossier_id, ITEM)
        .join(ITEM, ITEM.c.id == ITEM_DOSSIER.c.item_id)
        .where(ITEM_DOSSIER.c.dossier_id.in_(dossier_ids))
        .order_by(ITEM.c.registered_at, ITEM.c.id)
    ).all()
    told = _told(session, {row.id for row in rows})
    fees = _fees_due(session, {row.id for row in rows if row.status == Status.DELIVERED})
    departures = _departures(session, [row for row in rows if row.pending_since is not None])
    found: defaultdict[int, list[ItemFact]] = defaultdict(list)
    for row in rows:
        fact = replace(_item(row, known), fees_due=fees.get(row.id, 0), pending=_pending(row, known, departures))
        found[row.dossier_id].append(with_events(fact, told[row.id]))
    return found


def _item(row: Row[tuple[object, ...]], known: Lookups) -> ItemFact:
    return ItemFact(
        id=row.id,
        number=row.number,
        leg=Leg(row.leg),
        status=Status(row.status),
        direction=Direction(row.direction),
        holder=Party(row.custodian_kind),
        holder_ref=row.custodian_ref,
        office_id=known.office_ids.get(row.office_code) if row.office_code else None,
        from_office_id=row.from_office_id,
        to_office_id=row.to_office_id,
        registered_at=row.registered_at,
        due_on=row.due_on,
        is_resent=row.resend,
        last_event_at=row.last_event_at,
        final_at=row.final_at,
        holder_seen_at=known.heard_at.get(row.custodian_ref) if row.custodian_ref else None,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One event of an item, with what it tells: those of READ_TYPES."""

    id: UUID
    type: EventType
    effective_at: datetime
    is_give: bool
    body: Mapping[str, Mapping[str, str | int | None]]

    @property
    def details(self) -> Mapping[str, str | int | None]:
        return self.body.get("details", {})


def events_read(item_ids: Iterable[int]) -> Select[Any]:
    """Of the items, what the rules read of their events, in recorded order."""
    read = EVENT.c.item_id, EVENT.c.event_id, EVENT.c.type, EVENT.c.effective_at, EVENT.c.hand, EVENT.c.chained
    asked = select(*read).where(EVENT.c.item_id.in_(list(item_ids)), EVENT.c.type.in_(READ_TYPES))
    return asked.order_by(EVENT.c.item_id, EVENT.c.seq)


def _told(session: Session, item_ids: Iterable[int]) -> defaultdict[int, list[Told]]:
    """In recorded order, without what a correction made void."""
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for row in session.execute(events_read(item_ids)):
        body = json.loads(row.chained)
        found[row.item_id].append(Told(row.event_id, EventType(row.type), row.effective_at, row.hand == "give", body))
    return defaultdict(list, {item_id: list(standing_ones(events)) for item_id, events in found.items()})


def standing_ones(events: Sequence[Told]) -> Iterator[Told]:
    """From the last to the first: a correction that is itself void voids nothing."""
    void: set[str] = set()
    standing = []
    for event in reversed(events):
        if str(event.id) in void:
            continue
        if event.type is EventType.CORRECTED:
            void.add(str(event.details.get("event")))
            continue
        standing.append(event)
    return reversed(standing)


def with_events(item: ItemFact, events: Sequence[Told]) -> ItemFact:
    accepted = [event.effective_at for event in events if event.type in ACCEPTING]
    failed = [event.effective_at for event in events if event.type is EventType.ATTEMPT_FAILED]
    handed = [event for event in events if event.type in HANDING and not event.is_give]
    return replace(
        item,
        accepted_at=min(accepted, default=None),
        first_failed_at=min(failed, default=None),
        delivery=_delivery(handed[-1]) if handed and item.status.is_final else None,
    )


def _delivery(event: Told) -> DeliveryFact:
    receiver, identity = event.details.get("receiver"), event.details.get("identity")
    basis = identity or (event.body.get("counterparty") or {}).get("basis")
    collected = event.details.get("fees_collected")
    return DeliveryFact(
        event=str(event.id),
        receiver=Receiver(str(receiver)) if receiver else None,
        identity=IdentityBasis(str(basis)) if basis else None,
        fees_collected=int(collected) if collected is not None else None,
    )


def _fees_due(session: Session, item_ids: Iterable[int]) -> dict[int, int]:
    """What recipients owe, in đồng, by item."""
    rows = session.execute(
        select(col(Fee.item_id), func.sum(Fee.amount))
        .where(col(Fee.item_id).in_(list(item_ids)), col(Fee.payer) == "recipient", col(Fee.paid).is_(False))
        .group_by(col(Fee.item_id))
    )
    return {item_id: int(amount or 0) for item_id, amount in rows}


def _departures(session: Session, waiting: Sequence[Row[tuple[object, ...]]]) -> frozenset[str]:
    """Which of the gives that wait are departures."""
    gives = [UUID(json.loads(row.standing)["pending"]["event"]) for row in waiting]
    rows = session.scalars(
        select(EVENT.c.event_id).where(EVENT.c.event_id.in_(gives), EVENT.c.type == EventType.DEPARTED)
    )
    return frozenset(str(event_id) for event_id in rows)


def _pending(row: Row[tuple[object, ...]], known: Lookups, departures: frozenset[str]) -> PendingFact | None:
    if row.pending_since is None:
        return None
    told = json.loads(row.standing)["pending"]
    to = Party(told["to"])
    return PendingFact(
        to=to,
        to_ref=told["to_ref"],
        since_at=row.pending_since,
        handover=told["handover"],
        event=told["event"],
        is_departure=told["event"] in departures,
        office_id=known.office_ids.get(told["to_ref"] or "") if to is Party.OFFICE else None,
    )


def last_events(session: Session, item_ids: Sequence[int]) -> dict[int, str]:
    """The id of the newest recorded event of each item."""
    newest = select(func.max(EVENT.c.id)).where(EVENT.c.item_id.in_(item_ids)).group_by(EVENT.c.item_id)
    rows = session.execute(select(EVENT.c.item_id, EVENT.c.event_id).where(EVENT.c.id.in_(newest)))
    return {row.item_id: str(row.event_id) for row in rows}


@dataclass(frozen=True, slots=True)
class StoredRow:
    id: int
    code: str
    subject: str
    dossier_id: int | None
    known: KnownRow


def open_rows(
    session: Session, codes: Iterable[str], dossier_ids: Collection[int] | None = None
) -> Iterator[StoredRow]:
    """One after the other: there may be many. Only of these dossiers and of none; None: of all."""
    is_asked = [DISCREPANCY.c.state == DiscrepancyState.OPEN, DISCREPANCY.c.code.in_(list(codes))]
    if dossier_ids is not None:
        of_them = DISCREPANCY.c.dossier_id.in_(given_ids(session, dossier_ids))
        is_asked.append(or_(DISCREPANCY.c.dossier_id.is_(None), of_them))
    return _stored(session, *is_asked)


def rows_of_subjects(session: Session, subjects: Sequence[str]) -> list[StoredRow]:
    return list(_stored(session, DISCREPANCY.c.subject.in_(subjects)))


def _stored(session: Session, *conditions: ColumnElement[bool]) -> Iterator[StoredRow]:
    rows = session.execute(
        select(
            DISCREPANCY.c.id,
            DISCREPANCY.c.code,
            DISCREPANCY.c.subject,
            DISCREPANCY.c.dossier_id,
            DISCREPANCY.c.state,
            DISCREPANCY.c.reason,
            DISCREPANCY.c.evidence_hash,
        )
        .where(*conditions)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in rows:
        known = KnownRow(DiscrepancyState(row.state), row.reason, row.evidence_hash)
        yield StoredRow(row.id, row.code, row.subject, row.dossier_id, known)


def are_feeds_trusted(session: Session, sources: Iterable[str]) -> bool:
    """What one of them hides, another cannot prove."""
    return all(is_feed_trusted(session, source) for source in sources)


def is_feed_trusted(session: Session, source: str) -> bool:
    """False while it fails, and while it never answered: its silence then proves nothing."""
    state = session.get(FeedState, source)
    return state is not None and state.failing_since is None
