"""What an evidence pack of a dossier is made of: chains as stored, pairs of evidence, and the roots that hold them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.domain.dossier_numbers import compare_key
from tracker.domain.merkle import Inclusion, Leaf, audit_path, leaf_hash, previous_hash
from tracker.domain.vocabulary import Leg
from tracker.store.models import Account, DossierNumberRow, EvidenceImage, Item, RootLeaf
from tracker.store.queries.roots import StoredRoot, leaves_of, root_numbered
from tracker.store.tables import EVENT, EVIDENCE, ITEM_DOSSIER


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    seq: int
    event_id: UUID
    recorded_at: datetime
    chained: str
    hash: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`is_kept`: the image was not erased."""

    sha256: str
    stored_sha256: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """That `root` holds this leaf."""

    leaf: Leaf
    root: StoredRoot
    inclusion: Inclusion


@dataclass(frozen=True, slots=True)
class RootOfProofs:
    """`previous_path` leads from the first leaf, which is the root before."""

    root: StoredRoot
    previous_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Envelope:
    item_id: int
    number: str
    leg: Leg


def dossier_numbers(session: Session, number: str) -> tuple[int, tuple[str, ...]] | None:
    """Id and all numbers, the local one first, by any number it answers to; for whoever may see everything."""
    dossier_id = session.scalar(
        select(col(DossierNumberRow.dossier_id)).where(col(DossierNumberRow.compared) == compare_key(number))
    )
    if dossier_id is None:
        return None
    rows = session.scalars(
        select(col(DossierNumberRow.text))
        .where(col(DossierNumberRow.dossier_id) == dossier_id)
        .order_by(col(DossierNumberRow.kind), col(DossierNumberRow.text))
    )
    return dossier_id, tuple(rows)


def envelopes_of(session: Session, dossier_id: int) -> list[Envelope]:
    """In the order of registration."""
    rows = session.execute(
        select(col(Item.id), col(Item.number), col(Item.leg))
        .join(ITEM_DOSSIER, ITEM_DOSSIER.c.item_id == col(Item.id))
        .where(ITEM_DOSSIER.c.dossier_id == dossier_id)
        .order_by(col(Item.id))
    )
    return [Envelope(row.id, row.number, Leg(row.leg)) for row in rows]


def whole_chains(session: Session, chains: Collection[str]) -> dict[str, list[ChainedEvent]]:
    rows = session.execute(
        select(EVENT.c.chain, EVENT.c.seq, EVENT.c.event_id, EVENT.c.recorded_at, EVENT.c.chained, EVENT.c.hash)
        .where(EVENT.c.chain.in_(chains))
        .order_by(EVENT.c.chain, EVENT.c.seq)
    )
    found: dict[str, list[ChainedEvent]] = {chain: [] for chain in chains}
    for chain, *event in rows:
        found[chain].append(ChainedEvent(*event))
    return found


def staff_codes(session: Session) -> dict[str, str]:
    """By sign-in name; whoever has no code is known by that name."""
    rows = session.execute(select(col(Account.name), col(Account.staff_code)))
    return {row.name: row.staff_code or row.name for row in rows}


def pairs_of(session: Session, named: Collection[str]) -> dict[str, Pair]:
    """By the hash as sent; what has not arrived is absent."""
    rows = session.execute(
        select(EVIDENCE.c.sha256, EVIDENCE.c.stored_sha256, col(EvidenceImage.stored_sha256).label("kept"))
        .outerjoin(EvidenceImage, col(EvidenceImage.stored_sha256) == EVIDENCE.c.stored_sha256)
        .where(EVIDENCE.c.sha256.in_(named))
    )
    return {row.sha256: Pair(row.sha256, row.stored_sha256, row.kept is not None) for row in rows}


def image_of(session: Session, stored_sha256: str) -> bytes:
    return session.get_one(EvidenceImage, stored_sha256).image


def proofs_of(session: Session, chains: Collection[str]) -> tuple[list[RootOfProofs], list[Proof]]:
    """By every root that ever held one of them: the more there are, the nearer an edit can be told."""
    rows = session.execute(
        select(col(RootLeaf.root_number), col(RootLeaf.position))
        .where(col(RootLeaf.chain).in_(chains))
        .order_by(col(RootLeaf.root_number), col(RootLeaf.position))
    ).all()
    roots: list[RootOfProofs] = []
    proofs: list[Proof] = []
    for number, places in groupby(rows, key=lambda row: int(row.root_number)):
        root = root_numbered(session, number)
        assert root is not None
        leaves = list(leaves_of(session, number))
        hashes = [previous_hash(root.previous), *map(leaf_hash, leaves)]
        roots.append(RootOfProofs(root, _path(hashes, 0)))
        proofs += _proofs(root, leaves, hashes, [place.position for place in places])
    return roots, proofs


def _proofs(
    root: StoredRoot, leaves: Sequence[Leaf], hashes: Sequence[bytes], positions: Sequence[int]
) -> Iterator[Proof]:
    for position in positions:
        yield Proof(leaves[position - 1], root, Inclusion(position, len(hashes), _path(hashes, position)))


def _path(hashes: Sequence[bytes], position: int) -> tuple[str, ...]:
    return tuple(sibling.hex() for sibling in audit_path(hashes, position))


def proven_seqs(proofs: Collection[Proof]) -> Mapping[str, int]:
    """By chain, up to which event a root holds it."""
    return {proof.leaf.chain: proof.leaf.seq for proof in sorted(proofs, key=lambda proof: proof.leaf.seq)}
