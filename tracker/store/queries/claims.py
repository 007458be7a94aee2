"""What outside systems said, newest first, and which dossiers they spoke of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlmodel import Session, col

from tracker.store.models import Claim, Dossier, DossierNumberRow, FeedState, Item, ItemDossier, PushedClaim

ONE_STOP = "one_stop"
VNPOST = "vnpost"
MY_VNPOST = "my_vnpost"
VNPOST_ORDERS = "vnpost_orders"
NATIONAL_PORTAL = "national_portal"
FOLDER = "folder"
# 10 returned, 3 not accepted, 7 withdrawn: nothing more is expected of the office.
ENDED_STATUSES = (3, 7, 10)


@dataclass(frozen=True, slots=True)
class NewestClaim:
    dossier_id: int | None
    number: str
    status: int | None
    word: str
    channel: int | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class FollowedDossier:
    """`number` is the one the source knows it by; `has_claim`: the source spoke of it before."""

    number: str
    has_claim: bool


def dossiers_by_number(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Dossier id by number as compared; a number nobody knows is absent."""
    rows = session.execute(
        select(col(DossierNumberRow.compared), col(DossierNumberRow.dossier_id)).where(
            col(DossierNumberRow.compared).in_(list(numbers))
        )
    )
    return dict(rows.all())


def items_by_number(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Item id by number: its open item, else the one registered last."""
    rows = session.execute(
        select(col(Item.number), col(Item.id))
        .where(col(Item.number).in_(list(numbers)))
        .order_by(col(Item.is_final).desc(), col(Item.id))
    )
    return dict(rows.all())


def cursor_of(session: Session, source: str) -> str:
    """Where the feed's next page begins; empty before the first one was kept."""
    state = session.get(FeedState, source)
    return "" if state is None else state.cursor


def newest_claims(
    session: Session, source: str, dossier_ids: Sequence[int], numbers: Sequence[str]
) -> list[NewestClaim]:
    """The newest one of each dossier, and of each number while no dossier was known for it."""
    newest_ids = (
        select(func.max(Claim.id))
        .where(
            col(Claim.source) == source,
            or_(col(Claim.dossier_id).in_(dossier_ids), col(Claim.number).in_(numbers)),
        )
        .group_by(col(Claim.dossier_id), col(Claim.number))
    )
    rows = session.scalars(select(Claim).where(col(Claim.id).in_(newest_ids)).order_by(col(Claim.id)))
    return [NewestClaim(row.dossier_id, row.number, row.status, row.word, row.channel, row.said_at) for row in rows]


def was_pushed(session: Session, source: str, webhook_id: str) -> bool:
    """Did the source send this very message before?"""
    known = exists().where(col(PushedClaim.source) == source, col(PushedClaim.webhook_id) == webhook_id)
    return bool(session.scalar(select(known)))


def has_claims(session: Session, source: str) -> bool:
    """Did the source ever speak of a dossier of ours?"""
    known = exists().where(col(Claim.source) == source, col(Claim.dossier_id).is_not(None))
    return bool(session.scalar(select(known)))


def followed_dossiers(session: Session, source: str, limit: int) -> list[FollowedDossier]:
    """Our own dossiers that are not at an end on both sides; those with an open item first."""
    has_claim = exists().where(col(Claim.dossier_id) == col(Dossier.id), col(Claim.source) == source)
    rows = session.execute(
        select(col(DossierNumberRow.text), has_claim)
        .join(Dossier, col(Dossier.id) == col(DossierNumberRow.dossier_id))
        .where(col(DossierNumberRow.kind) == "local", _is_under_way())
        .order_by(_has_open_item().desc(), col(Dossier.id).desc())
        .limit(limit)
    )
    return [FollowedDossier(number, bool(known)) for number, known in rows]


def _has_open_item() -> ColumnElement[bool]:
    return (
        exists()
        .where(col(ItemDossier.dossier_id) == col(Dossier.id))
        .where(col(Item.id) == col(ItemDossier.item_id), col(Item.is_final).is_(False))
    )


def _is_under_way() -> ColumnElement[bool]:
    """Not at an end on both sides."""
    has_ended = col(Dossier.one_stop_status).in_(ENDED_STATUSES)
    return or_(_has_open_item(), col(Dossier.one_stop_status).is_(None), ~has_ended)


def followed_after(session: Session, dossier_id: int, limit: int) -> list[tuple[int, str]]:
    """Our own dossiers that are not at an end on both sides, id and local number, in turn from the one after."""
    rows = session.execute(
        select(col(Dossier.id), col(DossierNumberRow.text))
        .join(DossierNumberRow, col(Dossier.id) == col(DossierNumberRow.dossier_id))
        .where(col(DossierNumberRow.kind) == "local", _is_under_way(), col(Dossier.id) > dossier_id)
        .order_by(col(Dossier.id))
        .limit(limit)
    )
    return [(found, number) for found, number in rows if found is not None]
