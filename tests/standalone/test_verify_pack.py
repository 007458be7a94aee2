"""A pack is verified by one file and Python alone; whatever was changed in it, the first wrong event is named."""

import ast
import hashlib
import io
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, strategies as st
from sqlmodel import Session

from tests.packs import AWAITED, VERIFIER, Files, Forger, a_proven_story, packed, published, unzipped, verified
from tests.province import Province
from tracker.domain.chain import canonical
from tracker.domain.merkle import audit_path, subtree
from tracker.standalone.verify_pack import climb


@pytest.fixture(scope="module")
def the_pack(shared_sqlite: Province) -> tuple[Files, list[bytes]]:
    with Session(shared_sqlite.engine, expire_on_commit=False) as session:
        tale = a_proven_story(session, shared_sqlite)
        made = unzipped(packed(session, tale).content), published(session)
        session.rollback()
    return made


@pytest.fixture
def forger(the_pack: tuple[Files, list[bytes]], tmp_path: Path) -> Forger:
    files, roots = the_pack
    return Forger(dict(files), roots, tmp_path)


def test_a_pack_of_either_engine_holds(books: Session, province: Province, tmp_path: Path) -> None:
    content = packed(books, a_proven_story(books, province)).content

    told = verified(content, tmp_path, published(books), ("--complete",))

    assert (told.status, told.words.splitlines()[-1]) == (0, "The pack holds.")
    assert "3 chains, 7 events: every hash follows" in told.words
    assert "1 images as stored, 0 erased, 1 not arrived" in told.words
    assert "root 1 of 2026-11-23, root 2 of 2026-11-24: compared with the published ones" in told.words


def test_what_came_after_the_last_root_is_said_to_be_unproven(
    books: Session, province: Province, tmp_path: Path
) -> None:
    tale = a_proven_story(books, province).with_courier()
    made = packed(books, tale)

    told = verified(made.content, tmp_path, published(books))
    strictly = verified(made.content, tmp_path, published(books), ("--complete",))

    assert made.open_count == 1
    assert told.status == 0
    assert f"NOT PROVEN YET: no root holds chain item:{tale.item.item_id}, from seq 6 on" in told.words
    assert (strictly.status, strictly.words.splitlines()[-1]) == (1, "WRONG: not everything is proven")


def test_without_published_roots_the_verifier_says_that_it_compared_none(forger: Forger) -> None:
    told = forger.verify(with_roots=False)

    assert told.status == 0
    assert "NOT compared with published ones" in told.words


def flip(forger: Forger) -> None:
    forger.events[1]["chained"] = forger.events[1]["chained"].replace("TUI-CM", "TUI-CN")


def remove(forger: Forger) -> None:
    del forger.events[1]


def insert(forger: Forger) -> None:
    forger.events.insert(1, forger.events[2] | {"seq": 2, "id": "01890000-0000-7000-8000-000000000001"})


def swap(forger: Forger) -> None:
    forger.events[1], forger.events[2] = forger.events[2], forger.events[1]


def swap_with_places(forger: Forger) -> None:
    swap(forger)
    forger.events[1]["seq"], forger.events[2]["seq"] = 2, 3


