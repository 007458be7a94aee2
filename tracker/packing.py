"""The evidence pack of a dossier: one ZIP that a stranger can verify. The same books give the same bytes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask_babel import force_locale, gettext
from sqlmodel import Session

from labels.timeline import draw_timeline
from tracker.config import Config
from tracker.domain.chain import instant
from tracker.domain.merkle import EVIDENCE_CHAIN
from tracker.store.queries.events import evidence_named
from tracker.store.queries.packs import (
    ChainedEvent,
    Pair,
    Proof,
    RootOfProofs,
    envelopes_of,
    image_of,
    pairs_of,
    proofs_of,
    proven_seqs,
    whole_chains,
)
from tracker.store.queries.roots import StoredRoot, chains_of_dossier
from tracker.timeline import Proven, tell_envelopes, timeline_json, timeline_paper

LANGUAGES = ("vi", "en")
VERIFIER = ("tracker.standalone", "verify_pack.py")
# A ZIP knows no time before it; a dossier without an event has no other.
ZIP_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
READABLE_BY_ALL = 0o644 << 16
# In the book of who did or saw what.
TAKEN = "evidence pack taken"

Chains = Mapping[str, Sequence[ChainedEvent]]


@dataclass(frozen=True, slots=True)
class Pack:
    """`open_count` events and images have no proof yet: they came after the last root."""

    content: bytes
    open_count: int


class OpenEnd(NamedTuple):
    """What no root reaches yet: the events `first` to `last` of a chain."""

    chain: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Books:
    """All that one moment of the books says of a dossier."""

    chains: Chains
    named: tuple[str, ...]
    pairs: Mapping[str, Pair]
    roots: Sequence[RootOfProofs]
    proofs: Sequence[Proof]

    def open_ends(self) -> Iterator[OpenEnd]:
        proven = proven_seqs(self.proofs)
        for chain, events in self.chains.items():
            if proven.get(chain, 0) < len(events):
                yield OpenEnd(chain, proven.get(chain, 0) + 1, len(events))
        for sent in self.pairs:
            if f"{EVIDENCE_CHAIN}{sent}" not in proven:
                yield OpenEnd(f"{EVIDENCE_CHAIN}{sent}", 1, 1)


def pack(session: Session, dossier_id: int, numbers: tuple[str, ...], config: Config) -> Pack:
    """`session` reads one moment of the books; `numbers` are the dossier's, its own first."""
    books = _read(session, dossier_id)
    open_ends = list(books.open_ends())
    open_count = sum(end.last - end.first + 1 for end in open_ends)
    proven = Proven(_last_root(books.roots), open_count)
    told = tell_envelopes(session, envelopes_of(session, dossier_id))
    paper = draw_timeline(timeline_paper(numbers, told, proven, config.office.zone))
    output = BytesIO()
    with ZipFile(output, "w") as archive:
        put = _Writer(archive, books.chains)
        put.text("README.txt", _readme())
        put.text("verify.py", files(VERIFIER[0]).joinpath(VERIFIER[1]).read_text(encoding="utf-8"))
        put.json("timeline.json", timeline_json(numbers, told))
        put.whole("timeline.pdf", paper)
        put.json("proofs.json", _proofs_json(books, open_ends))
        put.json("evidence.json", {"evidence": [_pair_json(sent, books.pairs.get(sent)) for sent in books.named]})
        for number, (chain, events) in enumerate(books.chains.items(), start=1):
            put.json(f"chains/{number:03}.json", {"chain": chain, "events": [_event_json(event) for event in events]})
        for stored in sorted({pair.stored_sha256 for pair in books.pairs.values() if pair.is_kept}):
            put.whole(f"images/{stored}.jpg", image_of(session, stored))
    return Pack(output.getvalue(), open_count)


def _read(session: Session, dossier_id: int) -> _Books:
    chains = whole_chains(session, chains_of_dossier(session, dossier_id))
    events = (event for whole in chains.values() for event in whole)
    named = tuple(sorted({sent for event in events for sent in evidence_named(event.chained)}))
    pairs = pairs_of(session, named)
    roots, proofs = proofs_of(session, [*chains, *(f"{EVIDENCE_CHAIN}{sent}" for sent in named)])
    return _Books(chains, named, dict(sorted(pairs.items())), roots, proofs)


class _Writer:
    """Files with the time of the dossier's last event: the clock of the machine is not in the bytes."""

    def __init__(self, archive: ZipFile, chains: Chains) -> None:
        self._archive = archive
        last = max((events[-1].recorded_at for events in chains.values() if events), default=ZIP_EPOCH)
        self._time = max(last, ZIP_EPOCH).astimezone(UTC).timetuple()[:6]

    def json(self, name: str, told: Mapping[str, object]) -> None:
        self.text(name, json.dumps(told, ensure_ascii=False, indent=1) + "\n")

    def text(self, name: str, content: str) -> None:
        self._put(name, content.encode(), ZIP_DEFLATED)

    def whole(self, name: str, content: bytes) -> None:
        """Packed already."""
        self._put(name, content, ZIP_STORED)

    def _put(self, name: str, content: bytes, packing: int) -> None:
        member = ZipInfo(name, self._time)
        member.compress_type, member.external_attr, member.create_system = packing, READABLE_BY_ALL, 3
        self._archive.writestr(member, content)


def _readme() -> str:
    told = []
    for language in LANGUAGES:
        with force_locale(language):
            told.append(gettext("pack.readme"))
    return "\n\n".join(told) + "\n"


def _last_root(roots: Sequence[RootOfProofs]) -> str:
    """As its day and number say it."""
    if not roots:
        return ""
    root = max((one.root for one in roots), key=lambda one: one.number)
    return f"{root.number} ({root.day:%d/%m/%Y})"


def _event_json(event: ChainedEvent) -> dict[str, object]:
    return {"seq": event.seq, "id": str(event.event_id), "hash": event.hash, "chained": event.chained}


def _pair_json(sent: str, pair: Pair | None) -> dict[str, object]:
    if pair is None:
        return {"sha256": sent, "stored_sha256": None, "state": "awaited"}
    return {"sha256": sent, "stored_sha256": pair.stored_sha256, "state": "kept" if pair.is_kept else "erased"}


def _proofs_json(books: _Books, open_ends: Sequence[OpenEnd]) -> dict[str, object]:
    return {
        "roots": [{**_root_json(one.root), "previous_path": list(one.previous_path)} for one in books.roots],
        "proofs": [_proof_json(proof) for proof in books.proofs],
        "unproven": [end._asdict() for end in open_ends],
    }


def _root_json(root: StoredRoot) -> dict[str, object]:
    """As its published file tells it."""
    return {
        "number": root.number,
        "day": root.day.isoformat(),
        "made_at": instant(root.made_at),
        "previous": root.previous,
        "leaves": root.size,
        "root": root.root,
    }


def _proof_json(proof: Proof) -> dict[str, object]:
    found = proof.inclusion
    where = {"root": proof.root.number, "position": found.position, "size": found.size, "path": list(found.path)}
    return {**proof.leaf._asdict(), **where}
