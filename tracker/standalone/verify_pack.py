"""Does an evidence pack of Giao nhan hold? One file, Python 3.9 or newer, nothing else.

    python verify.py PACK.zip [--root root-2026-11-24.json ...] [--complete]

It recomputes every chain of events, holds the images against their hashes, and follows every proof to its root. A pack
made up as a whole would pass that too: only roots that were published elsewhere (--root) show that it is the real one.
The pack is taken for hostile: it is read in memory within limits, and nothing of it is written or run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

MOST_FILES = 20_000
LARGEST_FILE, LARGEST_WHOLE = 64 * 1024 * 1024, 1024 * 1024 * 1024
LARGEST_INTEGER = 2**53
LARGEST_TREE = 2**40
HASH = re.compile(r"[0-9a-f]{64}")
KNOWN_FILE = re.compile(
    r"README\.txt|verify\.py|timeline\.json|timeline\.pdf|evidence\.json|proofs\.json"
    r"|chains/[0-9]{1,6}\.json|images/[0-9a-f]{64}\.jpg"
)
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, OSError, ValueError, TypeError)
LEAF, NODE, FIRST = b"\x00", b"\x01", bytes(32)
EVIDENCE = "evidence:"
# What the timeline repeats of an event's own bytes.
REPEATED = ("id", "type", "occurred_at", "recorded_at", "effective_at", "hand")


class Wrong(Exception):
    """The first thing that does not hold, in words."""


class Pack:
    """The files of the archive, one by one and never more than the limits allow."""

    def __init__(self, file: str) -> None:
        if Path(file).stat().st_size > LARGEST_WHOLE:
            raise Wrong("the pack is larger than a pack may be")
        self._zip = zipfile.ZipFile(file)
        self._left = LARGEST_WHOLE
        self._members: dict[str, zipfile.ZipInfo] = {}
        if len(self._zip.infolist()) > MOST_FILES:
            raise Wrong("the pack holds more files than a pack may hold")
        for member in self._zip.infolist():
            name = member.filename
            if not KNOWN_FILE.fullmatch(name) or name in self._members:
                raise Wrong(f"the pack holds a file twice, or one that does not belong in it: {shown(name)}")
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Wrong(f"{name} is encrypted or packed in a way that is not read here")
            self._members[name] = member

    def names(self, start: str) -> list[str]:
        return sorted(name for name in self._members if name.startswith(start))

    def read(self, name: str) -> bytes:
        if name not in self._members:
            raise Wrong(name + " is missing")
        limit = min(LARGEST_FILE, self._left)
        with self._zip.open(self._members[name]) as content:
            found = content.read(limit + 1)
        if len(found) > limit:
            raise Wrong(name + " is larger than it may be")
        self._left -= len(found)
        return found


def shown(text: object) -> str:
    """Safe to print whatever it holds."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(text))[:200]


def parsed(content: bytes | str, where: str) -> Any:
    """JSON without what may not be in it: doubled keys, fractions, endless numbers."""
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        return json.loads(
            text, object_pairs_hook=without_twins, parse_float=refuse, parse_constant=refuse, parse_int=short_integer
        )
    except (ValueError, RecursionError) as error:
        raise Wrong(where + " is no JSON that may stand there") from error


def without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def refuse(text: str) -> None:
    raise ValueError("a number with a fraction: " + text[:40])


def short_integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise ValueError("a number too large")
    return int(digits)


def part(value: Any, key: str, kind: type, where: str) -> Any:
    found = value.get(key) if isinstance(value, dict) else None
    if type(found) is not kind:
        raise Wrong(where + ": '" + key + "' is missing or of the wrong kind")
    return found


def a_hash(value: Any, key: str, where: str) -> str:
    found: str = part(value, key, str, where)
    if not HASH.fullmatch(found):
        raise Wrong(where + ": '" + key + "' is no SHA-256")
    return found


def hashes(value: Any, key: str, where: str) -> list[bytes]:
    found = part(value, key, list, where)
    if not all(isinstance(one, str) and HASH.fullmatch(one) for one in found):
        raise Wrong(where + ": '" + key + "' holds something that is no SHA-256")
    return [bytes.fromhex(one) for one in found]


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


