"""A printer that speaks IPP: reads each request by RFC 8010, notes it, and answers as it was told to.

Written apart from the product's own encoder, so that one mistake is not made twice.
"""

import struct
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

OK, BUSY, FORMAT_NOT_SUPPORTED, VERSION_NOT_SUPPORTED = 0x0000, 0x0507, 0x040A, 0x0503
IDLE, STOPPED = 3, 5
PRINT_JOB, GET_PRINTER_ATTRIBUTES = 0x0002, 0x000B
INTEGER, BOOLEAN, ENUM, KEYWORD, CHARSET, LANGUAGE, MIME = 0x21, 0x22, 0x23, 0x44, 0x47, 0x48, 0x49
GROUPS = {0x01: "operation", 0x02: "job"}


@dataclass(frozen=True, slots=True)
class Asked:
    """`groups` are the attributes of each group in the order they came, `kinds` the value tag of each."""

    version: tuple[int, int]
    operation: int
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    kinds: Mapping[str, int]
    document: bytes


@dataclass
class Printer:
    """What it is, and what it was asked. `status` is of Print-Job only."""

    state: int = IDLE
    reasons: Sequence[str] = ("none",)
    formats: Sequence[str] = ("application/octet-stream", "application/pdf")
    accepts: bool = True
    status: int = OK
    job_state: int = 3
    only_version: tuple[int, int] | None = None
    http_status: int = 200
    location: str = ""
    cut_answer_at: int | None = None
    raw_answer: bytes | None = None
    hangs_up: bool = False
    drips: bool = False
    meanwhile: Callable[[], object] = lambda: None  # done while whoever sends waits for the answer
    port: int = 0
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    @property
    def jobs(self) -> list[Asked]:
        return [one for one in self.asked if one.operation == PRINT_JOB]

    def answer(self, asked: Asked) -> bytes:
        if self.only_version not in {None, asked.version}:
            return _answer(asked, VERSION_NOT_SUPPORTED, b"")
        if asked.operation == GET_PRINTER_ATTRIBUTES:
            return _answer(asked, OK, bytes([0x04]) + self._state())
        job = bytes([0x02]) + _one(INTEGER, "job-id", struct.pack(">i", 7))
        return _answer(asked, self.status, job + _one(ENUM, "job-state", struct.pack(">i", self.job_state)))

    def _state(self) -> bytes:
        parts = [
            _one(ENUM, "printer-state", struct.pack(">i", self.state)),
            _one(BOOLEAN, "printer-is-accepting-jobs", bytes([self.accepts])),
            _several(KEYWORD, "printer-state-reasons", self.reasons),
        ]
        return b"".join((*parts, _several(MIME, "document-format-supported", self.formats)))


def _one(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name.encode() + struct.pack(">H", len(value)) + value


def _several(tag: int, name: str, values: Sequence[str]) -> bytes:
    return b"".join(_one(tag, "" if place else name, value.encode()) for place, value in enumerate(values))


def _answer(asked: Asked, status: int, rest: bytes) -> bytes:
    head = struct.pack(">BBHI", *asked.version, status, 1) + bytes([0x01])
    head += _one(CHARSET, "attributes-charset", b"utf-8") + _one(LANGUAGE, "attributes-natural-language", b"en")
    return head + rest + bytes([0x03])


def read_request(body: bytes) -> Asked:
    stream = BytesIO(body)
    major, minor, operation, _ = struct.unpack(">BBHI", stream.read(8))
    groups: dict[str, dict[str, tuple[str, ...]]] = {}
    kinds: dict[str, int] = {}
    group: dict[str, tuple[str, ...]] = {}
    name = ""
    while (tag := stream.read(1)[0]) != 0x03:
        if tag in GROUPS:
            group = groups.setdefault(GROUPS[tag], {})
            continue
        name = _field(stream).decode() or name
        group[name] = (*group.get(name, ()), _field(stream).decode())
        kinds[name] = tag
    return Asked((major, minor), operation, groups, kinds, stream.read())


def _field(stream: BytesIO) -> bytes:
    (length,) = struct.unpack(">H", stream.read(2))
    return stream.read(length)


def _drip(line: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a sign at a time, until the other side has enough."""
    with suppress(OSError):
        line.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            line.wfile.write(b"x")
            time.sleep(0.02)


@contextmanager
def ipp_printer(printer: Printer) -> Iterator[Printer]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/ipp"
            asked = read_request(self.rfile.read(int(self.headers["Content-Length"])))
            printer.asked.append(asked)
            printer.meanwhile()
            if printer.hangs_up:
                return
            if printer.drips:
                _drip(self)
                return
            body = printer.answer(asked) if printer.raw_answer is None else printer.raw_answer
            self.send_response(printer.http_status)
            self.send_header("Content-Type", "application/ipp")
            self.send_header("Content-Length", str(len(body)))
            if printer.location:
                self.send_header("Location", printer.location)
            self.end_headers()
            self.wfile.write(body[: printer.cut_answer_at])

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        printer.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield printer
        finally:
            server.shutdown()
            thread.join()
