"""What is sent, and the way there."""

from dataclasses import dataclass

from tracker.domain.printers import IpAddress

PDF, ZPL = "application/pdf", "application/zpl"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """`name` is what the printer's own list shows: a number, never a person."""

    body: bytes
    mimetype: str
    name: str


@dataclass(frozen=True, slots=True)
class Route:
    """`ip` was checked; `address` is what the administrator entered."""

    ip: IpAddress
    port: int
    path: str
    address: str
    connect_seconds: float
    job_seconds: float
