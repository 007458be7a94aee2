"""Codes that were scanned and stand for nothing yet, and the items they may have been meant for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlmodel import Session, col

from tracker.config import Office
from tracker.domain.actor import Actor
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.orphans import Likeness, UnknownBecause, digits_of, likeness, near_numbers, why_unknown
from tracker.domain.vocabulary import EventType, Leg, Role, Status
from tracker.store.models import Discrepancy
from tracker.store.queries.catalogue import office_names
from tracker.store.queries.discrepancies import may_see_discrepancy
from tracker.store.queries.item_page import display_names
from tracker.store.queries.visibility import may_see_items
from tracker.store.tables import ADOPTION, EVENT, ITEM

MOST_LIKELY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanScan:
    """People and offices by name; `office_code` is empty for whoever stands for none."""

    type: EventType
    who: str
    role: Role
    office: str
    office_code: str
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """`id` is its discrepancy's; `scans` oldest first; `adopted_by` is the number of the item it was taken into."""

    id: int
    code: str
    because: UnknownBecause
    scans: tuple[OrphanScan, ...]
    adopted_by: str | None

    @property
    def is_bag(self) -> bool:
        return self.because is UnknownBecause.NOTHING_PACKED


@dataclass(frozen=True, slots=True)
class LikelyItem:
    number: str
    leg: Leg
    status: Status
    likeness: Likeness


def orphans(session: Session, reader: Actor, *, after: int = 0, limit: int = 50) -> list[Orphan]:
    """The ones that wait for somebody, oldest first; `after` is the id of the last one seen."""
    rows = session.execute(
        _of_reader(session, reader)
        .where(col(Discrepancy.state) == DiscrepancyState.OPEN, col(Discrepancy.id) > after)
        .order_by(col(Discrepancy.id))
        .limit(limit)
    ).all()
    return _orphans(session, [(row.id, row.subject) for row in rows])


def orphan(session: Session, reader: Actor, orphan_id: int) -> Orphan | None:
    """None for an unknown one and for another office's alike."""
    row = session.execute(_of_reader(session, reader).where(col(Discrepancy.id) == orphan_id)).first()
    return _orphans(session, [(row.id, row.subject)])[0] if row else None


def _of_reader(session: Session, reader: Actor) -> Select[int | None, str]:
    return select(col(Discrepancy.id), col(Discrepancy.subject)).where(
        col(Discrepancy.code) == DiscrepancyCode.ORPHAN_SCAN, may_see_discrepancy(session, reader)
    )


def _orphans(session: Session, rows: Sequence[tuple[int | None, str]]) -> list[Orphan]:
    codes = {orphan_id or 0: subject.removeprefix("code:") for orphan_id, subject in rows}
    scans, adopters = _scans(session, codes.values()), _adopters(session, codes.values())
    return [
        Orphan(
            id=orphan_id,
            code=code,
            because=why_unknown(code),
            scans=tuple(scans.get(code, ())),
            adopted_by=adopters.get(code),
        )
        for orphan_id, code in codes.items()
    ]


def _scans(session: Session, codes: Iterable[str]) -> dict[str, list[OrphanScan]]:
    chains = {chain: code for code in codes for chain in (f"code:{code}", f"bag:{code}")}
    rows = session.execute(select(EVENT).where(EVENT.c.chain.in_(chains)).order_by(EVENT.c.effective_at, EVENT.c.id))
    listed = rows.all()
    people = display_names(session, {row.stands_for or row.actor for row in listed})
    offices = office_names(session)
    found: dict[str, list[OrphanScan]] = {}
    for row in listed:
        who = row.stands_for or row.actor
        scan = OrphanScan(
            type=EventType(row.type),
            who=people.get(who, who),
            role=Role(row.stands_for_role or row.actor_role),
            office=offices.get(row.office_code or "", ""),
            office_code=row.office_code or "",
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
        )
        found.setdefault(chains[row.chain], []).append(scan)
    return found


def _adopters(session: Session, codes: Iterable[str]) -> dict[str, str]:
    chains = {f"code:{code}": code for code in codes}
    rows = session.execute(
        select(ADOPTION.c.chain, ITEM.c.number)
        .join(ITEM, ITEM.c.id == ADOPTION.c.item_id)
        .where(ADOPTION.c.chain.in_(chains))
    )
    return {chains[row.chain]: row.number for row in rows}


def likely_items(session: Session, reader: Actor, lost: Orphan, office: Office) -> list[LikelyItem]:
    """By number first, then what lay at the same office on the same local day; the likeliest first."""
    found = _by_number(session, reader, lost.code)
    named = {one.number for one in found}
    beside = [one for one in _by_place(session, reader, lost, office) if one.number not in named]
    order = list(Likeness)
    return sorted(found + beside, key=lambda one: (order.index(one.likeness), one.number))[:MOST_LIKELY]


def _by_number(session: Session, reader: Actor, code: str) -> list[LikelyItem]:
    near = near_numbers(code)
    if not near:
        return []
    alike = or_(ITEM.c.number.in_(near), func.substr(ITEM.c.number, 3, 9) == digits_of(code))
    rows = _items(session, reader, alike)
    return [LikelyItem(*row, how) for row in rows if (how := likeness(code, row[0])) is not None]


def _by_place(session: Session, reader: Actor, lost: Orphan, office: Office) -> list[LikelyItem]:
    found: dict[str, LikelyItem] = {}
    for code, day in {(scan.office_code, office.local_date(scan.effective_at)) for scan in lost.scans}:
        if not code:
            continue
        start = datetime.combine(day, time(), ZoneInfo(office.zone)).astimezone(UTC)
        there = select(EVENT.c.item_id).where(
            EVENT.c.office_code == code, EVENT.c.effective_at >= start, EVENT.c.effective_at < start + timedelta(days=1)
        )
        for row in _items(session, reader, ITEM.c.id.in_(there)):
            found[row[0]] = LikelyItem(*row, Likeness.SAME_PLACE)
    return list(found.values())


def _items(session: Session, reader: Actor, which: ColumnElement[bool]) -> list[tuple[str, Leg, Status]]:
    """Those under way first: a finished one rarely lies about without its number."""
    rows = session.execute(
        select(ITEM.c.number, ITEM.c.leg, ITEM.c.status)
        .where(which, may_see_items(session, reader))
        .order_by(ITEM.c.is_final, ITEM.c.id.desc())
        .limit(MOST_LIKELY)
    )
    return [(row.number, Leg(row.leg), Status(row.status)) for row in rows]
