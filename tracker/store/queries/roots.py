"""The daily roots: what is new since the last one, what they hold, and which of them holds a chain."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, func, insert, literal, or_, select, union
from sqlmodel import Session, col

from tracker.domain.merkle import EVIDENCE_CHAIN, Leaf, ordered
from tracker.store.models import DailyRoot, RootLeaf, RootPublication
from tracker.store.tables import ADOPTION, EVENT, EVIDENCE, ITEM_DOSSIER

LEAVES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class StoredRoot:
    """`size` counts the leaves without the first, which is the `previous` root."""

    number: int
    day: date
    of_day: int
    made_at: datetime
    made_by: str
    previous: str | None
    root: str
    size: int


def newest_root(session: Session) -> StoredRoot | None:
    row = session.scalar(select(DailyRoot).order_by(col(DailyRoot.number).desc()).limit(1))
    return None if row is None else _root(row)


def root_numbered(session: Session, number: int) -> StoredRoot | None:
    row = session.get(DailyRoot, number)
    return None if row is None else _root(row)


def all_roots(session: Session) -> list[StoredRoot]:
    return [_root(row) for row in session.scalars(select(DailyRoot).order_by(col(DailyRoot.number)))]


def changed_chains(session: Session) -> list[Leaf]:
    """The head of every chain that grew since a root last held it, and every new pair of evidence; ordered."""
    heads = select(EVENT.c.chain, func.max(EVENT.c.seq).label("seq")).group_by(EVENT.c.chain).subquery()
    held = select(col(RootLeaf.chain), func.max(RootLeaf.seq).label("seq")).group_by(col(RootLeaf.chain)).subquery()
    grown = (
        select(EVENT.c.chain, EVENT.c.seq, EVENT.c.hash)
        .join(heads, and_(heads.c.chain == EVENT.c.chain, heads.c.seq == EVENT.c.seq))
        .outerjoin(held, held.c.chain == heads.c.chain)
        .where(or_(held.c.seq.is_(None), held.c.seq < heads.c.seq))
    )
    name = _evidence_chain()
    pairs = (
        select(name, EVIDENCE.c.stored_sha256)
        .outerjoin(RootLeaf, col(RootLeaf.chain) == name)
        .where(col(RootLeaf.chain).is_(None))
    )
    found = [Leaf(row.chain, row.seq, row.hash) for row in session.execute(grown)]
    return ordered([*found, *(Leaf(chain, 1, stored) for chain, stored in session.execute(pairs))])


def _evidence_chain() -> ColumnElement[str]:
    return literal(EVIDENCE_CHAIN, String).concat(EVIDENCE.c.sha256)


def keep_root(session: Session, new: StoredRoot, leaves: list[Leaf]) -> None:
    """`leaves` ordered, as they were hashed."""
    values = {name: getattr(new, name) for name in StoredRoot.__slots__}
    session.execute(insert(DailyRoot).values(**values))
    rows = [{"root_number": new.number, "position": at, **leaf._asdict()} for at, leaf in enumerate(leaves, start=1)]
    for start in range(0, len(rows), LEAVES_AT_ONCE):
        session.execute(insert(RootLeaf), rows[start : start + LEAVES_AT_ONCE])


def leaves_of(session: Session, number: int) -> Iterator[Leaf]:
    """In the order of the tree, the previous root left out."""
    asked = select(col(RootLeaf.chain), col(RootLeaf.seq), col(RootLeaf.head)).where(
        col(RootLeaf.root_number) == number
    )
    for row in session.execute(asked.order_by(col(RootLeaf.position)).execution_options(yield_per=LEAVES_AT_ONCE)):
        yield Leaf(row.chain, row.seq, row.head)


def newest_roots_of(session: Session, chains: Collection[str]) -> dict[str, StoredRoot]:
    """By chain, the last root that holds it; a chain that no root holds yet is absent."""
    last = (
        select(col(RootLeaf.chain), func.max(RootLeaf.root_number).label("number"))
        .where(col(RootLeaf.chain).in_(chains))
        .group_by(col(RootLeaf.chain))
        .subquery()
    )
    asked = select(last.c.chain, DailyRoot).join(DailyRoot, col(DailyRoot.number) == last.c.number)
    return {chain: _root(row) for chain, row in session.execute(asked)}


def chains_of_dossier(session: Session, dossier_id: int) -> list[str]:
    """Of its items, of the codes they adopted, and of the bags they were put into; ordered."""
    items = select(ITEM_DOSSIER.c.item_id).where(ITEM_DOSSIER.c.dossier_id == dossier_id)
    adopted = select(ADOPTION.c.chain).where(ADOPTION.c.item_id.in_(items))
    own = or_(EVENT.c.item_id.in_(items), EVENT.c.chain.in_(adopted))
    named = union(
        select(EVENT.c.chain).where(own),
        select(literal("bag:", String).concat(EVENT.c.bag)).where(own, EVENT.c.bag.is_not(None)),
    )
    return sorted(session.scalars(named), key=str.encode)


def unpublished_roots(session: Session) -> list[StoredRoot]:
    """Those that never left the house, oldest first."""
    published = select(col(RootPublication.root_number))
    waiting = select(DailyRoot).where(col(DailyRoot.number).not_in(published)).order_by(col(DailyRoot.number))
    return [_root(row) for row in session.scalars(waiting)]


def published_places(session: Session) -> Mapping[int, str]:
    rows = session.execute(select(col(RootPublication.root_number), col(RootPublication.place)))
    return {row.root_number: row.place for row in rows}


def note_publication(session: Session, number: int, place: str, *, at: datetime) -> None:
    session.execute(insert(RootPublication).values(root_number=number, place=place, published_at=at))


def _root(row: DailyRoot) -> StoredRoot:
    return StoredRoot(**{name: getattr(row, name) for name in StoredRoot.__slots__})
