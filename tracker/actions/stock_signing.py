"""The signing of a stock count: two names, the scans that put the record right, each difference somebody's work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import Session

from tracker.actions.accounts import verify_pin
from tracker.actions.audit import Deed, note_audit
from tracker.actions.discrepancies import Finding, open_finding
from tracker.actions.door import Door
from tracker.actions.handover_events import new_event, record_all
from tracker.actions.refold import refold
from tracker.actions.signing import Second
from tracker.actions.stock import refuse_signed
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.events import Standing
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.stock import CountKind, CountState, StockOutcome, may_count, may_sign, may_take_over, presence_of
from tracker.domain.vocabulary import EventType, Hand, Party, Role
from tracker.store.models import Account, StockCount, StockLine
from tracker.store.queries.events import chain_head
from tracker.store.queries.numbers import lock_chains, lock_items
from tracker.store.queries.stock import CountLine, CountView, count_of, lock_count, stock_after, stock_by_record
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import DISCREPANCY, EVENT, ITEM, STOCK_LINE


@dataclass(frozen=True, slots=True)
class Signature:
    """`stamp` is what stood above the button; `seals_ok` what both say of the seals of what is taken in, if told."""

    stamp: str
    second: Second
    seals_ok: bool | None = None


def sign_count(session: Session, count_id: UUID, signature: Signature, door: Door) -> CountView | Cause:
    """A wrong PIN is a cause, not an exception: its count must stay. Raises Refusal."""
    count = lock_count(session, count_id)
    refuse_signed(count)
    view = _view(session, count_id, door)
    if not may_count(door.actor.role, view.row.place[0]):
        raise Refusal(cause=Cause.NOT_YOURS_TO_COUNT)
    account = verify_pin(session, signature.second.name, signature.second.pin, at=door.at)
    if account is None or account.name == door.actor.name:
        return Cause.PIN_WRONG
    if not _may_be_second(view, account, door):
        return Cause.SECOND_PERSON_MISSING
    _lock_stock(session, view)
    view = _view(session, count_id, door)
    if not may_sign(view.seen, signature.stamp):
        raise Refusal(cause=Cause.COUNT_CHANGED)
    _write_signed(session, count, view, (signature, account), door)
    return _view(session, count_id, door)


def _view(session: Session, count_id: UUID, door: Door) -> CountView:
    view = count_of(session, door.actor, count_id)
    if view is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    return view


def _may_be_second(view: CountView, account: Account, door: Door) -> bool:
    """A courier's bag is signed over by that very courier; everybody else is a colleague of the office."""
    kind, ref = view.row.place
    role = Role(account.role)
    is_whose = kind is Party.OFFICE or ref in {account.name, door.actor.name}
    return is_whose and account.office_id == view.row.office_id and may_take_over(kind, door.actor.role, role)


def _lock_stock(session: Session, view: CountView) -> None:
    """Nothing of it moves until the signing is through; unknown codes first, then items, as the record does it."""
    lock_chains(session, sorted(f"code:{line.code}" for line in view.lines if line.item_id is None))
    items = {item.id for item in view.held.values()} | {line.item_id for line in view.lines if line.item_id}
    lock_items(session, sorted(items))


def _write_signed(
    session: Session, count: StockCount, view: CountView, signed: tuple[Signature, Account], door: Door
) -> None:
    signature, account = signed
    watched = _differed_before(session, view) | _open_differences(session, view)
    count.events_before = _newest_event(session)
    scans = _scans_of(session, view, signature, replace(door, second=(account.name, Role(account.role))))
    _note_missing(session, view)
    count.state, count.signed_at = CountState.SIGNED, door.at
    count.leaver, count.taker = _leaver_and_taker(view, account, door)
    count.found, count.missing, count.surplus = view.seen.counts
    session.flush()
    recorded = _record_surplus(session, view, scans)
    if view.row.kind is CountKind.OPENING:
        count.surplus, count.taken_in = count.surplus - len(recorded), len(recorded)
    _note_outcomes(session, view, recorded)
    count.events_after = _newest_event(session)
    session.flush()
    told = "found {}, missing {}, surplus {}".format(*view.seen.counts)
    note_audit(session, Deed("count signed", f"count:{view.row.id}", told), at=door.at, actor=door.actor.name)
    _settle(session, view, watched, door)


