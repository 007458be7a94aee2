"""Which dossiers a row of the decision table could speak of now: one prefilter per row.

Each answers every dossier its rule speaks of, and few others; the rule itself then judges. A prefilter knows no grace
but where a column alone tells when it ends (`Outlived`): how long the others wait is kept in `grace_end`.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, text, union_all
from sqlmodel import Session

from tracker.domain.discrepancies import DiscrepancyCode as Code, DiscrepancyState
from tracker.domain.notices import NoticeKind
from tracker.domain.one_stop import BY_POST, NationalStatus as One, beyond
from tracker.domain.vocabulary import Direction, EventType, Leg, Status
from tracker.store.json_text import fees_collected
from tracker.store.models.events import TELLS_AUTHORISED, TELLS_MONEY
from tracker.store.queries.claims import ENDED_STATUSES, ONE_STOP
from tracker.store.queries.given import given_ids
from tracker.store.queries.order_suspects import order_mismatch, ordered_twice
from tracker.store.queries.suspicion import (
    COUNTS,
    ID,
    IS_DELIVERED,
    IS_OPEN,
    IS_OPEN_THEN,
    LINK,
    ON_RESULT,
    ON_SUBMISSION,
    SAYS,
    SAYS_THEN,
    Asked,
    Bounds,
    Condition,
    Dossiers,
    Prefilter,
    among,
    dossiers,
    is_looked_at,
    looked_at,
    of_items,
    of_items_while,
    whole,
    with_item,
)
from tracker.store.tables import CLAIM, DISCREPANCY, DOSSIER, EVENT, FEE, ITEM, ITEM_DOSSIER, NOTICE

READ_AT_ONCE = 5_000


def _office_not_receipted(_: Bounds) -> Iterator[Asked]:
    for said in (SAYS.is_(None), SAYS == One.NEW):
        yield dossiers(said, with_item(ON_SUBMISSION, IS_DELIVERED))


RECEIPTED = (
    One.RECEIVED, One.PROCESSING, One.SUPPLEMENT_ASKED, One.PAYMENT_ASKED, One.FINISHED, One.RETURNED,
)  # fmt: skip
NOT_FINISHED = (One.NEW, One.RECEIVED, One.PROCESSING, One.SUPPLEMENT_ASKED, One.PAYMENT_ASKED)
GIVEN_UP = (One.NOT_ACCEPTED, One.WITHDRAWN, One.STOPPED)
ENDED = frozenset({*ENDED_STATUSES, One.FINISHED})


def _receipted_without_handover(_: Bounds) -> Iterator[Asked]:
    yield of_items_while(SAYS_THEN.in_(RECEIPTED), IS_OPEN, ON_SUBMISSION)


def _postal_order_missing(bounds: Bounds) -> Iterator[Asked]:
    came_by_post = exists().where(CLAIM.c.dossier_id == ID, CLAIM.c.source == ONE_STOP, CLAIM.c.channel == BY_POST)
    lacks_order = and_(~with_item(ON_SUBMISSION, COUNTS), came_by_post.correlate(DOSSIER))
    yield from looked_at(bounds, lacks_order)


def _result_not_collected(_: Bounds) -> Iterator[Asked]:
    yield dossiers(SAYS == One.FINISHED, DOSSIER.c.result_by_post.is_(True), ~with_item(ON_RESULT, COUNTS))


def _posted_before_finished(_: Bounds) -> Iterator[Asked]:
    yield of_items_while(SAYS_THEN.in_(NOT_FINISHED), IS_OPEN, ON_RESULT, ITEM.c.status != Status.REGISTERED)
    yield dossiers(SAYS.in_(NOT_FINISHED), with_item(ON_RESULT, IS_DELIVERED))


def _returned_too_early(_: Bounds) -> Iterator[Asked]:
    yield of_items_while(SAYS_THEN == One.RETURNED, IS_OPEN, ON_RESULT)


def _closing_not_reported(_: Bounds) -> Iterator[Asked]:
    yield dossiers(SAYS == One.FINISHED, with_item(ON_RESULT, IS_DELIVERED))


def _wrongly_closed(bounds: Bounds) -> Iterator[Asked]:
    is_closed = and_(SAYS_THEN == One.RETURNED, is_looked_at(bounds))
    yield of_items_while(is_closed, ITEM.c.is_final.is_(True), ITEM.c.status == Status.RETURNED, ON_RESULT)


def _papers_must_travel_back(bounds: Bounds) -> Iterator[Asked]:
    travels_on = and_(IS_OPEN, ITEM.c.direction == Direction.FORWARD)
    for leg in (Leg.SUBMISSION, Leg.SUPPLEMENT):
        yield of_items_while(SAYS_THEN.in_(GIVEN_UP), travels_on, ITEM.c.leg == leg)
    lies_there = and_(with_item(ON_SUBMISSION, IS_DELIVERED), ~with_item(ON_RESULT, COUNTS))
    yield from looked_at(bounds, and_(SAYS_THEN.in_(GIVEN_UP), lies_there))


def _citizen_not_informed(_: Bounds) -> Iterator[Asked]:
    told = exists().where(
        NOTICE.c.dossier_id == ID,
        NOTICE.c.kind == NoticeKind.SUPPLEMENT_ASKED,
        NOTICE.c.at >= DOSSIER.c.one_stop_said_at,
    )
    is_on_its_way = with_item(IS_OPEN_THEN, ITEM.c.leg == Leg.SUPPLEMENT)
    yield dossiers(SAYS == One.SUPPLEMENT_ASKED, ~is_on_its_way, ~told.correlate(DOSSIER))


def _duplicate_order(bounds: Bounds) -> Iterator[Asked | Dossiers]:
    opened = of_items(IS_OPEN).query
    yield opened.group_by(LINK.dossier_id, ITEM.c.leg).having(func.count() > 1)
    yield from looked_at(bounds, _has_delivered_twice())
    yield from ordered_twice(bounds)


def _has_delivered_twice() -> Condition:
    """Two delivered ones on a leg, of which one at least was not registered as sent again."""
    first, second, link = ITEM.alias(), ITEM.alias(), ITEM_DOSSIER.alias()
    pair = exists().where(
        ITEM_DOSSIER.c.dossier_id == ID,
        link.c.dossier_id == ID,
        link.c.item_id > ITEM_DOSSIER.c.item_id,
        first.c.id == ITEM_DOSSIER.c.item_id,
        second.c.id == link.c.item_id,
        first.c.leg == second.c.leg,
        first.c.leg != Leg.SUPPLEMENT,
        *(one.c.status == Status.DELIVERED for one in (first, second)),
        or_(first.c.resend.is_(False), second.c.resend.is_(False)),
    )
    return pair.correlate(DOSSIER)


# Kept apart by the partial indexes over the few deliveries that tell it.
_TELLS_MONEY, _TELLS_AUTHORISED = (text(told) for told in (TELLS_MONEY, TELLS_AUTHORISED))
_IS_HANDING = EVENT.c.type.in_([EventType.DELIVERED, EventType.HANDED_OUT])
_HAS_ITEM = EVENT.c.item_id > 0  # true of all, and the way into those indexes
_IS_OWED = and_(FEE.c.payer == "recipient", FEE.c.paid == false())


def _delivery_rule_breach(bounds: Bounds) -> Iterator[Asked]:
    telling = select(EVENT.c.item_id).where(_TELLS_AUTHORISED, _HAS_ITEM)
    yield of_items_while(is_looked_at(bounds), _is_among(telling, bounds))


def _is_among(items: Select[tuple[int]], bounds: Bounds) -> Condition:
    """By a probe for each item where few are asked about, else by what was gathered over all."""
    if not bounds.of_few:
        return ITEM.c.id.in_(items)
    return items.where(items.selected_columns[0] == ITEM.c.id).correlate(ITEM).exists()


def _money_difference(bounds: Bounds) -> Iterator[Asked]:
    """What was collected and not owed, or owed and not collected."""
    owed = select(func.coalesce(func.sum(FEE.c.amount), 0)).where(FEE.c.item_id == ITEM.c.id, _IS_OWED)
    differs = func.coalesce(fees_collected(EVENT.c.chained), 0) != owed.correlate(ITEM).scalar_subquery()
    told = exists().where(EVENT.c.item_id == ITEM.c.id, _IS_HANDING, differs).correlate(ITEM)
    collected = select(EVENT.c.item_id).where(_TELLS_MONEY, _HAS_ITEM)
    delivered = and_(IS_DELIVERED, is_looked_at(bounds), told)
    for asked in (collected, select(FEE.c.item_id).where(_IS_OWED)):
        yield of_items_while(delivered, _is_among(asked, bounds))


def _status_rollback(_: Bounds) -> Iterator[Asked]:
    for status in (None, *One):
        if status in ENDED_STATUSES:  # nothing lies beyond them
            continue
        was_beyond = CLAIM.c.status.in_(sorted(beyond(status)))
        spoke = exists().where(CLAIM.c.dossier_id == ID, CLAIM.c.source == ONE_STOP, was_beyond)
        yield dossiers(_says(status), spoke.correlate(DOSSIER))


def _says(status: int | None) -> Condition:
    return SAYS.is_(None) if status is None else SAYS.in_([int(status)])


def _silent_item(bounds: Bounds) -> Iterator[Asked]:
    for status in bounds.outlived.silent_since:
        is_it = (IS_OPEN, ITEM.c.status == status)
        until = bounds.outlived.silent_since[status]
        since = bounds.since.silent_since[status] if bounds.since else None
        yield of_items(*is_it, _has_outlived(ITEM.c.last_event_at, until, since))
        never_heard = _has_outlived(ITEM.c.registered_at, until, since)
        yield of_items(*is_it, ITEM.c.last_event_at.is_(None), never_heard)


def _has_outlived(column: ColumnElement[datetime], until: datetime, since: datetime | None) -> Condition:
    return column <= until if since is None else and_(column <= until, column > since)


def _open_handover(bounds: Bounds) -> Iterator[Asked]:
    since = bounds.since.handed_since if bounds.since else None
    yield of_items(IS_OPEN, _has_outlived(ITEM.c.pending_since, bounds.outlived.handed_since, since))


def _late_postal(bounds: Bounds) -> Iterator[Asked]:
    yield of_items(IS_OPEN, _is_late(ITEM.c.due_on, bounds))


def _late_processing(bounds: Bounds) -> Iterator[Asked]:
    for status in (None, *(status for status in One if status not in ENDED)):
        yield dossiers(_says(status), _is_late(DOSSIER.c.processing_due_on, bounds))


def _is_late(column: ColumnElement[date], bounds: Bounds) -> Condition:
    is_late = column < bounds.outlived.due_before
    return is_late if bounds.since is None else and_(is_late, column >= bounds.since.due_before)


PREFILTERS: Mapping[Code, Prefilter] = MappingProxyType(
    {
        Code.OFFICE_NOT_RECEIPTED: _office_not_receipted,
        Code.RECEIPTED_WITHOUT_HANDOVER: _receipted_without_handover,
        Code.POSTAL_ORDER_MISSING: _postal_order_missing,
        Code.RESULT_NOT_COLLECTED: _result_not_collected,
        Code.POSTED_BEFORE_FINISHED: _posted_before_finished,
        Code.RETURNED_TOO_EARLY: _returned_too_early,
        Code.CLOSING_NOT_REPORTED: _closing_not_reported,
        Code.WRONGLY_CLOSED: _wrongly_closed,
        Code.PAPERS_MUST_TRAVEL_BACK: _papers_must_travel_back,
        Code.CITIZEN_NOT_INFORMED: _citizen_not_informed,
        Code.DUPLICATE_ORDER: _duplicate_order,
        Code.DELIVERY_RULE_BREACH: _delivery_rule_breach,
        Code.MONEY_DIFFERENCE: _money_difference,
        Code.STATUS_ROLLBACK: _status_rollback,
        Code.SILENT_ITEM: _silent_item,
        Code.OPEN_HANDOVER: _open_handover,
        Code.ORDER_MISMATCH: order_mismatch,
        Code.LATE_POSTAL: _late_postal,
        Code.LATE_PROCESSING: _late_processing,
    }
)
# Those whose columns alone tell when the grace ends: between two runs only what outlived it since is asked for.
TIMED = (Code.SILENT_ITEM, Code.OPEN_HANDOVER, Code.LATE_POSTAL, Code.LATE_PROCESSING)


def _of_open_rows(codes: Iterable[Code]) -> Dossiers:
    """What is open is looked at until it has ended, however long ago its dossier did."""
    return select(DISCREPANCY.c.dossier_id).where(
        DISCREPANCY.c.state == DiscrepancyState.OPEN,
        DISCREPANCY.c.code.in_(sorted(codes)),
        DISCREPANCY.c.dossier_id.is_not(None),
    )


def suspects_query(codes: Iterable[Code], bounds: Bounds, ids: Select[tuple[int]] | None = None) -> Dossiers:
    """In the order of their ids, each once. A code without a prefilter asks for every dossier there is to look at."""
    asked = sorted(codes)
    pieces = [one for code in asked if code in PREFILTERS for one in PREFILTERS[code](bounds)]
    if not set(asked) <= PREFILTERS.keys():
        pieces.append(dossiers(is_looked_at(bounds)))
    pieces.append(_of_open_rows(asked))
    parts = whole(pieces) if ids is None else among(pieces, ids)
    # Not UNION: SQLite would sort each part and merge them pair by pair.
    found = union_all(*parts).subquery("found").columns[0]
    return select(found).distinct().order_by(found)


def suspects(session: Session, codes: Iterable[Code], bounds: Bounds) -> "array[int]":
    return _ids(session, suspects_query(codes, bounds))


def suspects_among(session: Session, codes: Iterable[Code], bounds: Bounds, ids: Collection[int]) -> "array[int]":
    """Most of what changes has ended long ago, and is looked at no more: that is asked first."""
    of_few = replace(bounds, of_few=True)
    left = session.scalars(select(ID).where(ID.in_(given_ids(session, ids)), is_looked_at(bounds))).all()
    return _ids(session, suspects_query(codes, of_few, given_ids(session, left))) if left else array("q")


def _ids(session: Session, asked: Dossiers) -> "array[int]":
    found = array("q")
    rows = session.execute(asked.execution_options(yield_per=READ_AT_ONCE))
    for part in rows.scalars().partitions():
        found.extend(part)
    return found


def outlived_since(session: Session, codes: Iterable[Code], bounds: Bounds) -> set[int]:
    """Dossiers that nothing happened to, and of which a timed row can speak all the same."""
    timed = [one for code in sorted(set(codes) & set(TIMED)) for one in PREFILTERS[code](bounds)]
    return set(session.scalars(union_all(*whole(timed)))) if timed else set()
