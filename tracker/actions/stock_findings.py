"""An item on which count and record disagree: somebody's work until the two agree again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from tracker.domain.stock import (
    DIFFERENCES,
    SHOWS_IT,
    CountState,
    Noted,
    Place,
    Since,
    StockOutcome,
    differences_left,
)
from tracker.domain.vocabulary import Party
from tracker.store.queries.stock import stock_after
from tracker.store.queries.stories import ItemStory
from tracker.store.tables import STOCK_COUNT, STOCK_LINE

_LINES = STOCK_LINE.join(STOCK_COUNT, STOCK_COUNT.c.id == STOCK_LINE.c.count_id)
# Built once: every scan asks whether the item was ever missed or found where it was not expected.
_HAS_DIFFERENCE = (
    select(STOCK_LINE.c.line)
    .where(STOCK_LINE.c.item_id == bindparam("item_id"), STOCK_LINE.c.outcome.in_(sorted(DIFFERENCES)))
    .limit(1)
)
_NOTED = (
    select(
        STOCK_COUNT.c.id, STOCK_COUNT.c.place_kind, STOCK_COUNT.c.place_ref, STOCK_COUNT.c.signed_at,
        STOCK_COUNT.c.office_id, STOCK_LINE.c.outcome, STOCK_LINE.c.record_kind, STOCK_LINE.c.record_ref,
    )
    .select_from(_LINES)
    .where(STOCK_LINE.c.item_id == bindparam("item_id"), STOCK_COUNT.c.state == CountState.SIGNED)
    .where(STOCK_LINE.c.outcome.is_not(None))
    .order_by(STOCK_COUNT.c.signed_at)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StockDifference:
    """`told` is for the evidence: the count, who holds the item by the record, and what the scan said."""

    told: dict[str, str]
    since_at: datetime
    office_id: int


def was_miscounted(session: Session, item_id: int) -> bool:
    return session.scalar(_HAS_DIFFERENCE, {"item_id": item_id}) is not None


def stock_difference(session: Session, item_id: int, story: ItemStory) -> StockDifference | None:
    """None when count and record have come to agree."""
    rows = session.execute(_NOTED, {"item_id": item_id}).all()
    noted = [
        Noted(row.id, (Party(row.place_kind), row.place_ref), row.signed_at, StockOutcome(row.outcome),
              (Party(row.record_kind), row.record_ref) if row.record_kind else None)
        for row in rows
    ]  # fmt: skip
    left = differences_left(noted, _since(session, story, {one.place for one in noted}))
    if not left:
        return None
    office_id = next(row.office_id for row in rows if row.id == left[-1].count)
    return StockDifference(_told(left), min(one.signed_at for one in left), office_id)


def _since(session: Session, story: ItemStory, places: set[Place]) -> Since:
    standing = story.standing
    return Since(
        holder=(standing.custodian.kind, standing.custodian.ref),
        is_final=standing.status.is_final,
        seen_at=[
            stored.event.effective_at
            for stored in story.events
            if stored.event.type in SHOWS_IT
            and stored.event.bag_chain is None
            and stored.event.id not in story.folded.void
        ],
        last_signed={place: last.id for place in places if (last := stock_after(session, place)) is not None},
    )


def _told(left: tuple[Noted, ...]) -> dict[str, str]:
    return {
        "counts": ",".join(str(one.count) for one in left),
        "record": ",".join(_written(one.record) for one in left),
        "scan": ",".join(f"{one.outcome}@{_written(one.place)}" for one in left),
    }


def _written(place: Place | None) -> str:
    return ":".join(part for part in place if part) if place else ""
