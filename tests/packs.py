"""A dossier with a story worth proving, its evidence pack, and hands that tamper with it."""

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlmodel import Session, col

from schedules.publishing import file_content
from tests.api.test_evidence import a_photo, sha256
from tests.builders import a_desk, a_dossier, a_scan, the_config
from tests.province import PACKED, SENDER, Province, Tale, a_fresh_number, receipt_of
from tracker.actions.evidence import store_evidence
from tracker.actions.post import NewItem, register_item
from tracker.actions.roots import make_root
from tracker.app import create_app
from tracker.domain.vocabulary import EventType, Leg
from tracker.packing import Pack, pack
from tracker.standalone import verify_pack
from tracker.store.models import DossierNumberRow, ItemDossier
from tracker.store.queries.packs import dossier_numbers
from tracker.store.queries.roots import all_roots

BAG = "TUI-CM-1123-07"
PRE_PRINTED = "RR473124829VN"
VERIFIER = Path(str(verify_pack.__file__))
AWAITED = "f" * 64
DAYS = (date(2026, 11, 23), date(2026, 11, 24))

Files = dict[str, bytes]


@dataclass(frozen=True)
class Told:
    """What the verifier said."""

    status: int
    words: str


def a_proven_story(session: Session, province: Province) -> Tale:
    """Scanned before it was known, bagged, and given to a courier with a photo; two roots hold it."""
    postclerk = province["postclerk"]
    early = a_scan(PRE_PRINTED, EventType.ACCEPTED, counterparty=SENDER, details=PACKED)
    receipt_of(session, postclerk, early)
    desk = a_desk(postclerk)
    dossier = a_dossier(session, desk, a_fresh_number())
    new = NewItem(dossiers=(dossier,), leg=Leg.SUBMISSION, number=PRE_PRINTED)
    tale = Tale(session, province, register_item(session, new, desk), desk.at)
    tale.scan("postclerk", EventType.BAGGED, details={"bag": BAG})
    receipt_of(session, postclerk, a_scan(BAG, EventType.DEPARTED, at=tale.wait(minutes=1).at))
    make_root(session, at=tale.at, day=DAYS[0], actor="system")
    photo = a_photo()
    store_evidence(session, sha256(photo), photo, a_desk(province["courier"], at=tale.at))
    tale.with_courier()
    absent = {"reason": "absent", "details": {"action": "reattempt"}, "evidence": [sha256(photo), AWAITED]}
    tale.scan("courier", EventType.ATTEMPT_FAILED, **absent)
    tale.scan("courier", EventType.BACK_AT_OFFICE, counterparty={"kind": "office"})
    make_root(session, at=tale.at, day=DAYS[1], actor="system")
    return tale


def packed(session: Session, tale: Tale) -> Pack:
    session.flush()
    dossier_id = session.scalars(
        select(col(ItemDossier.dossier_id)).where(col(ItemDossier.item_id) == tale.item.item_id)
    ).one()
    with create_app(the_config(), tale.province.engine).app_context():
        return pack(session, dossier_id, numbers_of(session, dossier_id), the_config())


def numbers_of(session: Session, dossier_id: int) -> tuple[str, ...]:
    text = session.scalars(select(col(DossierNumberRow.text)).where(col(DossierNumberRow.dossier_id) == dossier_id))
    found = dossier_numbers(session, text.first() or "")
    assert found is not None
    return found[1]


def published(session: Session) -> list[bytes]:
    return [file_content(root) for root in all_roots(session)]


def unzipped(content: bytes) -> Files:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files) -> bytes:
    output = io.BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return output.getvalue()


@dataclass
class Forger:
    """Knows how everything is made, and edits the files of a pack."""

    files: Files
    roots: list[bytes]
    folder: Path
    options: tuple[str, ...] = ()
    _json: dict[str, Any] = field(default_factory=dict)

    def told(self, name: str) -> Any:
        """What a file says, to be changed in place."""
        return self._json.setdefault(name, json.loads(self.files[name]))

    @property
    def chain_file(self) -> str:
        """Of the item's own chain."""
        return next(name for name in sorted(self.files) if b'"chain": "item:' in self.files[name][:40])

    @property
    def chain(self) -> str:
        return str(self.told(self.chain_file)["chain"])

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.told(self.chain_file)["events"]
        return found

    def rehash(self, start: int = 1) -> None:
        """As whoever rewrites history from there on must."""
        previous = bytes(32) if start == 1 else bytes.fromhex(self.events[start - 2]["hash"])
        for event in self.events[start - 1 :]:
            event["hash"] = hashlib.sha256(previous + event["chained"].encode()).hexdigest()
            previous = bytes.fromhex(event["hash"])

    def verify(self, *, with_roots: bool = True) -> Told:
        changed = {name: json.dumps(told, ensure_ascii=False).encode() for name, told in self._json.items()}
        return verified(zipped(self.files | changed), self.folder, self.roots if with_roots else [], self.options)


def verified(content: bytes, folder: Path, roots: list[bytes], options: tuple[str, ...] = ()) -> Told:
    """By the program as it ships, with nothing of ours within its reach."""
    file = folder / "pack.zip"
    file.write_bytes(content)
    words = [sys.executable, "-I", str(VERIFIER), str(file), *options]
    for number, root in enumerate(roots):
        given = folder / f"root-{number}.json"
        given.write_bytes(root)
        words += ["--root", str(given)]
    run = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, env={"PYTHONUTF8": "1"})
    assert run.stderr == "", run.stderr
    return Told(run.returncode, run.stdout)
