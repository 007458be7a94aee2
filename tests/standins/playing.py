"""What a stand-in that answers POST and GET with JSON shares: a port of its own, and faults told for coming calls."""

import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from urllib.parse import parse_qs, urlsplit

HTML = "<!DOCTYPE html><html><body>Hệ thống đang bảo trì</body></html>".encode()


@dataclass(frozen=True, slots=True)
class Call:
    """`query` and `form` hold the last of each name; `body` is the JSON sent, {} when there was none."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    text: str

    @property
    def form(self) -> Mapping[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.text).items()}

    @property
    def body(self) -> Mapping[str, str]:
        return json.loads(self.text) if self.text.startswith("{") else {}


@dataclass
class Player(ABC):
    """`faults` are played one per call, in order, and each says a path's end: down, html, cut, slow, drip, or a status.

    `drip`: its head, a byte every 20 ms. `done_slow` and `done_down`: what was asked is done, then nothing is answered.
    """

    faults: list[tuple[str, str]] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    address: str = ""

    @abstractmethod
    def answer(self, call: Call) -> tuple[int, object]:
        """Status and what is told as JSON."""

    def fault_for(self, path: str) -> str:
        for place, (end, fault) in enumerate(self.faults):
            if path.endswith(end):
                del self.faults[place]
                return fault
        return ""


class _Conversation(BaseHTTPRequestHandler):
    def __init__(
        self,
        player: Player,
        ended: threading.Event,
        line: socket,
        address: tuple[str, int],
        server: ThreadingHTTPServer,
    ) -> None:
        self.player, self.ended = player, ended
        super().__init__(line, address, server)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Silence: the test's output is the test's."""

    def do_GET(self) -> None:
        self._converse()

    def do_POST(self) -> None:
        self._converse()

    def _converse(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        text = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        call = Call(self.command, parts.path, query, dict(self.headers), text)
        self.player.calls.append(call)
        fault = self.player.fault_for(parts.path)
        if fault.startswith("done_"):
            self.player.answer(call)
        if fault.endswith("slow"):
            self.ended.wait(5)
        if fault == "drip":
            self._drip()
        if fault.endswith(("down", "slow", "drip")):
            return
        if fault == "html":
            self._send(200, HTML)
            return
        status, content = (int(fault), {}) if fault.isdecimal() else self.player.answer(call)
        whole = json.dumps(content, ensure_ascii=False).encode()
        self._send(status, whole[: len(whole) // 2] if fault == "cut" else whole)

    def _drip(self) -> None:
        """A head that does not end for three seconds, unless whoever reads it hangs up."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drops: ")
            for _ in range(150):
                self.ended.wait(0.02)
                self.wfile.write(b"x")
        except OSError:
            self.close_connection = True

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def playing(player: Player) -> Iterator[None]:
    ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Conversation, player, ended))
    server.daemon_threads = True
    player.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
