"""The application behind the real server, on a port of its own; only the line tells what a client can send."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.builders import CENTRE, an_account, found_province, use_quick_passwords
from tests.engines import sqlite_copy
from tracker.domain.vocabulary import Role
from tracker.store.engine import create_engine, transaction

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-c", "from tracker.cli import main; main()", "serve")
READY_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Serving:
    """`name` is somebody who may sign in; `log` is all that the server wrote."""

    port: int
    log: Path
    name: str
    token: str
    certificate: Path | None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def serving(template: Path, folder: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Serving]:
    url = sqlite_copy(template, folder)
    use_quick_passwords()
    engine = create_engine(url)
    with transaction(engine) as session:
        found_province(session)
        clerk = an_account(session, Role.CLERK, CENTRE)
    engine.dispose()
    log, port = folder / "serve.log", _free_port()
    with log.open("wb") as written:
        environment = _environment(url, port, certificate)
        process = subprocess.Popen(SERVE, cwd=ROOT, env=environment, stdout=written, stderr=written)
    try:
        _wait_for(port, process, log)
        yield Serving(port, log, clerk.actor.name, clerk.token, certificate[0] if certificate else None)
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_SECONDS)


def _environment(url: str, port: int, certificate: tuple[Path, Path] | None) -> dict[str, str]:
    settings = {"DATABASE_URL": url, "GIAONHAN__SERVER__PORT": str(port), "PYTHONPATH": str(ROOT)}
    if certificate is None:
        return {**os.environ, **settings, "GIAONHAN_DEMO": "1"}
    tls = dict(zip(("CERTIFICATE", "KEY"), map(str, certificate), strict=True))
    return {**os.environ, **settings, **{f"GIAONHAN__SERVER__TLS_{name}": path for name, path in tls.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"the server does not answer: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
