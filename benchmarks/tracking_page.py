"""The citizen's page over HTTP: the product as it is served, against gunicorn with a tutorial's page of the same."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from benchmarks.measure import print_line
from benchmarks.story import Post, found_post
from tests.builders import a_desk, the_config
from tests.drills.served import free_port, served
from tests.engines import postgres_server, sqlite_url
from tracker.actions.door import Door
from tracker.actions.labels import print_labels
from tracker.actions.record import record
from tracker.store.engine import create_engine, transaction
from tracker.store.migrate import migrate

ROUNDS, SECONDS, LINES = 5, 2.0, 16
ITEMS = 50
RIVALS_WORKERS = 2
READY_TIMEOUT_SECONDS = 30
BASELINE = "benchmarks.baselines.tutorial_page:app"


@dataclass(frozen=True, slots=True)
class Rival:
    """A server under load; `encoding` is what the client says it accepts."""

    address: str
    encoding: str = ""


def run() -> None:
    """On SQLite the product has one worker; on PostgreSQL as many as its rival has."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        _measure("sqlite", sqlite_url(Path(folder) / "giaonhan.db"), Path(folder), worker_count=1)
    with tempfile.TemporaryDirectory() as folder, postgres_server(durable=True) as server:
        _measure("postgresql", server.create_database("page"), Path(folder), worker_count=RIVALS_WORKERS)


def _measure(engine_name: str, url: str, folder: Path, *, worker_count: int) -> None:
    paths = folder / "paths"
    paths.write_text("\n".join(f"/t/{token}" for token in _tell_stories(url)), encoding="utf-8")
    product = served(url, folder, worker_count=worker_count)
    with product as ours, _gunicorn(url, folder) as tutorial:
        rivals = {
            "plain": Rival(ours.address),
            "gzip": Rival(ours.address, "gzip"),
            "tutorial": Rival(tutorial),
        }
        _report(engine_name, _load_by_turns(rivals, paths), worker_count)


def _tell_stories(url: str) -> list[str]:
    """Labels' tokens of envelopes that went through the whole story."""
    migrate(url)
    engine = create_engine(url)
    with transaction(engine) as session:
        post: Post = found_post(session)
        items = post.new_items(session, ITEMS)
        labels = print_labels(session, items, "a6", None, a_desk(post.people["lộc"], at=post.began_at))
        for told in post.scans(items):
            record(session, [told.event], Door(told.actor, told.at, the_config()))
    engine.dispose()
    return [label.token for label in labels]


@contextmanager
def _gunicorn(url: str, folder: Path) -> Iterator[str]:
    """Two sync workers, as its manual starts it."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "--workers", str(RIVALS_WORKERS), "--bind", address, BASELINE]
    environment = os.environ | {"TUTORIAL_DATABASE": url.replace("postgresql://", "postgresql+psycopg://")}
    with (folder / "gunicorn.log").open("wb") as log:
        running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(f"http://{address}/t/none")
        yield f"http://{address}"
    finally:
        running.terminate()
        running.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(address, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{address} does not answer")


def _load_by_turns(rivals: Mapping[str, Rival], paths: Path) -> Mapping[str, list[dict[str, float]]]:
    told: dict[str, list[dict[str, float]]] = {name: [] for name in rivals}
    for _ in range(ROUNDS):
        for name, rival in rivals.items():
            told[name].append(_load(rival, paths))
    return told


def _load(rival: Rival, paths: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.load", rival.address, str(paths), str(SECONDS), str(LINES)]
    if rival.encoding:
        command.append(rival.encoding)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _report(engine_name: str, told: Mapping[str, list[dict[str, float]]], worker_count: int) -> None:
    rates = {name: [each["requests"] / each["seconds"] for each in rounds] for name, rounds in told.items()}

    def ratio(name: str) -> float:
        return round(median(ours / theirs for ours, theirs in zip(rates[name], rates["tutorial"], strict=True)), 2)

    measured = {
        "requests_per_second": {name: round(median(each), 1) for name, each in rates.items()},
        "p99_ms": {name: round(median(each["p99_ms"] for each in rounds), 1) for name, rounds in told.items()},
        "bytes": {name: rounds[0]["body_bytes"] for name, rounds in told.items()},
        "ratio_to_tutorial": ratio("plain"),
        "ratio_to_tutorial_gzip": ratio("gzip"),
        "workers": {"product": worker_count, "tutorial": RIVALS_WORKERS},
        "connections": LINES,
        "runs": ROUNDS,
    }
    print_line("tracking_page", engine_name, measured)
