"""A stand-in for the length of a test: a process of its own, on a free port, spoken to over HTTP."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

ROOT = Path(__file__).resolve().parents[2]
STOP_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class OneStopServer:
    """`base_url` is the server's root, `rest_url` the base of its REST calls."""

    base_url: str
    username: str
    password: str
    group_id: str
    pid: int

    @property
    def rest_url(self) -> str:
        return f"{self.base_url}/o/rest/v2"

    def fault(self, kind: str, *, seconds: float = 30, declares_whole_length: bool = False) -> None:
        self._demand("faults", {"kind": kind, "seconds": seconds, "declares_whole_length": declares_whole_length})

    def move(self, number: str, status: str, **more: str) -> None:
        """`more`: dossierSubStatus, at (ISO with offset), user, note."""
        self._demand(f"dossiers/{quote(number, safe='')}/status", {"dossierStatus": status, **more})

    def add(self, dossier: Mapping[str, object]) -> None:
        self._demand("dossiers", dossier)

    def set_clock(self, offset_seconds: float) -> None:
        """Sets the stand-in's clock ahead of the machine's, so that nobody waits for a planned step."""
        self._demand("clock", {"offset_seconds": offset_seconds})

    def _demand(self, path: str, body: Mapping[str, object]) -> None:
        httpx.post(f"{self.base_url}/demo/{path}", json=body, timeout=10).raise_for_status()


@contextmanager
def one_stop_server(
    dossiers: Sequence[Mapping[str, object]] = (), *, now_offset_seconds: float = 0
) -> Iterator[OneStopServer]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dossiers.json"
        file.write_text(json.dumps(list(dossiers)), encoding="utf-8")
        with _started(file, now_offset_seconds) as server:
            yield server


@contextmanager
def _started(file: Path, now_offset_seconds: float) -> Iterator[OneStopServer]:
    username, password, group_id = "tester", "mật khẩu: thử", "20126"
    command = [sys.executable, "-m", "tests.standins.one_stop", "--port", "0", "--dossiers", str(file)]
    command += ["--username", username, "--password", password, "--group-id", group_id]
    command += ["--now-offset", str(now_offset_seconds), "--end-with-stdin"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = _listening_address(process)
            yield OneStopServer(f"http://{address}", username, password, group_id, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=STOP_TIMEOUT_SECONDS)


def _listening_address(process: subprocess.Popen[str]) -> str:
    """Ends too when the process dies first: its output then closes, and its own words are on standard error."""
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith("one-stop stand-in on "):
        raise RuntimeError(f"the one-stop stand-in did not start: {line!r}")
    return line.removeprefix("one-stop stand-in on ").strip()
