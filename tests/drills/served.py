"""`giaonhan serve` as a process of its own, to be killed the way a machine dies."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import OK, HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-c", "from tracker.cli import main; main()", "serve")
READY_TIMEOUT_SECONDS = 60
GONE_TIMEOUT_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Served:
    """One port, one database; started again on the same port after each kill."""

    database_url: str
    log_file: Path
    command: Sequence[str] = SERVE
    worker_count: int = 1
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """As its supervisor does: starts what is not running, and waits until it can serve."""
        deadline = time.monotonic() + READY_TIMEOUT_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the server does not get ready: {self.log()}")
            if self._process is None or self._process.poll() is not None:
                self._launch()
            time.sleep(0.02)

    def kill_worker(self) -> None:
        """Only the process that answers; its parent lives on and starts another."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """Parent and worker in one blow."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(GONE_TIMEOUT_SECONDS)
            self._process = None

    def workers(self) -> list[int]:
        assert self._process is not None, "the server is not running"
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)
        pairs = [line.split() for line in listed.stdout.splitlines()]
        return [int(pid) for pid, parent in pairs if int(parent) == self._process.pid]

    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")[-3000:]

    def _launch(self) -> None:
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log, start_new_session=True
            )

    def _environment(self) -> Mapping[str, str]:
        # A real installation, not a demo: only a proxy that speaks TLS lets it open a plain port.
        return os.environ | {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database_url,
            "GIAONHAN__SERVER__PORT": str(self.port),
            "GIAONHAN__SERVER__WORKERS": str(self.worker_count),
            "GIAONHAN__SERVER__BEHIND_TLS_PROXY": "true",
        }

    def _is_ready(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as line:
            try:
                line.request("GET", "/readyz")
                return line.getresponse().status == OK
            except (OSError, HTTPException):
                return False


@contextmanager
def served(database_url: str, folder: Path, command: Sequence[str] = SERVE, worker_count: int = 1) -> Iterator[Served]:
    server = Served(database_url, folder / "serve.log", command, worker_count)
    try:
        server.start()
        yield server
    finally:
        server.kill_all()
