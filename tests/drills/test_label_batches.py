"""kill -9 in the middle of a batch of labels: asked again, it prints what was left, and nothing twice."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine, func, select

from tests.builders import NOW, POST, a_desk, a_dossier, an_account, an_item, found_province, use_quick_passwords
from tests.cli.test_commands import ROOT, giaonhan
from tests.drills.proof import tell_proof
from tests.drills.served import Served, served
from tests.drills.soaking import IS_SOAK, MARKS
from tests.province import a_fresh_number
from tracker.actions.desk import Desk
from tracker.actions.founding import NewRange, grant_ranges
from tracker.domain.vocabulary import EventType, Role
from tracker.store.engine import reading, transaction
from tracker.store.tables import EVENT, LABEL

pytestmark = MARKS
LINES = 10_000 if IS_SOAK else 60
KILLS = 3 if IS_SOAK else 1
AT_ONCE = 100 if IS_SOAK else 60
# Slices smaller than a short list, so that a kill falls between two of them.
SLICED = "" if IS_SOAK else "from tracker.actions import print_batches; print_batches.SLICE = 10; "
PATIENCE_SECONDS = 120


@pytest.fixture
def numbers(engine: Engine) -> list[str]:
    use_quick_passwords()
    with transaction(engine) as session:
        found_province(session)
        grant_ranges(session, [NewRange(POST, "RI", 33_000_000, 33_099_999)], at=NOW)
        by = a_desk(an_account(session, Role.POSTCLERK, POST).actor)
    return [number for _ in range(0, LINES, AT_ONCE) for number in new_items(engine, by)][:LINES]


def new_items(engine: Engine, by: Desk) -> list[str]:
    with transaction(engine) as session:
        dossiers = [a_dossier(session, by, a_fresh_number()) for _ in range(AT_ONCE)]
        return [an_item(session, by, dossier).number for dossier in dossiers]


def copies(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(LABEL)) or 0


def killed_in_the_middle(url: str, engine: Engine, words: list[str], after: int) -> int:
    """How many labels were in the ledger when the process was gone."""
    environment = {**os.environ, "DATABASE_URL": url, "GIAONHAN_CONFIG": str(ROOT / "config.toml")}
    command = [sys.executable, "-c", f"{SLICED}from tracker.cli import main; main()", *words]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and copies(engine) <= after and time.monotonic() < give_up:
        time.sleep(0.002)
    process.kill()
    _, said = process.communicate()
    assert process.returncode == -9, said
    return copies(engine)


def tokens_on(paper: Path) -> list[str]:
    """Of each page, in their order."""
    document = pypdfium2.PdfDocument(paper)
    pages = (page.render(scale=0.8, grayscale=True).to_numpy() for page in document)
    read = [code for page in pages for code in zxingcpp.read_barcodes(page, try_rotate=False)]
    return [code.text.rpartition("/")[2] for code in read if code.format == zxingcpp.BarcodeFormat.QRCode]


def test_a_batch_that_was_killed_goes_on_and_ledger_and_paper_agree(
    engine: Engine, database_url: str, numbers: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    items, paper = tmp_path / "items.csv", tmp_path / "labels.pdf"
    items.write_text("\n".join(["number", *numbers, "RI330000001VN", "chẳng phải số"]), encoding="utf-8")
    words = ["labels", "--items", str(items), "--format", "a6", "--as", "postclerk", "-o", str(paper), "--json"]

    at_kills = [0]
    for _ in range(KILLS):
        at_kills.append(killed_in_the_middle(database_url, engine, words, at_kills[-1]))
    was_there = paper.exists()
    ended = giaonhan(database_url, *words)

    assert at_kills == sorted(set(at_kills))
    assert not was_there
    assert (ended.returncode, json.loads(ended.stdout)["printed"]) == (3, LINES)
    with reading(engine) as session:
        ledger = session.execute(select(LABEL.c.token, LABEL.c.copy_number).order_by(LABEL.c.id)).all()
        events = session.scalar(select(func.count()).select_from(EVENT).where(EVENT.c.type == EventType.LABEL_PRINTED))
    assert tokens_on(paper) == [row.token for row in ledger]
    assert ({row.copy_number for row in ledger}, len(ledger), events) == ({1}, LINES, LINES)
    told = [json.loads(line) for line in (tmp_path / "labels.pdf.lines.jsonl").read_text().splitlines()]
    assert [one["number"] for one in told if one["outcome"] == "printed"] == numbers
    assert [(one["line"], one["cause"]) for one in told if one["outcome"] == "refused"] == [
        (LINES + 2, "bad_check_digit"),
        (LINES + 3, "bad_number"),
    ]
    assert giaonhan(database_url, "verify").returncode == 0
    tell_proof(request, f"kill -9 of a batch of {LINES} labels, {engine.dialect.name}: at {at_kills[1:]}, none twice")


@dataclass(frozen=True, slots=True)
class Printing:
    """A program that prints a batch through a server."""

    server: Served
    token: str

    def ask(self, path: str, body: object = None) -> bytes:
        address = f"{self.server.address}/api/v1{path}"
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(address, sent, headers), timeout=60) as answer:
            return bytes(answer.read())

    def print_on(self, where: str) -> None:
        """Until all is printed or nobody answers any more."""
        with suppress(OSError, HTTPException):
            while json.loads(self.ask(f"{where}/print", {}))["waiting"]:
                pass

    def lines(self, where: str) -> Iterator[dict[str, object]]:
        after = "0"
        while after:
            page = json.loads(self.ask(f"{where}/lines?limit=200&after={after}"))
            yield from page["data"]
            after = page["next"]


def killed_while_printing(program: Printing, where: str, engine: Engine, after: int) -> int:
    """How many labels were in the ledger when the server was gone."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    with ThreadPoolExecutor(1) as pool:
        printing = pool.submit(program.print_on, where)
        while copies(engine) <= after and not printing.done() and time.monotonic() < give_up:
            time.sleep(0.002)
        program.server.kill_all()
    return copies(engine)


def test_a_batch_of_the_api_outlives_its_server_and_ledger_and_paper_agree(
    engine: Engine, database_url: str, numbers: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with transaction(engine) as session:
        token = an_account(session, Role.POSTCLERK, POST, "program").token
    command = (sys.executable, "-c", f"{SLICED}from tracker.cli import main; main()", "serve")

    with served(database_url, tmp_path, command) as server:
        program = Printing(server, token)
        items = [*numbers, "RI330000001VN", "chẳng phải số"][:10_000]
        begun = json.loads(program.ask("/label-batches", {"items": items, "format": "a6"}))
        where = f"/label-batches/{begun['id']}"
        at_kills = [0]
        for _ in range(KILLS):
            at_kills.append(killed_while_printing(program, where, engine, at_kills[-1]))
            server.start()
        program.print_on(where)
        (tmp_path / "api.pdf").write_bytes(program.ask(f"{where}/paper"))
        told = list(program.lines(where))

    assert at_kills == sorted(set(at_kills))
    assert at_kills[-1] < LINES
    with reading(engine) as session:
        ledger = session.execute(select(LABEL.c.token, LABEL.c.copy_number).order_by(LABEL.c.id)).all()
    assert tokens_on(tmp_path / "api.pdf") == [row.token for row in ledger]
    assert ({row.copy_number for row in ledger}, len(ledger)) == ({1}, LINES)
    assert [one["number"] for one in told if one["outcome"] == "printed"] == numbers
    assert [one["number"] for one in told] == [item[:13] for item in items]
    tell_proof(
        request, f"kill -9 under a batch of {LINES} over the API, {engine.dialect.name}: at {at_kills[1:]}, none twice"
    )
