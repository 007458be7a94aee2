"""What the post's own system said of its orders: each thing once, kept for ever, and never moving custody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from tracker.domain.dossier_numbers import compare_key
from tracker.domain.postal_orders import ORDER_SUFFIX
from tracker.domain.vocabulary import Status
from tracker.store.queries.claims import dossiers_by_number, items_by_number
from tracker.store.queries.postal_orders import items_by_order
from tracker.store.tables import POSTAL_CLAIM


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalClaimSeen:
    """As PostalClaim tells; `said_at` is None where the source states no instant."""

    source: str
    reference: str
    order_number: str
    item_code: str
    code: str
    text: str
    mapping: str
    status: Status | None
    place: str
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class PostalClaimsTaken:
    """`unknown` counts new claims about orders that name no item and no dossier of ours; they are kept too."""

    new: int
    unchanged: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Ours:
    orders: Mapping[str, int]
    items: Mapping[str, int]
    dossiers: Mapping[str, int]

    def item_of(self, claim: PostalClaimSeen) -> int | None:
        """The number of an order that we gave names its envelope, whatever code the post put on it."""
        own = self.orders.get(claim.order_number)
        return own or self.items.get(claim.item_code) or self.items.get(claim.order_number.upper())

    def dossier_of(self, claim: PostalClaimSeen) -> int | None:
        return self.dossiers.get(_dossier_key(claim))


def take_postal_claims(
    session: Session, seen: Sequence[PostalClaimSeen], *, at: datetime, run_id: int | None = None
) -> PostalClaimsTaken:
    known = _known(session, seen)
    new = {claim.reference: claim for claim in seen if (claim.source, claim.reference) not in known}
    ours = _ours(session, list(new.values()))
    rows = [_row(claim, ours, at, run_id) for claim in new.values()]
    if rows:
        session.execute(insert(POSTAL_CLAIM), rows)
    unknown = sum(row["item_id"] is None and row["dossier_id"] is None for row in rows)
    return PostalClaimsTaken(new=len(rows), unchanged=len(seen) - len(rows), unknown=unknown)


def _known(session: Session, seen: Sequence[PostalClaimSeen]) -> set[tuple[str, str]]:
    rows = session.execute(
        select(POSTAL_CLAIM.c.source, POSTAL_CLAIM.c.reference).where(
            POSTAL_CLAIM.c.source.in_({claim.source for claim in seen}),
            POSTAL_CLAIM.c.reference.in_([claim.reference for claim in seen]),
        )
    )
    return {(source, reference) for source, reference in rows}


def _ours(session: Session, new: Sequence[PostalClaimSeen]) -> _Ours:
    numbers = {number for claim in new for number in (claim.item_code, claim.order_number.upper()) if number}
    orders = items_by_order(session, [claim.order_number for claim in new])
    return _Ours(
        orders, items_by_number(session, numbers), dossiers_by_number(session, {_dossier_key(one) for one in new})
    )


def _dossier_key(claim: PostalClaimSeen) -> str:
    return compare_key(claim.order_number.partition(ORDER_SUFFIX)[0])


def _row(claim: PostalClaimSeen, ours: _Ours, at: datetime, run_id: int | None) -> dict[str, object]:
    """An instant ahead of us is none that the source can know."""
    is_possible = claim.said_at is not None and claim.said_at <= at
    return {
        "source": claim.source,
        "reference": claim.reference,
        "order_number": claim.order_number,
        "item_code": claim.item_code,
        "item_id": ours.item_of(claim),
        "dossier_id": ours.dossier_of(claim),
        "code": claim.code,
        "text": claim.text,
        "mapping": claim.mapping,
        "status": claim.status,
        "place": claim.place,
        "said_at": claim.said_at if is_possible else at,
        "first_seen_at": at,
        "run_id": run_id,
    }