EDITS: Mapping[str, tuple[Callable[[Forger], None], int, str]] = {
    "a byte flipped": (flip, 2, "its hash does not follow"),
    "an event removed": (remove, 3, "stands where seq 2 belongs"),
    "one inserted": (insert, 2, "its hash does not follow"),
    "two swapped": (swap, 3, "stands where seq 2 belongs"),
    "two swapped with their places": (swap_with_places, 2, "its hash does not follow"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_the_first_wrong_event_is_named_with_its_chain_and_place(forger: Forger, edit: str) -> None:
    do, seq, why = EDITS[edit]
    do(forger)
    event = forger.events[1]

    told = forger.verify(with_roots=False)

    assert told.status == 1
    assert told.words.startswith(f"WRONG: chain {forger.chain}, seq {seq}, event {event['id']}: {why}")


def rewrite(forger: Forger, seq: int) -> None:
    """The bytes and the timeline say something else, and every hash follows."""
    event = forger.events[seq - 1]
    event["chained"] = canonical(json.loads(event["chained"]) | {"reason": "forged"}).decode()
    forger.rehash(seq)


def test_a_tail_hashed_anew_is_caught_by_the_root_alone(forger: Forger) -> None:
    rewrite(forger, 4)

    told = forger.verify(with_roots=False)

    last = forger.events[-1]
    assert told.status == 1
    assert told.words == (
        f"WRONG: chain {forger.chain}, seq {last['seq']}, event {last['id']}: root 2 of 2026-11-24 holds another hash; "
        "the last event still right is seq 2\n"
    )


def test_a_chain_cut_off_is_caught_by_the_root_alone(forger: Forger) -> None:
    del forger.events[-1]

    told = forger.verify(with_roots=False)

    cut = f"chain {forger.chain}, seq 5: root 2 of 2026-11-24 holds this event; the chain was cut off after seq 4"
    assert told.words == f"WRONG: {cut}\n"


def test_a_proof_made_to_fit_no_longer_leads_to_its_root(forger: Forger) -> None:
    rewrite(forger, 4)
    proof = next(
        one for one in forger.told("proofs.json")["proofs"] if one["chain"] == forger.chain and one["seq"] == 5
    )
    proof["head"] = forger.events[-1]["hash"]

    told = forger.verify(with_roots=False)

    assert told.words == f"WRONG: the proof of {forger.chain}, seq 5: does not lead to root 2 of 2026-11-24\n"


def test_without_its_proofs_a_rewritten_chain_is_said_to_be_unproven(forger: Forger) -> None:
    rewrite(forger, 1)
    proofs = forger.told("proofs.json")
    proofs["proofs"] = [one for one in proofs["proofs"] if one["chain"] != forger.chain]

    told = forger.verify()
    forger.options = ("--complete",)

    assert f"NOT PROVEN YET: no root holds chain {forger.chain}, from seq 1 on" in told.words
    assert forger.verify().status == 1


CHANGES: Mapping[str, Callable[[dict[str, Any]], object]] = {
    "another path": lambda proof: proof["path"].__setitem__(0, "0" * 64),
    "a longer path": lambda proof: proof["path"].append("0" * 64),
    "another place": lambda proof: proof.update(position=proof["position"] % 2 + 1),
    "another size": lambda proof: proof.update(size=10**6),
    "another root": lambda proof: proof.update(root=99),
    "no number": lambda proof: proof.update(seq="1"),
    "a place below zero": lambda proof: proof.update(seq=-1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_proof_is_caught(forger: Forger, change: str) -> None:
    CHANGES[change](next(one for one in forger.told("proofs.json")["proofs"] if one["chain"] == forger.chain))

    told = forger.verify(with_roots=False)

    assert told.status == 1
    assert told.words.startswith(f"WRONG: the proof of {forger.chain}")


def test_a_root_that_is_not_the_published_one_is_caught(forger: Forger) -> None:
    other = json.loads(forger.roots[1]) | {"root": "0" * 64}
    forger.roots = [forger.roots[0], json.dumps(other).encode()]

    assert forger.verify().words == "WRONG: root 2 of 2026-11-24: is not the root that was published\n"


def test_a_root_that_was_never_published_is_caught(forger: Forger) -> None:
    forger.roots = forger.roots[:1]

    assert forger.verify().words.startswith("WRONG: root 2 of 2026-11-24: is not among the published roots given")


def test_a_root_that_forgets_the_one_before_is_caught(forger: Forger) -> None:
    forger.told("proofs.json")["roots"][1]["previous"] = "0" * 64

    assert forger.verify(with_roots=False).words == "WRONG: root 2 of 2026-11-24: does not hold the root before it\n"


def image_of(forger: Forger) -> str:
    return next(name for name in forger.files if name.startswith("images/"))


def test_a_flipped_byte_of_an_image_is_caught_with_its_event(forger: Forger) -> None:
    name = image_of(forger)
    image = bytearray(forger.files[name])
    image[100] ^= 1
    forger.files[name] = bytes(image)

    told = forger.verify(with_roots=False)

    assert told.words == (
        f"WRONG: chain {forger.chain}, seq 4, event {forger.events[3]['id']}: {name} is not the image that was stored\n"
    )


def test_another_image_in_its_place_is_caught_by_the_root(forger: Forger) -> None:
    other = hashlib.sha256(b"other").hexdigest()
    del forger.files[image_of(forger)]
    forger.files[f"images/{other}.jpg"] = b"other"
    pair = next(one for one in forger.told("evidence.json")["evidence"] if one["state"] == "kept")
    pair["stored_sha256"] = other

    assert "holds another pair" in forger.verify(with_roots=False).words


def test_an_image_that_was_erased_is_counted_and_its_pair_still_proven(forger: Forger) -> None:
    del forger.files[image_of(forger)]
    pair = next(one for one in forger.told("evidence.json")["evidence"] if one["state"] == "kept")
    pair["state"] = "erased"

    told = forger.verify()

    assert (told.status, "0 images as stored, 1 erased, 1 not arrived" in told.words) == (0, True)


def test_evidence_that_an_event_names_must_be_told(forger: Forger) -> None:
    told = forger.told("evidence.json")
    told["evidence"] = [one for one in told["evidence"] if one["sha256"] != AWAITED]

    assert f"its evidence {AWAITED} is not told" in forger.verify(with_roots=False).words


def test_a_timeline_that_tells_another_story_is_caught(forger: Forger) -> None:
    row = forger.told("timeline.json")["items"][0]["events"][0]
    row["type"] = "delivered"

    told = forger.verify(with_roots=False)

    event = f"chain {row['chain']}, seq {row['seq']}, event {row['id']}"
    assert told.words == f"WRONG: {event}: timeline.json tells another 'type'\n"


def test_a_timeline_that_leaves_an_event_out_is_caught(forger: Forger) -> None:
    del forger.told("timeline.json")["items"][0]["events"][-1]

    assert "is not told in timeline.json" in forger.verify(with_roots=False).words


def test_bytes_that_are_not_canonical_are_caught_even_where_every_hash_follows(forger: Forger) -> None:
    forger.events[1]["chained"] = forger.events[1]["chained"].replace('{"', '{ "', 1)
    forger.rehash(2)

    assert "seq 2, event " in (told := forger.verify(with_roots=False)).words
    assert "its bytes are not canonical JSON" in told.words


def with_member(files: Files, name: str, content: bytes = b"x") -> bytes:
    output = io.BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        for one, told in files.items():
            archive.writestr(one, told)
        archive.writestr(name, content)
    return output.getvalue()


PATHS = ("../../evil.py", "/etc/passwd", "images/../verify2.py", "C:\\evil", "chains/001.json\x1b[2J", "x" * 60_000)


@pytest.mark.parametrize("name", PATHS, ids=range(len(PATHS)))
def test_a_file_that_does_not_belong_is_refused_and_nothing_is_written(
    the_pack: tuple[Files, list[bytes]], tmp_path: Path, name: str
) -> None:
    told = verified(with_member(the_pack[0], name), tmp_path, [])

    assert (told.status, told.words.startswith("WRONG: ")) == (1, True)
    assert "\x1b" not in told.words
    assert [file.name for file in tmp_path.iterdir()] == ["pack.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_file_of_one_name_is_refused(the_pack: tuple[Files, list[bytes]], tmp_path: Path) -> None:
    told = verified(with_member(the_pack[0], "proofs.json", b"{}"), tmp_path, [])

    assert told.words.startswith("WRONG: the pack holds a file twice")


HOSTILE = {
    "no archive": b"PK\x03\x04 and nothing more",
    "nothing": b"",
    "an archive without a chain": None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_pack_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    told = verified(HOSTILE[name] or with_member({}, "proofs.json", b"{}"), tmp_path, [])

    assert (told.status, told.words.count("\n")) == (1, 1)
    assert told.words.startswith("WRONG: ")


BOMBS = {
    "too large unpacked": b" " * (64 * 1024 * 1024 + 1),
    "too deep": b"[" * 200_000,
    "a number without end": b'{"chain":' + b"9" * 1_000_000 + b"}",
    "a fraction": b'{"chain":"item:1","events":[{"seq":1.0}]}',
    "no object": b"[]",
    "a key twice": b'{"chain":"item:1","chain":"item:2","events":[]}',
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_the_limits(the_pack: tuple[Files, list[bytes]], tmp_path: Path, name: str) -> None:
    content = with_member(the_pack[0], "chains/000.json", BOMBS[name])

    told = verified(content, tmp_path, [])

    assert (told.status, told.words.startswith("WRONG: chains/000.json")) == (1, True)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_its_way_up_the_tree_is_the_way_the_house_goes_down(leaves: list[bytes], drawn: st.DataObject) -> None:
    position = drawn.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, position)

    assert climb(leaves[position], position, len(leaves), path) == subtree(leaves)
    assert climb(leaves[position], position, len(leaves), [*path, leaves[0]]) is None


def test_the_verifier_is_one_file_of_plain_python_3_9() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported <= sys.stdlib_module_names
    assert imported


def test_the_pack_carries_the_verifier_that_ships(the_pack: tuple[Files, list[bytes]]) -> None:
    assert the_pack[0]["verify.py"] == VERIFIER.read_bytes()
