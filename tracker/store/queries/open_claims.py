"""What was offered and not accepted: who still answers for it, to whom it was offered, since when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, true
from sqlmodel import Session

from tracker.domain.actor import Actor
from tracker.domain.ages import Age
from tracker.domain.vocabulary import Leg, Party
from tracker.store.queries.ages import has_age
from tracker.store.queries.parties import names_of_parties
from tracker.store.queries.visibility import may_see_items
from tracker.store.standing_json import standing_from_json
from tracker.store.tables import ITEM, MANIFEST


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaim:
    """`holder` and `offered_to` by name, or a party's word; `manifest` is the list it stands on, if any."""

    id: int
    number: str
    leg: Leg
    holder: str
    offered_to: str
    since: datetime
    manifest: UUID | None
    short_code: str


@dataclass(frozen=True, slots=True)
class ClaimsAsked:
    """`after` is how many were already seen; without an age, those of every age."""

    after: int
    limit: int
    age: Age | None = None
    now: datetime | None = None


def open_claims(session: Session, reader: Actor, asked: ClaimsAsked) -> list[OpenClaim]:
    """The oldest first."""
    of_age = has_age(ITEM.c.pending_since, asked.age, asked.now) if asked.age and asked.now else true()
    rows = session.execute(
        select(ITEM.c.id, ITEM.c.number, ITEM.c.leg, ITEM.c.custodian_kind, ITEM.c.custodian_ref)
        .add_columns(ITEM.c.pending_to, ITEM.c.pending_to_ref, ITEM.c.pending_since, ITEM.c.standing)
        .where(ITEM.c.pending_since.is_not(None), ITEM.c.is_final.is_(False), may_see_items(session, reader))
        .where(of_age)
        .order_by(ITEM.c.pending_since, ITEM.c.id)
        .offset(asked.after)
        .limit(asked.limit)
    ).all()
    holders = [(Party(row.custodian_kind), row.custodian_ref) for row in rows]
    wanted = [(Party(row.pending_to), row.pending_to_ref) for row in rows]
    names = names_of_parties(session, {*holders, *wanted})
    handovers = [pending.handover if (pending := standing_from_json(row.standing).pending) else None for row in rows]
    lists = _short_codes(session, {one for one in handovers if one})
    return [
        OpenClaim(
            id=row.id,
            number=row.number,
            leg=Leg(row.leg),
            holder=names[holder],
            offered_to=names[offered],
            since=row.pending_since,
            manifest=handover if handover in lists else None,
            short_code=lists.get(handover, "") if handover else "",
        )
        for row, holder, offered, handover in zip(rows, holders, wanted, handovers, strict=True)
    ]


def _short_codes(session: Session, handovers: set[UUID]) -> dict[UUID, str]:
    if not handovers:
        return {}
    rows = session.execute(select(MANIFEST.c.id, MANIFEST.c.short_code).where(MANIFEST.c.id.in_(handovers)))
    return {row.id: row.short_code for row in rows}
