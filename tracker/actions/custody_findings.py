"""Custody's own discrepancies: opened and ended in the transaction that records the event."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.discrepancies import Finding, converge, open_finding
from tracker.actions.stock_findings import StockDifference, stock_difference, was_miscounted
from tracker.domain.bags import lists_as_missing
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState, discrepancy_of
from tracker.domain.events import Standing
from tracker.domain.vocabulary import Anomaly, EventType
from tracker.store.models import Discrepancy, ItemDossier, Office
from tracker.store.queries.stories import ItemStory
from tracker.store.tables import ITEM

ENDING_DECISIONS = frozenset({EventType.CANCELLED, EventType.DECLARED_LOST, EventType.UNCLAIMED})
ANOMALY_CODES = frozenset(code for anomaly in Anomaly if (code := discrepancy_of(anomaly)) is not None)


@dataclass(frozen=True, slots=True)
class Turn:
    """What an item's story was and is; `taken` are the dossiers whose place on the leg another item holds."""

    before: Standing
    story: ItemStory
    taken: tuple[int, ...]


def settle_findings(session: Session, item_id: int, turn: Turn, *, at: datetime) -> None:
    """Opens what the story shows, ends what it no longer shows."""
    before, now = turn.before, turn.story.standing
    was_bagged = any(stored.event.details.bag for stored in turn.story.events)
    was_counted = was_miscounted(session, item_id)
    if not (before.anomalies or now.anomalies or turn.taken or before.legal_submission_at or was_bagged or was_counted):
        return
    counted = stock_difference(session, item_id, turn.story) if was_counted else None
    findings = _of_anomalies(item_id, turn.story) + _of_legal_time(item_id, before, now)
    findings += _of_counts(session, item_id, turn.story, counted)
    findings += [_of_taken_leg(item_id, dossier_id, now) for dossier_id in turn.taken]
    dossier_id, office_id = _context(session, item_id, now)
    for finding in findings:
        owner_id = finding.office_id or office_id
        placed = replace(finding, dossier_id=dossier_id, item_id=item_id, office_id=owner_id)
        open_finding(session, placed, at=at)
    _end_others(session, item_id, {(finding.code, finding.subject) for finding in findings}, at=at)


def _of_anomalies(item_id: int, story: ItemStory) -> list[Finding]:
    effective = {stored.event.id: stored.event.effective_at for stored in story.events}
    bearers: dict[tuple[DiscrepancyCode, str], list[str]] = {}
    since: dict[tuple[DiscrepancyCode, str], datetime] = {}
    overtaken = _overtaken_ends(story)
    for event_id, anomalies in story.folded.borne.items():
        codes = {code for anomaly in anomalies if (code := discrepancy_of(anomaly)) is not None}
        for code in sorted(codes | ({DiscrepancyCode.AFTER_FINAL} if event_id in overtaken else set())):
            subject = f"event:{event_id}" if code is DiscrepancyCode.CLOCK_FAULT else f"item:{item_id}"
            bearers.setdefault((code, subject), []).append(str(event_id))
            earliest = since.get((code, subject), effective[event_id])
            since[code, subject] = min(earliest, effective[event_id])
    return [
        Finding(
            code=code,
            subject=subject,
            since_at=since[code, subject],
            evidence={"post": {"events": ",".join(sorted(events))}},
        )
        for (code, subject), events in bearers.items()
    ]


def _overtaken_ends(story: ItemStory) -> frozenset[UUID]:
    """Decisions that ended the item when they were made, until evidence of an earlier, other end came in late."""
    if not story.standing.status.is_final:
        return frozenset()
    return frozenset(
        stored.event.id
        for stored in story.events
        if stored.event.type in ENDING_DECISIONS
        and Anomaly.UNEXPECTED_EVENT in story.folded.borne.get(stored.event.id, ())
    )


def _of_counts(session: Session, item_id: int, story: ItemStory, counted: StockDifference | None) -> list[Finding]:
    """Scanned elsewhere while its bag says it is inside, not found when the bag was opened, or another in a count."""
    off = {**story.folded.left_bags, **_lists_as_missing(session, item_id, story)}
    since = [stored.event.effective_at for stored in story.events if stored.event.id in off]
    told: dict[str, str] = {}
    if off:
        told = {"bags": ",".join(sorted(set(off.values()))), "events": ",".join(sorted(map(str, off)))}
    if counted is not None:
        since.append(counted.since_at)
        told |= counted.told
    if not told:
        return []
    return [
        Finding(
            code=DiscrepancyCode.COUNT_MISMATCH,
            subject=f"item:{item_id}",
            since_at=min(since),
            office_id=counted.office_id if counted else None,
            evidence={"post": told},
        )
    ]


def _lists_as_missing(session: Session, item_id: int, story: ItemStory) -> dict[UUID, str]:
    """The bag by the event that opened it."""
    opened = [
        stored.event
        for stored in story.events
        if stored.event.type is EventType.UNBAGGED and stored.event.details.missing and stored.event.bag_chain
    ]
    if not opened:
        return {}
    number = session.scalar(select(ITEM.c.number).where(ITEM.c.id == item_id))
    return {
        event.id: event.bag_chain
        for event in opened
        if event.bag_chain and lists_as_missing(event, number) and event.id not in story.folded.void
    }


def _of_legal_time(item_id: int, before: Standing, now: Standing) -> list[Finding]:
    was, is_now = before.legal_submission_at, now.legal_submission_at
    if was is None or was == is_now or now.last_event_at is None:
        return []
    told = {"was": was.isoformat(), "is": is_now.isoformat() if is_now else None}
    code = DiscrepancyCode.LEGAL_TIME_CHANGED
    return [Finding(code=code, subject=f"item:{item_id}", since_at=now.last_event_at, evidence={"post": told})]


def _of_taken_leg(item_id: int, dossier_id: int, now: Standing) -> Finding:
    assert now.last_event_at is not None
    return Finding(
        code=DiscrepancyCode.DUPLICATE_ORDER,
        subject=f"leg:{dossier_id}:{now.leg}",
        since_at=now.last_event_at,
        evidence={"post": {"reopened_item": item_id}},
    )


def _context(session: Session, item_id: int, standing: Standing) -> tuple[int | None, int | None]:
    dossier_id = session.scalar(select(col(ItemDossier.dossier_id)).where(col(ItemDossier.item_id) == item_id).limit(1))
    office_id = session.scalar(select(col(Office.id)).where(col(Office.code) == standing.office))
    return dossier_id, office_id


def _end_others(
    session: Session, item_id: int, standing_ones: set[tuple[DiscrepancyCode, str]], *, at: datetime
) -> None:
    rows = session.execute(
        select(col(Discrepancy.id), col(Discrepancy.code), col(Discrepancy.subject)).where(
            col(Discrepancy.item_id) == item_id,
            col(Discrepancy.state) == DiscrepancyState.OPEN,
            col(Discrepancy.code).in_(ANOMALY_CODES),
        )
    )
    ended = [row.id for row in rows if (DiscrepancyCode(row.code), row.subject) not in standing_ones]
    converge(session, ended, at=at)