def _leaver_and_taker(view: CountView, account: Account, door: Door) -> tuple[str, str]:
    """Whoever signs leaves; a courier's bag is always the courier's to hand over."""
    if view.row.place[0] is Party.COURIER and door.actor.role is not Role.COURIER:
        return account.name, door.actor.name
    return door.actor.name, account.name


def _newest_event(session: Session) -> int:
    return session.scalar(select(func.max(EVENT.c.id))) or 0


@dataclass(frozen=True, slots=True)
class _Scan:
    """What will be recorded of a surplus line; None: this role may make no scan that says it is here."""

    line: CountLine
    event: dict[str, object] | None
    door: Door


def _scans_of(session: Session, view: CountView, signature: Signature, door: Door) -> list[_Scan]:
    """Raises Refusal when the seals of what comes into the office were not spoken of."""
    place = view.row.place
    lines = view.lines_of(view.seen.surplus)
    standings = _standings(session, [line.item_id for line in lines if line.item_id])
    kinds = {
        line.code: presence_of(place[0], door.actor.role, standings.get(line.item_id or 0, Standing()))
        for line in lines
    }
    if EventType.ARRIVED in kinds.values() and signature.seals_ok is None:
        raise Refusal(cause=Cause.FIELD_REQUIRED, fields={"seals_ok": Cause.FIELD_REQUIRED})
    seals: dict[str, object] = {"seal_ok": signature.seals_ok}
    return [_scan(session, view, line, (kinds[line.code], seals), door) for line in lines]


def _scan(
    session: Session, view: CountView, line: CountLine, what: tuple[EventType | None, dict[str, object]], door: Door
) -> _Scan:
    kind, seals = what
    if kind is None:
        return _Scan(line, None, door)
    is_into_office = view.row.place[0] is Party.OFFICE
    head = chain_head(session, f"item:{line.item_id}") if line.item_id else None
    hand = Hand.TAKE if is_into_office or door.actor.role is Role.COURIER else Hand.BOTH
    details = {"handover": str(view.row.id), "hand": hand.value} | (seals if kind is EventType.ARRIVED else {})
    event = new_event(
        door,
        line.code_read,
        kind,
        prev=str(head[2]) if head else None,
        office=None if door.actor.role is not Role.COURIER else door.actor.office_code,
        counterparty=_opposite(view, line, kind, hand),
        details=details,
    )
    return _Scan(line, event, door if hand is Hand.BOTH else replace(door, second=None))


def _opposite(view: CountView, line: CountLine, kind: EventType, hand: Hand) -> dict[str, object]:
    """From whose hand it came, as far as the record knows."""
    if hand is Hand.BOTH:
        return {"kind": Party.COURIER.value, "user": view.row.place[1]}
    if kind is EventType.BACK_AT_OFFICE and line.now is not None and line.now[0] is Party.COURIER and line.now[1]:
        return {"kind": Party.COURIER.value, "user": line.now[1]}
    return {"kind": (Party.COURIER if kind is EventType.BACK_AT_OFFICE else Party.OFFICE).value}


def _standings(session: Session, item_ids: Sequence[int]) -> dict[int, Standing]:
    rows = session.execute(select(ITEM.c.id, ITEM.c.standing).where(ITEM.c.id.in_(item_ids)))
    return {row.id: standing_from_json(row.standing) for row in rows}


def _record_surplus(session: Session, view: CountView, scans: Sequence[_Scan]) -> dict[str, UUID]:
    """The event of each line that has one, by code."""
    told = [one for one in scans if one.event is not None]
    if told:
        record_all(session, [one.event for one in told], told[0].door)
    for one in scans:
        if one.event is None and one.line.item_id is None:
            _orphan(session, view, one)
    return {one.line.code: UUID(str(one.event["id"])) for one in told if one.event is not None}


