"""One job to one printer of the network: its address looked up and checked, then the protocol's own way."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.printers import (
    IpAddress,
    IpNetwork,
    PrinterKind,
    PrintFailed,
    PrintFault,
    may_be_printer,
    read_address,
    read_ip,
)
from tracker.printers.ipp import print_by_ipp
from tracker.printers.job import PrintJob, Route
from tracker.printers.raw_port import print_raw

CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Reach:
    """`more_networks` may hold printers besides those of an office; no job takes longer than `job_seconds`."""

    more_networks: tuple[IpNetwork, ...]
    job_seconds: float


def send_job(kind: PrinterKind, address: str, job: PrintJob, reach: Reach) -> None:
    """Raises PrintFailed; whether a broken-off job left ink on paper nobody knows."""
    read = read_address(kind, address)
    if read is None:
        raise PrintFailed(PrintFault.BAD_ADDRESS)
    # The address that was checked is the one that is called: a name could tell another one the second time.
    ip = _checked(read.host, read.port, reach.more_networks)
    route = Route(ip, read.port, read.path, address, CONNECT_SECONDS, reach.job_seconds)
    try:
        (print_raw if kind is PrinterKind.RAW else print_by_ipp)(route, job)
    except ConnectionRefusedError as error:
        raise PrintFailed(PrintFault.REFUSED) from error
    except TimeoutError as error:
        raise PrintFailed(PrintFault.TIMED_OUT) from error
    except (ConnectionResetError, BrokenPipeError, ConnectionAbortedError) as error:
        raise PrintFailed(PrintFault.BROKEN_OFF) from error
    except OSError as error:
        raise PrintFailed(PrintFault.UNREACHABLE) from error


def _checked(host: str, port: int, more: Sequence[IpNetwork]) -> IpAddress:
    """One forbidden answer among several spoils them all."""
    found = _resolved(host, port)
    if not all(may_be_printer(one, more) for one in found):
        raise PrintFailed(PrintFault.NOT_ALLOWED)
    return found[0]


def _resolved(host: str, port: int) -> list[IpAddress]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PrintFailed(PrintFault.UNKNOWN_HOST) from error
    found = [ip for answer in answers if (ip := read_ip(str(answer[4][0]).partition("%")[0]))]
    if not found:
        raise PrintFailed(PrintFault.UNKNOWN_HOST)
    return found