class Event:
    """`body` is what its bytes say."""

    def __init__(self, chain: str, row: Any, where: str) -> None:
        self.chain = chain
        self.seq: int = part(row, "seq", int, where)
        self.event_id: str = part(row, "id", str, where)
        self.hash = a_hash(row, "hash", where)
        self.chained: str = part(row, "chained", str, where)
        self.body: dict[str, Any] = {}
        self.name = f"chain {shown(chain)}, seq {self.seq}, event {shown(self.event_id)}"


Chains = dict[str, list[Event]]


def check_chain(content: bytes, where: str) -> tuple[str, list[Event]]:
    """The events of one file, each of which follows from the one before."""
    file = parsed(content, where)
    chain = part(file, "chain", str, where)
    previous, events = FIRST, list[Event]()
    for place, row in enumerate(part(file, "events", list, where), start=1):
        event = Event(chain, row, f"{where}, event {place}")
        if event.seq != place:
            raise Wrong(f"{event.name}: stands where seq {place} belongs; an event is missing, added or moved")
        if sha256(previous + event.chained.encode("utf-8", "surrogatepass")).hex() != event.hash:
            raise Wrong(event.name + ": its hash does not follow from its bytes and the event before")
        check_body(event)
        previous = bytes.fromhex(event.hash)
        events.append(event)
    return chain, events


def check_body(event: Event) -> None:
    event.body = body = parsed(event.chained, event.name)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if not isinstance(body, dict) or event.chained != canonical:
        raise Wrong(f"{event.name}: its bytes are not canonical JSON")
    if (body.get("chain"), body.get("seq"), body.get("id")) != (event.chain, event.seq, event.event_id):
        raise Wrong(f"{event.name}: its bytes tell another chain, place or id")


def read_chains(pack: Pack) -> Chains:
    chains: Chains = {}
    for name in pack.names("chains/"):
        chain, events = check_chain(pack.read(name), name)
        if chain in chains:
            raise Wrong(name + ": a second file of chain " + shown(chain))
        chains[chain] = events
    if not chains:
        raise Wrong("the pack holds no chain")
    return chains


def climb(reached: bytes, position: int, size: int, path: list[bytes]) -> bytes | None:
    """RFC 6962, 2.1.1, from the top down; None where the path has another length than the tree has floors."""
    if size == 1 or not path:
        return reached if size == 1 and not path else None
    left = 1 << (size - 1).bit_length() - 1
    is_left = position < left
    below = climb(reached, position if is_left else position - left, left if is_left else size - left, path[:-1])
    if below is None:
        return None
    return sha256(NODE + below + path[-1]) if is_left else sha256(NODE + path[-1] + below)


class Root:
    def __init__(self, told: Any, where: str) -> None:
        self.number: int = part(told, "number", int, where)
        self.day = shown(part(told, "day", str, where))
        self.root = a_hash(told, "root", where)
        self.leaves: int = part(told, "leaves", int, where)
        is_first = isinstance(told, dict) and told.get("previous") is None
        self.previous = None if is_first else a_hash(told, "previous", where)
        if not 0 <= self.leaves < LARGEST_TREE or (self.number == 1) != is_first or self.number < 1:
            raise Wrong(where + ": no root may look like this")
        self.name = f"root {self.number} of {self.day}"


def read_roots(told: Any) -> dict[int, Root]:
    """Every root holds the one before as its first leaf."""
    roots: dict[int, Root] = {}
    for row in part(told, "roots", list, "proofs.json"):
        root = Root(row, "proofs.json, roots")
        before = bytes.fromhex(root.previous) if root.previous else FIRST
        path = hashes(row, "previous_path", root.name)
        if climb(sha256(LEAF + before), 0, root.leaves + 1, path) != bytes.fromhex(root.root):
            raise Wrong(root.name + ": does not hold the root before it")
        if root.number in roots:
            raise Wrong(root.name + ": stands twice")
        roots[root.number] = root
    for number, root in roots.items():
        if number - 1 in roots and roots[number - 1].root != root.previous:
            raise Wrong(root.name + ": follows another root than the one in this pack")
    return roots