def _orphan(session: Session, view: CountView, one: _Scan) -> None:
    """No event of this role can wait for the code to become known; the code itself is not dropped."""
    finding = Finding(
        code=DiscrepancyCode.ORPHAN_SCAN,
        subject=f"code:{one.line.code}",
        since_at=one.door.at,
        office_id=view.row.office_id,
        evidence={"post": {"code": one.line.code, "counts": str(view.row.id)}},
    )
    open_finding(session, finding, at=one.door.at)


def _note_missing(session: Session, view: CountView) -> None:
    """What nobody scanned gets its line too: a signed count is whole without the record's help."""
    last = max((line.line for line in view.lines), default=0)
    kind, ref = view.row.place
    for offset, code in enumerate((*view.seen.missing, *view.seen.away), 1):
        session.add(
            StockLine(
                count_id=view.row.id,
                line=last + offset,
                code=code,
                code_read=code,
                item_id=view.held[code].id,
                record_kind=kind,
                record_ref=ref,
            )
        )
    session.flush()


def _note_outcomes(session: Session, view: CountView, recorded: dict[str, UUID]) -> None:
    held_now = stock_by_record(session, view.row.place)
    outcomes = dict(_outcomes(view, recorded))
    items = {line.code: line.item_id for line in view.lines if line.item_id}
    for code, outcome in outcomes.items():
        values = {"outcome": outcome, "event_id": recorded.get(code), "is_stock": code in held_now}
        known = {"item_id": items[code]} if code in items else {}
        session.execute(
            update(StockLine)
            .where(STOCK_LINE.c.count_id == view.row.id, STOCK_LINE.c.code == code)
            .values(**values, **known)
            .execution_options(synchronize_session=False)
        )


def _outcomes(view: CountView, recorded: dict[str, UUID]) -> Iterable[tuple[str, StockOutcome]]:
    """At the opening what was scanned and recorded is the stock, not a surplus."""
    is_opening = view.row.kind is CountKind.OPENING
    for code in view.seen.found:
        yield code, StockOutcome.FOUND
    for code in view.seen.missing:
        yield code, StockOutcome.MISSING
    for code in view.seen.away:
        yield code, StockOutcome.AWAY
    for code in view.seen.surplus:
        yield code, StockOutcome.TAKEN_IN if is_opening and code in recorded else StockOutcome.SURPLUS


def _differed_before(session: Session, view: CountView) -> set[int]:
    """Items on which this place's last count and the record disagreed: this one says whether they still do."""
    last = stock_after(session, view.row.place)
    if last is None:
        return set()
    differing = (StockOutcome.MISSING, StockOutcome.SURPLUS)
    asked = select(STOCK_LINE.c.item_id).where(
        STOCK_LINE.c.count_id == last.id, STOCK_LINE.c.outcome.in_(differing), STOCK_LINE.c.item_id.is_not(None)
    )
    return set(session.scalars(asked))


def _open_differences(session: Session, view: CountView) -> set[int]:
    """Items of this count that any other place's count has missed."""
    items = {line.item_id for line in view.lines if line.item_id}
    asked = select(DISCREPANCY.c.item_id).where(
        DISCREPANCY.c.code == DiscrepancyCode.COUNT_MISMATCH,
        DISCREPANCY.c.state == DiscrepancyState.OPEN,
        DISCREPANCY.c.item_id.in_(items),
    )
    return set(session.scalars(asked))


def _settle(session: Session, view: CountView, watched: set[int], door: Door) -> None:
    """Opens what differs now and ends what does not any more, the one way: by what the item's story shows."""
    items = {line.code: line.item_id for line in view.lines if line.item_id}
    items |= {code: item.id for code, item in view.held.items()}
    differing = {items[code] for code in (*view.seen.missing, *view.seen.surplus) if code in items}
    for item_id in sorted(differing | watched):
        refold(session, item_id, at=door.at)
