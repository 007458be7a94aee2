"""A device counts what it makes; a number that never came names a scan that was lost on the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import String, bindparam, func, select
from sqlmodel import Session

from tracker.actions.discrepancies import Finding, converge, open_finding
from tracker.actions.door import Door
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.store.insert import insert_if_absent
from tracker.store.queries.numbers import lock_chains
from tracker.store.tables import DEVICE_COUNTER, DISCREPANCY

MOST_GAPS_NAMED = 20
# Built once: every scan runs them.
_HIGHEST = select(func.max(DEVICE_COUNTER.c.counter)).where(DEVICE_COUNTER.c.device_id == bindparam("device"))
_OPEN_GAPS = select(DISCREPANCY.c.id, DISCREPANCY.c.subject).where(
    DISCREPANCY.c.code == DiscrepancyCode.COUNTER_GAP,
    DISCREPANCY.c.state == DiscrepancyState.OPEN,
    DISCREPANCY.c.subject.startswith(bindparam("subjects", type_=String), autoescape=False),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """The counters of a batch, and the highest one that its device had used before."""

    counters: frozenset[int]
    highest: int | None

    @property
    def goes_on(self) -> bool:
        """On from the highest without a hole: such a batch opens no gap and fills none."""
        first = min(self.counters) if self.highest is None else self.highest + 1
        return min(self.counters) == first and max(self.counters) == first + len(self.counters) - 1


def count_batch(session: Session, device: str, counters: Iterable[int]) -> Counted:
    """Before the batch uses them. Two batches of one device queue here: else each takes the other's for a gap."""
    given = frozenset(counters)
    if not given:
        return Counted(given, None)
    lock_chains(session, [f"counters of {device}"])
    return Counted(given, session.scalar(_HIGHEST, {"device": device}))


def use_counter(session: Session, device: str, counter: int) -> None:
    insert_if_absent(session, DEVICE_COUNTER, {"device_id": device, "counter": counter})


def settle_counter_gaps(session: Session, counted: Counted, door: Door) -> None:
    """Opens one discrepancy per gap of this device and ends those that were filled."""
    if not counted.counters:
        return
    device = door.actor.device
    opened = _open_gaps(session, device)
    if counted.goes_on and not _any_filled(session, device, opened):
        return
    gaps = _gaps(session, device)
    for first, last in gaps[:MOST_GAPS_NAMED]:
        open_finding(session, _finding(device, first, last, door), at=door.at)
    still = {first for first, _ in gaps}
    ended = [row_id for first, row_id in opened.items() if first not in still]
    if ended:
        converge(session, ended, at=door.at)


def _any_filled(session: Session, device: str, opened: Mapping[int, int]) -> bool:
    """Books of a time when a device's batches did not queue may tell of a gap that is none."""
    if not opened:
        return False
    used = DEVICE_COUNTER.c.counter.in_(opened)
    found = session.execute(select(DEVICE_COUNTER.c.counter).where(DEVICE_COUNTER.c.device_id == device, used).limit(1))
    return found.first() is not None


def _gaps(session: Session, device: str) -> list[tuple[int, int]]:
    """(first, last) missing counter of each gap."""
    used = (
        select(
            DEVICE_COUNTER.c.counter,
            func.lead(DEVICE_COUNTER.c.counter).over(order_by=DEVICE_COUNTER.c.counter).label("following"),
        )
        .where(DEVICE_COUNTER.c.device_id == device)
        .subquery()
    )
    rows = session.execute(select(used).where(used.c.following > used.c.counter + 1).order_by(used.c.counter))
    return [(row.counter + 1, row.following - 1) for row in rows]


def _open_gaps(session: Session, device: str) -> dict[int, int]:
    """First missing counter → discrepancy."""
    rows = session.execute(_OPEN_GAPS, {"subjects": f"device:{device}:"})
    return {int(row.subject.rpartition(":")[2]): row.id for row in rows}


def _finding(device: str, first: int, last: int, door: Door) -> Finding:
    return Finding(
        code=DiscrepancyCode.COUNTER_GAP,
        subject=f"device:{device}:{first}",
        since_at=door.at,
        office_id=door.actor.office_id,
        evidence={"post": {"device": device, "first": first, "last": last}},
    )
