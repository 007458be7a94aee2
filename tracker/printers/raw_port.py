"""The raw port, mostly 9100: bytes in, and on most printers not a word back.

A ZPL printer is asked for its state before the job (`~HS`, ZPL II programming guide, host status return).
"""

import socket
import time

from tracker.domain.printers import PrintFailed, PrintFault
from tracker.printers.job import ZPL, PrintJob, Route

ASK_STATUS = b"~HS"
STATUS_LINES = 3
STX, ETX = b"\x02", b"\x03"
LONGEST_STATUS = 1024
STATUS_SECONDS = 1.5
# Many printers close when they have read all, some never do.
CLOSING_SECONDS = 1.0

# Line and field of each flag; the gravest first.
_FLAGS = (
    (1, 2, PrintFault.COVER_OPEN),
    (0, 1, PrintFault.MEDIA_EMPTY),
    (1, 3, PrintFault.INK_EMPTY),
    (0, 2, PrintFault.PAUSED),
)


def print_raw(route: Route, job: PrintJob) -> None:
    """Raises PrintFailed, or the socket's own OSError."""
    with socket.create_connection((str(route.ip), route.port), route.connect_seconds) as line:
        if job.mimetype == ZPL:
            _ask_status(line)
        line.settimeout(route.job_seconds)
        line.sendall(job.body)
        end_job(line)
        _wait_for_end(line)


def end_job(line: socket.socket) -> None:
    """Raises ConnectionResetError, also where the system only says "not connected" of a line that was reset."""
    try:
        line.shutdown(socket.SHUT_WR)
    except OSError as error:
        raise ConnectionResetError("reset before the end of the job") from error


def _ask_status(line: socket.socket) -> None:
    """A printer, or a print server before it, that says nothing is taken at its word: the job tells."""
    line.settimeout(STATUS_SECONDS)
    line.sendall(ASK_STATUS)
    fault = fault_of_status(_read_status(line))
    if fault is not None:
        raise PrintFailed(fault)


def _read_status(line: socket.socket) -> bytes:
    told, until = b"", time.monotonic() + STATUS_SECONDS
    while told.count(ETX) < STATUS_LINES and len(told) < LONGEST_STATUS and time.monotonic() < until:
        try:
            piece = line.recv(LONGEST_STATUS)
        except TimeoutError:
            break
        if not piece:
            raise ConnectionResetError("closed before the job")
        told += piece
    return told


def fault_of_status(told: bytes) -> PrintFault | None:
    """Of what the printer answered to ~HS; None for a printer that is ready, and for one that says something else."""
    lines = [part.partition(ETX)[0].split(b",") for part in told.split(STX)[1:]]
    for place, field, fault in _FLAGS:
        if place < len(lines) and field < len(lines[place]) and lines[place][field].strip() == b"1":
            return fault
    return None


def _wait_for_end(line: socket.socket) -> None:
    line.settimeout(CLOSING_SECONDS)
    until = time.monotonic() + CLOSING_SECONDS
    try:
        while time.monotonic() < until and line.recv(LONGEST_STATUS):
            pass
    except TimeoutError:
        return
