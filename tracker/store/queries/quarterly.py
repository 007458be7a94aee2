"""What moved in a quarter, read for its report. A scan that was taken back does not count."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Subquery, and_, exists, select, union, union_all
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.quarterly import HARMED, TAKEN_IN, Envelope, Quarter, Report, report
from tracker.domain.vocabulary import EventType, Leg, Status
from tracker.store.queries.stories import read_stories
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ADOPTION, EVENT, ITEM, OFFICE

READ_AT_ONCE = 500
Span = tuple[datetime, datetime]
Found = Row[tuple[object, ...]]


def quarterly_report(session: Session, reader: Actor, quarter: Quarter, zone: ZoneInfo) -> Report:
    """Of the envelopes the reader may see, in quarters as that zone counts days."""
    span = quarter.span(zone)
    return report(_envelopes(session, reader, span, zone), span)


def _envelopes(session: Session, reader: Actor, span: Span, zone: ZoneInfo) -> Iterator[Envelope]:
    moves = _moves()
    in_span = select(moves.c.item_id).where(_within(moves.c.effective_at, span))
    wanted = union(in_span, select(ITEM.c.id).where(_within(ITEM.c.final_at, span)))
    asked = ITEM.c.id.in_(wanted), may_see_items(session, reader), ITEM.c.status != Status.CANCELLED
    counted = _counted(session, session.execute(
        select(moves, ITEM.c.number, _is_corrected().label("is_corrected"))
        .join(ITEM, ITEM.c.id == moves.c.item_id)
        .where(*asked)
    ).all())  # fmt: skip
    items = session.execute(
        select(ITEM.c.id, ITEM.c.leg, ITEM.c.due_on, ITEM.c.status, ITEM.c.final_at, OFFICE.c.code)
        .join(OFFICE, OFFICE.c.id == ITEM.c.from_office_id)
        .where(*asked)
        .order_by(OFFICE.c.name, ITEM.c.id)
    )
    for item in items:
        yield _envelope(item, counted.get(item.id, {}), zone)


def _moves() -> Subquery:
    """Events of an item's own chain, and of those that were adopted into it."""
    columns = EVENT.c.event_id, EVENT.c.type, EVENT.c.effective_at
    of_these = EVENT.c.type.in_(TAKEN_IN | HARMED)
    own = select(EVENT.c.item_id, *columns).where(of_these, EVENT.c.item_id.is_not(None))
    adopted = select(ADOPTION.c.item_id, *columns).join(EVENT, EVENT.c.chain == ADOPTION.c.chain).where(of_these)
    return union_all(own, adopted).subquery("moves")


def _within(at: ColumnElement[datetime | None], span: Span) -> ColumnElement[bool]:
    return and_(at >= span[0], at < span[1])


def _is_corrected() -> ColumnElement[bool]:
    return exists().where(EVENT.c.item_id == ITEM.c.id, EVENT.c.type == EventType.CORRECTED).correlate(ITEM)


def _counted(session: Session, rows: Iterable[Found]) -> Mapping[int, Mapping[EventType, list[datetime]]]:
    """Instants by item and kind of event. Only an item with a correction needs its whole story to be told."""
    kept = list(rows)
    void = _void(session, {row.item_id: row.number for row in kept if row.is_corrected})
    found: dict[int, dict[EventType, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for row in kept:
        if row.event_id not in void:
            found[row.item_id][EventType(row.type)].append(row.effective_at)
    return found


def _void(session: Session, numbers: Mapping[int, str]) -> set[object]:
    void: set[object] = set()
    ids = sorted(numbers)
    for start in range(0, len(ids), READ_AT_ONCE):
        some = {item_id: numbers[item_id] for item_id in ids[start : start + READ_AT_ONCE]}
        for story in read_stories(session, some).values():
            void |= story.folded.void
    return void


def _envelope(item: Found, moved: Mapping[EventType, list[datetime]], zone: ZoneInfo) -> Envelope:
    taken_in = [at for kind in TAKEN_IN for at in moved.get(kind, ())]
    return Envelope(
        office=item.code,
        leg=Leg(item.leg),
        due_on=item.due_on,
        status=Status(item.status),
        taken_in_at=min(taken_in, default=None),
        astray_at=tuple(moved.get(EventType.MISSING, ())),
        damaged_at=tuple(moved.get(EventType.DAMAGED, ())),
        ended_at=item.final_at,
        ended_on=item.final_at.astimezone(zone).date() if item.final_at else None,
    )
