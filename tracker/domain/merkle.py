"""The daily root: one hash over the heads of all chains that changed, by the tree of RFC 6962."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from tracker.domain.chain import ZERO

EVIDENCE_CHAIN = "evidence:"
"""A pair of hashes of evidence is a leaf too: chain `evidence:<sha256 as sent>`, seq 1, head = the hash as stored."""

_LEAF, _NODE = b"\x00", b"\x01"
_SEQ_BYTES = 8


class Leaf(NamedTuple):
    """The end of one chain when the root was made; `head` is the hash of its event `seq`, in hex."""

    chain: str
    seq: int
    head: str


class Inclusion(NamedTuple):
    """How a leaf leads to its root: `position` among `size` leaves (the previous root is 0), siblings from below."""

    position: int
    size: int
    path: tuple[str, ...]


def leaf_hash(leaf: Leaf) -> bytes:
    """SHA-256 of 0x00, the chain's name in UTF-8, `seq` as eight bytes (the greatest first), the head's 32 bytes."""
    data = leaf.chain.encode() + leaf.seq.to_bytes(_SEQ_BYTES, "big") + bytes.fromhex(leaf.head)
    return sha256(_LEAF + data).digest()


def previous_hash(previous: str | None) -> bytes:
    """The first leaf of a tree: the root before, 32 zero bytes before the first one."""
    return sha256(_LEAF + bytes.fromhex(previous or ZERO)).digest()


def ordered(leaves: Iterable[Leaf]) -> list[Leaf]:
    """By the chain's name, byte by byte."""
    return sorted(leaves, key=lambda leaf: leaf.chain.encode())


def merkle_root(previous: str | None, leaves: Iterable[Leaf]) -> str:
    """Lower-case hex; leaves come ordered, and are taken one by one."""
    tree = GrowingTree()
    tree.add(previous_hash(previous))
    for leaf in leaves:
        tree.add(leaf_hash(leaf))
    return tree.root().hex()


def inclusion(previous: str | None, leaves: Sequence[Leaf], chain: str) -> Inclusion | None:
    """The path of a chain in the root over these leaves, ordered; None when it is not among them."""
    position = next((number for number, leaf in enumerate(leaves, start=1) if leaf.chain == chain), None)
    if position is None:
        return None
    hashes = [previous_hash(previous), *map(leaf_hash, leaves)]
    return Inclusion(position, len(hashes), tuple(sibling.hex() for sibling in audit_path(hashes, position)))


def audit_path(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """RFC 6962, 2.1.1: the siblings on the way from a leaf to the root, over the hashes of the leaves."""
    path: list[bytes] = []
    start, end = 0, len(hashes)
    while end - start > 1:
        middle = start + _left_size(end - start)
        if position < middle:
            path.append(subtree(hashes[middle:end]))
            end = middle
        else:
            path.append(subtree(hashes[start:middle]))
            start = middle
    return path[::-1]


def _left_size(size: int) -> int:
    """The greatest power of two below the number of leaves."""
    return 1 << (size - 1).bit_length() - 1


def subtree(hashes: Iterable[bytes]) -> bytes:
    """RFC 6962, 2.1, over the hashes of the leaves."""
    tree = GrowingTree()
    for one in hashes:
        tree.add(one)
    return tree.root()


def root_from(leaf: bytes, found: Inclusion) -> str | None:
    """The root this path leads to from the hash of a leaf; None when its length does not fit (RFC 9162, 2.1.3.2)."""
    if not 0 <= found.position < found.size:
        return None
    at, last, reached = found.position, found.size - 1, leaf
    for sibling in map(bytes.fromhex, found.path):
        if last == 0:
            return None
        if at & 1 or at == last:
            reached = _node(sibling, reached)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            reached = _node(reached, sibling)
        at, last = at >> 1, last >> 1
    return reached.hex() if last == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


class GrowingTree:
    """Leaves one after the other; keeps one hash for each full subtree, not the leaves."""

    def __init__(self) -> None:
        self._full: list[bytes] = []
        self.size = 0

    def add(self, leaf: bytes) -> None:
        reached, carried = leaf, self.size
        while carried & 1:
            reached, carried = _node(self._full.pop(), reached), carried >> 1
        self._full.append(reached)
        self.size += 1

    def root(self) -> bytes:
        """SHA-256 of nothing for a tree without leaves."""
        if not self._full:
            return sha256(b"").digest()
        *rest, reached = self._full
        for left in reversed(rest):
            reached = _node(left, reached)
        return reached
