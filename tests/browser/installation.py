"""The whole product as `make run` starts it: web, schedules and the one-stop stand-in, each a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Installation:
    """`output` is everything its processes have said so far."""

    base_url: str
    one_stop_url: str
    folder: Path
    output: list[str]
    pid: int

    def move(self, number: str, status: str, **more: str) -> None:
        """The agency's own people change a dossier in their system."""
        body = json.dumps({"dossierStatus": status, **more}).encode()
        call = urllib.request.Request(
            f"{self.one_stop_url}/demo/dossiers/{number}/status", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(call, timeout=10) as answer:
            assert answer.status < 300

    def process(self, word: str) -> int:
        """The process of this installation whose command line holds the word."""
        for folder in Path("/proc").iterdir():
            with suppress(OSError, ValueError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.pid and word in (folder / "cmdline").read_bytes().decode():
                    return int(folder.name)
        raise AssertionError(f"no process with {word}")

    def add(self, dossier: Mapping[str, object]) -> None:
        """The agency's own people enter a dossier in their system."""
        body = json.dumps(dossier).encode()
        call = urllib.request.Request(f"{self.one_stop_url}/demo/dossiers", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(call, timeout=10) as answer:
            assert answer.status < 300


@contextmanager
def demo_day(folder: Path, database_url: str | None = None, job_seconds: int = 5) -> Iterator[Installation]:
    """`database_url` None: the SQLite file of a fresh folder. Ends with everything stopped."""
    port = _three_free_ports()
    environment = {
        **os.environ,
        "PORT": str(port),
        "PYTHONPATH": str(REPOSITORY),
        "GIAONHAN_CONFIG": str(REPOSITORY / "config.toml"),
        "GIAONHAN__SCHEDULES__PULL_SECONDS": str(job_seconds),
        "GIAONHAN__SCHEDULES__RECONCILE_SECONDS": str(job_seconds),
    }
    environment.pop("DATABASE_URL", None)
    if database_url is not None:
        environment |= {"DATABASE_URL": database_url, "GIAONHAN_DEMO": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.demo_day"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    queue: Queue[str] = Queue()
    lines: list[str] = []
    listening = Thread(target=_listen, args=(process.stdout, queue, lines), daemon=True)
    listening.start()
    try:
        address = _ready_address(queue, lines)
        yield Installation(address, f"http://127.0.0.1:{port + 1}", folder, lines, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        listening.join()
        process.stdout.close()


def _ready_address(queue: Queue[str], lines: list[str]) -> str:
    while True:
        try:
            line = queue.get(timeout=READY_WITHIN_SECONDS)
        except Empty:
            raise AssertionError("not ready in time:\n" + "\n".join(lines)) from None
        if line.startswith("ready "):
            return line.removeprefix("ready ").strip()
        if line == "":
            raise AssertionError("ended before it was ready:\n" + "\n".join(lines))


def _listen(output: IO[str], queue: Queue[str], lines: list[str]) -> None:
    for line in output:
        lines.append(line.rstrip())
        queue.put(line.rstrip() or " ")
    queue.put("")


def _three_free_ports() -> int:
    """The first of three neighbours that nobody listens on: web, stand-in, metrics."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port < 60000 and all(_is_free(port + step) for step in (1, 2)):
            return port
    raise AssertionError("no three free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
