"""What is known of dossiers beside custody and the one-stop system: the post's own orders, what citizens were told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Row, exists, func, or_, select
from sqlmodel import Session

from tracker.domain.cases import Case, ItemFact
from tracker.domain.discrepancies import DiscrepancyCode, DiscrepancyState
from tracker.domain.dossier_numbers import compare_key
from tracker.domain.notices import NoticeKind
from tracker.domain.postal_orders import ORDER_SUFFIX, PostalWord, orders_of
from tracker.domain.vocabulary import Status
from tracker.store.models import FeedState
from tracker.store.queries.claims import dossiers_by_number, items_by_number
from tracker.store.tables import DISCREPANCY, DOSSIER_NUMBER, NOTICE, POSTAL_CLAIM

_ORDER_SUBJECT = "order:"
_WORD = (
    POSTAL_CLAIM.c.id,
    POSTAL_CLAIM.c.order_number,
    POSTAL_CLAIM.c.item_code,
    POSTAL_CLAIM.c.item_id,
    POSTAL_CLAIM.c.dossier_id,
    POSTAL_CLAIM.c.status,
    POSTAL_CLAIM.c.said_at,
    POSTAL_CLAIM.c.first_seen_at,
)


def postal_words(
    session: Session,
    dossier_ids: Sequence[int],
    items: Mapping[int, Sequence[ItemFact]],
) -> dict[int, list[PostalWord]]:
    """By dossier: of its orders, and of envelopes of its own; what was registered later is found by its number."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    by_number: defaultdict[str, list[int]] = defaultdict(list)
    for dossier_id in dossier_ids:
        for item in items.get(dossier_id, ()):
            holders[item.id].append(dossier_id)
            by_number[item.number].append(dossier_id)
    named = select(DOSSIER_NUMBER.c.text).where(DOSSIER_NUMBER.c.dossier_id.in_(dossier_ids))
    concerned = or_(
        POSTAL_CLAIM.c.dossier_id.in_(dossier_ids),
        POSTAL_CLAIM.c.item_id.in_(list(holders)),
        POSTAL_CLAIM.c.order_number.in_(named),
        POSTAL_CLAIM.c.order_number.in_(list(by_number)),
        POSTAL_CLAIM.c.item_code.in_(list(by_number)),
    )
    found: dict[int, dict[int, PostalWord]] = {dossier_id: {} for dossier_id in dossier_ids}
    rows = session.execute(select(*_WORD).where(concerned).order_by(POSTAL_CLAIM.c.id)).all()
    ours = dossiers_by_number(session, {_dossier_key(row.order_number) for row in rows})
    for row in rows:
        named_id = row.dossier_id or ours.get(_dossier_key(row.order_number))
        by_item = (*holders.get(row.item_id, ()), *by_number.get(row.item_code or row.order_number, ()))
        for owner in found.keys() & {*([named_id] if named_id else []), *by_item}:
            found[owner][row.id] = _word(row, of_dossier=owner == named_id)
    return {dossier_id: list(words.values()) for dossier_id, words in found.items()}


def _word(row: Row[tuple[object, ...]], *, of_dossier: bool) -> PostalWord:
    status = Status(row.status) if row.status else None
    return PostalWord(
        row.id, row.order_number, row.item_code, row.item_id, of_dossier, status, row.said_at, row.first_seen_at
    )


def _dossier_key(order_number: str) -> str:
    return compare_key(order_number.partition(ORDER_SUFFIX)[0])


def orders_of_strangers(session: Session, *, since_at: datetime) -> list[Case]:
    """Orders told of since then that name no dossier and no envelope of ours, and those still complained of."""
    strange = words_of_strangers(session, since_at=since_at)
    return [Case(number=number, orders=orders_of(words)) for number, words in strange.items()]


def words_of_strangers(session: Session, *, since_at: datetime) -> dict[str, list[PostalWord]]:
    """By order number."""
    first_said = select(POSTAL_CLAIM.c.order_number).where(
        POSTAL_CLAIM.c.dossier_id.is_(None), POSTAL_CLAIM.c.item_id.is_(None), POSTAL_CLAIM.c.said_at >= since_at
    )
    complained = _complained_of(session)
    concerned = or_(
        POSTAL_CLAIM.c.order_number.in_(first_said),
        POSTAL_CLAIM.c.order_number.in_(complained),
        POSTAL_CLAIM.c.item_code.in_(complained),
    )
    rows = session.execute(select(*_WORD).where(concerned).order_by(POSTAL_CLAIM.c.id)).all()
    dossiers = dossiers_by_number(session, {_dossier_key(row.order_number) for row in rows})
    items = items_by_number(session, {number for row in rows for number in (row.item_code, row.order_number.upper())})
    strange: dict[str, list[PostalWord]] = {}
    for row in rows:
        is_ours = (
            row.item_id is not None
            or row.dossier_id is not None
            or _dossier_key(row.order_number) in dossiers
            or row.item_code in items
            or row.order_number.upper() in items
        )
        if not is_ours:
            strange.setdefault(row.order_number, []).append(_word(row, of_dossier=False))
    return strange


def _complained_of(session: Session) -> list[str]:
    rows = session.scalars(
        select(DISCREPANCY.c.subject).where(
            DISCREPANCY.c.code == DiscrepancyCode.ORDER_MISMATCH,
            DISCREPANCY.c.state == DiscrepancyState.OPEN,
            DISCREPANCY.c.dossier_id.is_(None),
        )
    )
    return [subject.removeprefix(_ORDER_SUBJECT) for subject in rows]


def has_orders(session: Session) -> bool:
    """Did the post's own system ever speak of an order?"""
    return bool(session.scalar(select(exists(select(POSTAL_CLAIM.c.id)))))


def informed(session: Session, dossier_ids: Sequence[int]) -> defaultdict[int, list[datetime]]:
    """When the citizen of each dossier was told what is missing."""
    asked = select(NOTICE.c.dossier_id, NOTICE.c.at).where(
        NOTICE.c.dossier_id.in_(dossier_ids), NOTICE.c.kind == NoticeKind.SUPPLEMENT_ASKED
    )
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    for row in session.execute(asked.order_by(NOTICE.c.id)):
        found[row.dossier_id].append(row.at)
    return found


def post_feed_since(session: Session, feeds: Mapping[str, str]) -> datetime | None:
    """Since when the post's own feeds together tell of every order: the day the last of them began to.

    `feeds` leads to the source as whose word each is kept. None while one fails or has told of no order yet: whether
    an order it alone would know is missing cannot be said.
    """
    states = [session.get(FeedState, feed) for feed in feeds]
    if not states or any(state is None or state.failing_since or not state.last_success_at for state in states):
        return None
    sources = set(feeds.values())
    told = select(POSTAL_CLAIM.c.source, func.min(POSTAL_CLAIM.c.first_seen_at)).where(
        POSTAL_CLAIM.c.source.in_(sources)
    )
    began: dict[str, datetime] = dict(session.execute(told.group_by(POSTAL_CLAIM.c.source)).all())
    return max(began.values()) if began.keys() == sources else None
