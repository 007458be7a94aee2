"""A printer behind a raw port: takes bytes until the other side ends, and answers ~HS when it was told how."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from struct import pack
from threading import Event, Thread

PATIENCE_SECONDS = 10
ABORT_ON_CLOSE = pack("ii", 1, 0)


@dataclass
class RawPrinter:
    """`status` is the answer to ~HS; `breaks_off_after` so many bytes it resets the connection."""

    status: bytes = b""
    breaks_off_after: int | None = None
    takes_nothing: bool = False
    port: int = 0
    jobs: list[bytes] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def serve(self, line: socket.socket) -> None:
        line.settimeout(PATIENCE_SECONDS)
        told, status = b"", self.status
        while piece := line.recv(65536):
            told += piece
            if status and told.startswith(b"~HS"):
                line.sendall(status)
                told, status = told[3:], b""
            if self.breaks_off_after is not None and len(told) > self.breaks_off_after:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT_ON_CLOSE)
                return
        self.jobs.append(told)


@contextmanager
def raw_printer(printer: RawPrinter) -> Iterator[RawPrinter]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        printer.port = listener.getsockname()[1]
        listener.settimeout(0.05)
        ended = Event()
        thread = Thread(target=_take, args=(listener, printer, ended))
        thread.start()
        try:
            yield printer
        finally:
            ended.set()
            thread.join()


def _take(listener: socket.socket, printer: RawPrinter, ended: Event) -> None:
    while not ended.is_set():
        try:
            line, _ = listener.accept()
        except TimeoutError:
            continue
        with line:
            if printer.takes_nothing:
                ended.wait(PATIENCE_SECONDS)  # neither reads nor closes, as a paused printer does
            else:
                printer.serve(line)