class Proof:
    def __init__(self, told: Any, roots: dict[int, Root]) -> None:
        self.chain: str = part(told, "chain", str, "proofs.json, proofs")
        where = "the proof of " + shown(self.chain)
        self.seq: int = part(told, "seq", int, where)
        self.head = a_hash(told, "head", where)
        number, position = part(told, "root", int, where), part(told, "position", int, where)
        if number not in roots or not 1 <= self.seq <= LARGEST_INTEGER:
            raise Wrong(f"{where}: its root is not in the pack")
        self.root = roots[number]
        size = self.root.leaves + 1
        if part(told, "size", int, where) != size or not 1 <= position < size:
            raise Wrong(f"{where}, seq {self.seq}: names no place in {self.root.name}")
        leaf = LEAF + self.chain.encode("utf-8") + self.seq.to_bytes(8, "big") + bytes.fromhex(self.head)
        if climb(sha256(leaf), position, size, hashes(told, "path", where)) != bytes.fromhex(self.root.root):
            raise Wrong(f"{where}, seq {self.seq}: does not lead to {self.root.name}")


def read_proofs(pack: Pack) -> list[Proof]:
    """From the earliest place of each chain to the last: so the first that fails is the nearest to the edit."""
    told = parsed(pack.read("proofs.json"), "proofs.json")
    roots = read_roots(told)
    proofs = [Proof(row, roots) for row in part(told, "proofs", list, "proofs.json")]
    return sorted(proofs, key=lambda proof: (proof.chain, proof.seq))


def hold_chains(chains: Chains, proofs: list[Proof]) -> dict[str, int]:
    """Up to which event each chain is proven."""
    proven = dict.fromkeys(chains, 0)
    for proof in (proof for proof in proofs if not proof.chain.startswith(EVIDENCE)):
        events, chain, holds = chains.get(proof.chain, []), proof.chain, f"{proof.root.name} holds"
        if proof.seq > len(events):
            place = f"chain {shown(chain)}, seq {proof.seq}"
            raise Wrong(f"{place}: {holds} this event; the chain was cut off after seq {len(events)}")
        event = events[proof.seq - 1]
        if event.hash != proof.head:
            raise Wrong(f"{event.name}: {holds} another hash; the last event still right is seq {proven[chain]}")
        proven[chain] = proof.seq
    return proven


def hold_images(pack: Pack, chains: Chains, proofs: list[Proof]) -> tuple[str, list[str]]:
    """How many images there are, in words, and which pairs no root holds."""
    pairs = read_pairs(pack, users_of(chains))
    kept = {stored for stored, state in pairs.values() if state == "kept"}
    if pack.names("images/") != sorted(f"images/{stored}.jpg" for stored in kept):
        raise Wrong("images/: other files than evidence.json tells")
    proven = set()
    for proof in proofs:
        if proof.chain.startswith(EVIDENCE):
            sent = proof.chain[len(EVIDENCE) :]
            if sent not in pairs or pairs[sent][0] != proof.head:
                raise Wrong(f"evidence {shown(sent)}: {proof.root.name} holds another pair")
            proven.add(sent)
    awaited = {sent for sent, (stored, _) in pairs.items() if stored is None}
    erased = sum(state == "erased" for _, state in pairs.values())
    told = f"{len(kept)} images as stored, {erased} erased, {len(awaited)} not arrived"
    return told, sorted(set(pairs) - proven - awaited)


def users_of(chains: Chains) -> dict[str, str]:
    """The first event that names each piece of evidence."""
    users: dict[str, str] = {}
    for event in (event for chain in sorted(chains) for event in chains[chain]):
        for sent in event.body.get("evidence", []):
            if not isinstance(sent, str) or not HASH.fullmatch(sent):
                raise Wrong(f"{event.name}: its evidence is no list of SHA-256")
            users.setdefault(sent, event.name)
    return users


def read_pairs(pack: Pack, users: dict[str, str]) -> dict[str, tuple[str | None, str]]:
    where = "evidence.json"
    pairs: dict[str, tuple[str | None, str]] = {}
    for row in part(parsed(pack.read(where), where), "evidence", list, where):
        sent, state = a_hash(row, "sha256", where), part(row, "state", str, where)
        if sent in pairs or sent not in users or state not in ("kept", "erased", "awaited"):
            raise Wrong(f"evidence.json: {sent} stands twice, belongs to no event, or is in no known state")
        stored = None if state == "awaited" else a_hash(row, "stored_sha256", where)
        if state == "kept":
            name = f"images/{stored}.jpg"
            if sha256(pack.read(name)).hex() != stored:
                raise Wrong(f"{users[sent]}: {name} is not the image that was stored")
        pairs[sent] = stored, state
    for sent, event in users.items():
        if sent not in pairs:
            raise Wrong(f"{event}: its evidence {sent} is not told in evidence.json")
    return pairs


