"""Printers: where they may stand, what goes wrong on the way to them, and what is said of one before a queue forms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

LONGEST_NAME, LONGEST_ADDRESS = 60, 200
CERTIFICATE_LASTS = timedelta(days=90)
RAW_PORT, IPP_PORT = 9100, 631
MOST_PORT = 65_535

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

# RFC 1918 and RFC 4193: what a router of the internet never carries. Not the machine itself and not link-local
# addresses, where clouds answer with keys; a printer there has to be allowed by name.
OFFICE_NETWORKS: tuple[IpNetwork, ...] = tuple(
    ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
# Inside the last of them, where two clouds answer their machines with keys, as others do on link-local addresses.
CLOUD_NETWORKS: tuple[IpNetwork, ...] = tuple(ip_network(one) for one in ("fd00:ec2::/32", "fd20:ce::/32"))


class PrinterKind(StrEnum):
    """How the bytes reach it."""

    BROWSER = "browser"
    RAW = "raw"
    IPP = "ipp"


NETWORKED = frozenset({PrinterKind.RAW, PrinterKind.IPP})


class SendingOutcome(StrEnum):
    """`sent`: the printer took every byte; that ink is on paper nobody can know."""

    SENT = "sent"
    FAILED = "failed"


class PrintFault(StrEnum):
    """Why a job did not reach the printer, or was not taken there. Add freely, rename none."""

    UNDRAWABLE = "undrawable"
    BAD_ADDRESS = "bad_address"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_HOST = "unknown_host"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    BROKEN_OFF = "broken_off"
    NOT_IPP = "not_ipp"
    FORMAT = "format"
    BUSY = "busy"
    REJECTED = "rejected"
    MEDIA_EMPTY = "media_empty"
    MEDIA_JAM = "media_jam"
    COVER_OPEN = "cover_open"
    INK_EMPTY = "ink_empty"
    PAUSED = "paused"
    STOPPED = "stopped"


class PrintFailed(Exception):
    def __init__(self, fault: PrintFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Worry(StrEnum):
    """What is said of a printer before it is used, the gravest first."""

    SENDING_FAILED = "sending_failed"
    FAILED = "failed"
    NO_CERTIFICATE = "no_certificate"
    SETTING_CHANGED = "setting_changed"
    TOO_OLD = "too_old"


@dataclass(frozen=True, slots=True)
class PrinterSetting:
    """What a page is drawn with; `format` is a name of the label formats."""

    format: str
    dpi: int = 203
    dx_mm: float = 0.0
    dy_mm: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """The last proof of a printer that was judged, and what it was printed with."""

    setting: PrinterSetting
    judged_at: datetime
    judged_by: str
    passed: bool


@dataclass(frozen=True, slots=True)
class PrinterAddress:
    """`path` is of IPP only."""

    host: str
    port: int
    path: str = ""


_HOST = r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[0-9A-Za-z](?:[0-9A-Za-z.-]*[0-9A-Za-z])?))(?::(?P<port>[0-9]{1,5}))?"
# Printers sign their own certificates, which nobody could check: TLS would promise what it does not hold.
_FORMS = {
    PrinterKind.RAW: (re.compile(_HOST), RAW_PORT),
    PrinterKind.IPP: (re.compile(rf"ipp://{_HOST}(?P<path>/[0-9A-Za-z._~/-]*)?"), IPP_PORT),
}


def read_address(kind: PrinterKind, text: str) -> PrinterAddress | None:
    """`10.0.8.41:9100` of a raw port, `ipp://10.0.8.40/ipp/print` of IPP; None for anything else."""
    if kind not in _FORMS or len(text) > LONGEST_ADDRESS:
        return None
    form, usual_port = _FORMS[kind]
    match = form.fullmatch(text)
    if match is None:
        return None
    port = int(match["port"] or usual_port)
    if not 1 <= port <= MOST_PORT or (match["six"] and read_ip(match["six"]) is None):
        return None
    return PrinterAddress(match["six"] or match["host"], port, match.groupdict().get("path") or "")


def read_ip(host: str) -> IpAddress | None:
    """None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def may_be_printer(address: IpAddress, more: Sequence[IpNetwork] = ()) -> bool:
    """`more` are the networks that the configuration allows besides those of an office."""
    plain = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    of_office = _lies_in(plain, OFFICE_NETWORKS) and not _lies_in(plain, CLOUD_NETWORKS)
    return of_office or _lies_in(plain, more)


def _lies_in(address: IpAddress, networks: Sequence[IpNetwork]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def worries_of(
    setting: PrinterSetting, certificate: Certificate | None, *, last_failed: bool, at: datetime
) -> tuple[Worry, ...]:
    """Empty for a printer that can be relied on; of its certificate only the gravest fault."""
    sending = (Worry.SENDING_FAILED,) if last_failed else ()
    fault = _fault_of_certificate(setting, certificate, at)
    return (*sending, fault) if fault else sending


def _fault_of_certificate(setting: PrinterSetting, certificate: Certificate | None, at: datetime) -> Worry | None:
    if certificate is None:
        return Worry.NO_CERTIFICATE
    if certificate.setting != setting:
        return Worry.SETTING_CHANGED
    if not certificate.passed:
        return Worry.FAILED
    return Worry.TOO_OLD if at - certificate.judged_at > CERTIFICATE_LASTS else None
