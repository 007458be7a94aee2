"""The tree of RFC 6962 over the heads of chains: any of them leads to the root, nothing else does."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from tracker.domain.chain import ZERO
from tracker.domain.merkle import (
    Inclusion,
    Leaf,
    audit_path,
    inclusion,
    leaf_hash,
    merkle_root,
    ordered,
    previous_hash,
    root_from,
    subtree,
)

# The inputs and roots that certificate transparency's own implementations are tested with.
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PATHS = (
    (1, 0, ()),
    (
        8, 0,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        8, 5,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (3, 2, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
)  # fmt: skip


def hashes_of(size: int) -> list[bytes]:
    return [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in INPUTS[:size]]


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS, start=1)))
def test_the_root_is_the_one_that_others_reach(size: int, root: str) -> None:
    assert subtree(hashes_of(size)).hex() == root


def test_the_root_over_nothing_is_the_hash_of_nothing() -> None:
    assert subtree([]) == sha256(b"").digest()


@pytest.mark.parametrize(("size", "position", "path"), PATHS)
def test_the_path_is_the_one_that_others_tell(size: int, position: int, path: tuple[str, ...]) -> None:
    leaves = hashes_of(size)

    assert tuple(sibling.hex() for sibling in audit_path(leaves, position)) == path
    assert root_from(leaves[position], Inclusion(position, size, path)) == ROOTS[size - 1]


def test_a_leaf_is_the_chain_its_length_and_its_head_and_the_first_is_the_root_before() -> None:
    head, before = "ab" * 32, "cd" * 32
    told = sha256(b"\x00" + b"item:7" + bytes(7) + b"\x03" + b"\xab" * 32).digest()

    assert leaf_hash(Leaf("item:7", 3, head)) == told
    assert previous_hash(before) == sha256(b"\x00" + b"\xcd" * 32).digest()
    assert previous_hash(None) == previous_hash(ZERO)
    together = sha256(b"\x01" + previous_hash(before) + told).hexdigest()
    assert merkle_root(before, [Leaf("item:7", 3, head)]) == together


def test_chains_stand_in_the_order_of_their_bytes() -> None:
    names = ["item:2", "item:10", "code:Đ", "code:Z", "bag:9"]

    assert [leaf.chain for leaf in ordered(Leaf(name, 1, ZERO) for name in names)] == [
        "bag:9", "code:Z", "code:Đ", "item:10", "item:2",
    ]  # fmt: skip


heads = st.binary(min_size=32, max_size=32).map(bytes.hex)
trees = st.lists(
    st.builds(Leaf, st.from_regex(r"item:[0-9]{1,4}", fullmatch=True), st.integers(1, 2**40), heads),
    min_size=1, max_size=40, unique_by=lambda leaf: leaf.chain,
).map(ordered)  # fmt: skip


@given(st.none() | heads, trees, st.data())
def test_every_chain_leads_to_the_root_and_no_other_head_does(
    previous: str | None, leaves: Sequence[Leaf], data: st.DataObject
) -> None:
    root, leaf = merkle_root(previous, leaves), data.draw(st.sampled_from(leaves))
    found = inclusion(previous, leaves, leaf.chain)
    assert found is not None

    assert leaves[found.position - 1] == leaf
    assert root_from(leaf_hash(leaf), found) == root
    assert root_from(leaf_hash(leaf._replace(seq=leaf.seq + 1)), found) != root
    assert root_from(leaf_hash(leaf), found._replace(path=(*found.path, root))) != root
    assert root_from(leaf_hash(leaf), found._replace(path=found.path[1:])) != root


@given(st.none() | heads, trees)
def test_a_chain_that_is_not_held_has_no_path(previous: str | None, leaves: Sequence[Leaf]) -> None:
    assert inclusion(previous, leaves, "bag:none") is None


def test_a_place_outside_the_tree_leads_nowhere() -> None:
    assert root_from(bytes(32), Inclusion(3, 3, ())) is None
    assert root_from(bytes(32), Inclusion(-1, 3, ())) is None