def hold_timeline(pack: Pack, chains: Chains) -> None:
    """What is there to be read says what the chains say."""
    where, read = "timeline.json", set()
    for item in part(parsed(pack.read(where), where), "items", list, where):
        for row in part(item, "events", list, where):
            chain, seq = part(row, "chain", str, where), part(row, "seq", int, where)
            events = chains.get(chain, [])
            if not 1 <= seq <= len(events):
                raise Wrong(f"timeline.json tells an event that is in no chain: {shown(chain)}, seq {seq}")
            event = events[seq - 1]
            differing = [key for key in REPEATED if row.get(key) != event.body.get(key)]
            if differing:
                raise Wrong(f"{event.name}: timeline.json tells another '{differing[0]}'")
            read.add((chain, seq))
    for chain in sorted(chains):
        for event in chains[chain]:
            if not chain.startswith("bag:") and (chain, event.seq) not in read:
                raise Wrong(event.name + ": is not told in timeline.json")


def hold_roots(proofs: list[Proof], files: list[str]) -> None:
    """The roots that reach farthest must be among the published ones; others only where one of their number is."""
    published = {}
    for file in files:
        root = Root(parsed(Path(file).read_bytes(), shown(file)), shown(file))
        published[root.number] = root
    farthest = {proof.chain: proof.root for proof in proofs}
    for root in (proof.root for proof in proofs):
        if root.number in published and vars(published[root.number]) != vars(root):
            raise Wrong(root.name + ": is not the root that was published")
    for chain, root in farthest.items():
        if root.number not in published:
            raise Wrong(f"{root.name}: is not among the published roots given ({shown(chain)} needs it)")


def verify(file: str, root_files: list[str]) -> tuple[list[str], list[str]]:
    """What was found, as lines; what has no proof yet, as lines."""
    pack = Pack(file)
    chains = read_chains(pack)
    proofs = read_proofs(pack)
    proven = hold_chains(chains, proofs)
    images, unproven_pairs = hold_images(pack, chains, proofs)
    hold_timeline(pack, chains)
    if root_files:
        hold_roots(proofs, root_files)
    count = sum(len(events) for events in chains.values())
    roots = ", ".join(name for _, name in sorted({(proof.root.number, proof.root.name) for proof in proofs}))
    compared = "compared with the published ones" if root_files else "NOT compared with published ones (--root)"
    told = [f"{len(chains)} chains, {count} events: every hash follows", images]
    told.append(f"{len(proofs)} proofs lead to {roots or 'no root'}: {compared}")
    open_ends = {chain: seq + 1 for chain, seq in sorted(proven.items()) if seq < len(chains[chain])}
    missing = [f"chain {shown(chain)}, from seq {seq} on" for chain, seq in open_ends.items()]
    return told, missing + [f"evidence {sent}" for sent in unproven_pairs]


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify an evidence pack of Giao nhan.")
    parser.add_argument("pack", help="the ZIP file")
    parser.add_argument("--root", nargs="+", action="extend", default=[], help="files of roots as they were published")
    parser.add_argument("--complete", action="store_true", help="fail too where something has no proof yet")
    given = parser.parse_args()
    try:
        told, missing = verify(given.pack, given.root)
    except (Wrong, *UNREADABLE) as error:
        why = error if isinstance(error, Wrong) else f"not a pack that can be read ({type(error).__name__})"
        sys.stdout.write(f"WRONG: {why}\n")
        return 1
    sys.stdout.write("".join(line + "\n" for line in told))
    sys.stdout.write("".join(f"NOT PROVEN YET: no root holds {line}\n" for line in missing))
    if missing and given.complete:
        sys.stdout.write("WRONG: not everything is proven\n")
        return 1
    sys.stdout.write("The pack holds.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
