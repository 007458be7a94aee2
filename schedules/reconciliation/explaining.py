"""One dossier held against every row of the table: what was seen on both sides, and what follows from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from schedules.reconciliation.evaluation import Considered, Verdict, consider
from schedules.reconciliation.listing import Say
from schedules.reconciliation.looking import table_of, terms_of
from schedules.reconciliation.scope import LOOKED_BACK
from schedules.reconciliation.seen import Terms
from schedules.reconciliation.table import Table
from tracker.config import Config
from tracker.domain.cases import Case, ItemFact, OrderFact
from tracker.domain.discrepancies import DiscrepancyState, evidence_hash, opens_again
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.one_stop import ClaimFact
from tracker.phrases import next_step_phrase, rule_holds_phrase, why_phrase
from tracker.store.engine import reading
from tracker.store.queries.claims import dossiers_by_number
from tracker.store.queries.outside_facts import orders_of_strangers
from tracker.store.queries.reconciliation import (
    StoredRow,
    are_feeds_trusted,
    cases,
    claims_of_strangers,
    last_events,
    lookups,
    rows_of_subjects,
)

Told = dict[str, object]
OPEN, CLOSED_BY_PERSON, OPENS = "open", "closed_by_person", "opens_at_next_run"


@dataclass(frozen=True, slots=True)
class Explanation:
    """`stored` are the rows of the queue by (code, subject); `events` the last event of each item."""

    case: Case
    terms: Terms
    table: Table
    is_feed_trusted: bool
    considered: tuple[Considered, ...]
    stored: Mapping[tuple[str, str], StoredRow]
    events: Mapping[int, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "dossier": self.case.number,
            "now": self.terms.now.isoformat(),
            "table": self.table.version,
            "one_stop_feed_trusted": self.is_feed_trusted,
            "post_feed_since": _iso(self.terms.post_since),
            "post": {"items": [_item(item) for item in self.case.items]},
            "agency": {"claims": [_claim(claim) for claim in self.case.claims]},
            "post_feed": {"orders": [_order(order) for order in self.case.orders]},
            "informed_at": [_iso(at) for at in self.case.informed_at],
            "rules": [self._rule(one) for one in self.considered],
        }

    def _rule(self, one: Considered) -> Told:
        told: Told = {"code": one.rule.code.value, "version": one.rule.version, "grace": str(one.rule.grace)}
        if one.judged is None:
            return told | {"verdict": one.verdict.value, "why": [why.value for why in one.why]}
        seen = one.judged.seen
        return told | {
            "grace": str(one.rule.grace_for(seen)),
            "verdict": one.verdict.value,
            "subject": seen.subject,
            "since": _iso(seen.since_at),
            "due": _iso(one.judged.due_at),
            "waits_for_phone_hours": one.rule.phone_hours if seen.waits_for_phone else None,
            "follows": self.follows(one),
            "evidence": {side: dict(facts) for side, facts in seen.evidence.items()},
        }

    def follows(self, one: Considered) -> str:
        """What stands in the queue, or what the next run makes of it."""
        assert one.judged is not None
        seen = one.judged.seen
        row = self.stored.get((one.rule.code, seen.subject))
        if row is not None and row.known.state is DiscrepancyState.OPEN:
            return OPEN
        if one.verdict is not Verdict.DUE:
            return one.verdict.value
        evidence = dict(seen.evidence)
        if seen.cites_last_event and seen.item_id is not None:
            evidence["post"] = {**evidence.get("post", {}), "event": self.events.get(seen.item_id)}
        is_closed = row is not None and not opens_again(row.known, evidence_hash(evidence))
        return CLOSED_BY_PERSON if is_closed else OPENS


def explain(engine: Engine, config: Config, number: str, now: datetime) -> Explanation | None:
    """None for a number that neither we nor an outside system ever spoke of."""
    with reading(engine) as session:
        case = _case_of(session, number, now)
        if case is None:
            return None
        terms, table = terms_of(session, config, now), table_of(config, now)
        trusted = are_feeds_trusted(session, config.feeds.agency_feeds)
        considered = tuple(consider(case, terms, table.rules, is_feed_trusted=trusted))
        return Explanation(
            case, terms, table, trusted, considered, _stored(session, considered), _last(session, considered)
        )


def _case_of(session: Session, number: str, now: datetime) -> Case | None:
    key = compare_key(number)
    found = dossiers_by_number(session, [key])
    if found:
        return cases(session, list(found.values()), lookups(session))[0]
    since_at = now - LOOKED_BACK - timedelta(days=1)
    strangers = [
        *claims_of_strangers(session, since_at=since_at),
        *orders_of_strangers(session, since_at=since_at),
    ]
    return next((case for case in strangers if compare_key(case.number) == key), None)


def _stored(session: Session, considered: Iterable[Considered]) -> Mapping[tuple[str, str], StoredRow]:
    subjects = sorted({one.judged.seen.subject for one in considered if one.judged})
    return {(row.code, row.subject): row for row in rows_of_subjects(session, subjects)}


def _last(session: Session, considered: Iterable[Considered]) -> Mapping[int, str]:
    ids = [one.judged.seen.item_id for one in considered if one.judged]
    return last_events(session, sorted({item_id for item_id in ids if item_id is not None}))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _item(item: ItemFact) -> Told:
    return {
        "number": item.number,
        "leg": item.leg.value,
        "status": item.status.value,
        "direction": item.direction.value,
        "holder": item.holder.value,
        "holder_ref": item.holder_ref,
        "registered_at": _iso(item.registered_at),
        "accepted_at": _iso(item.accepted_at),
        "last_event_at": _iso(item.last_event_at),
        "first_failed_at": _iso(item.first_failed_at),
        "final_at": _iso(item.final_at),
        "pending_since": _iso(item.pending.since_at if item.pending else None),
        "holder_seen_at": _iso(item.holder_seen_at),
        "due_on": item.due_on.isoformat(),
        "fees_due": item.fees_due,
        "fees_collected": item.delivery.fees_collected if item.delivery else None,
    }


def _claim(claim: ClaimFact) -> Told:
    return {"id": claim.id, "status": claim.status, "word": claim.word, "said_at": _iso(claim.said_at)}


def _order(order: OrderFact) -> Told:
    return {
        "number": order.number,
        "leg": order.leg.value if order.leg else None,
        "status": order.status.value if order.status else None,
        "first_said_at": _iso(order.first_said_at),
        "said_at": _iso(order.said_at),
        "is_ours": order.item_id is not None,
    }


def in_words(told: Explanation, say: Say) -> str:
    """For a terminal: both sides first, then every rule with its verdict and the reason for it."""
    return "\n".join(_lines(told, say))


def _lines(told: Explanation, say: Say) -> Iterator[str]:
    zone = told.terms.calendar.zone
    yield f"{told.case.number}  ({told.terms.now.astimezone(zone):%Y-%m-%d %H:%M}, table {told.table.version})"
    for item in told.case.items:
        holder = f"{item.holder} {item.holder_ref or ''}".strip()
        yield f"  post    {item.number} {item.leg} {item.status}, {holder}, since {_local(item.last_event_at, zone)}"
    for claim in told.case.claims:
        yield f"  agency  {claim.status} ({claim.word}), {_local(claim.said_at, zone)}"
    for order in told.case.orders:
        yield f"  feed    {order.number} {order.leg or '-'} {order.status or '-'}, {_local(order.said_at, zone)}"
    for one in told.considered:
        yield from _rule_lines(told, one, say)


def _rule_lines(told: Explanation, one: Considered, say: Say) -> Iterator[str]:
    if one.judged is None:
        yield f"[ ] {one.rule.code}: {'; '.join(say(why_phrase(why)) for why in one.why)}"
        return
    zone, seen = told.terms.calendar.zone, one.judged.seen
    follows = told.follows(one)
    yield f"[{'x' if one.verdict is Verdict.DUE else '.'}] {one.rule.code} {seen.subject}: {follows}"
    yield f"    since {_local(seen.since_at, zone)} + {one.rule.grace_for(seen)} = {_local(one.judged.due_at, zone)}"
    yield f"    {say(rule_holds_phrase(one.rule.code))} {say(next_step_phrase(one.rule.code))}"


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else "-"
