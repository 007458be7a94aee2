"""Print-Job over IPP (RFC 8011): first what state the printer is in and what it takes, then the document."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from socket import SHUT_RDWR, socket
from threading import Timer

from tracker.domain.printers import PrintFailed, PrintFault
from tracker.printers.ipp_wire import (
    KEYWORD,
    MIME_TYPE,
    NAME,
    URI,
    Attribute,
    IppAnswer,
    NotIppError,
    encode_request,
    read_answer,
)
from tracker.printers.job import PrintJob, Route

PRINT_JOB, GET_PRINTER_ATTRIBUTES = 0x0002, 0x000B
VERSIONS = ((2, 0), (1, 1))
VERSION_NOT_SUPPORTED = 0x0503
LAST_SUCCESS = 0x00FF
STOPPED = 5
CANCELED, ABORTED = 7, 8
LARGEST_ANSWER = 256_000
OK = 200
ASKED = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "document-format-supported")
WHO = (NAME, "requesting-user-name", ("giaonhan",))
# A label scaled to fit has neither its size nor whole dots. A printer that does not know the wish leaves it out.
UNSCALED = (KEYWORD, "print-scaling", ("none",))

FAULT_OF_STATUS: Mapping[int, PrintFault] = {
    0x040A: PrintFault.FORMAT,  # client-error-document-format-not-supported
    0x0411: PrintFault.FORMAT,  # client-error-document-format-error
    0x0504: PrintFault.STOPPED,  # server-error-device-error
    0x0506: PrintFault.REJECTED,  # server-error-not-accepting-jobs
    0x0507: PrintFault.BUSY,  # server-error-busy
}
# The gravest first; the printer's words end in -error, -warning or -report, or in nothing.
FAULT_OF_REASON: Mapping[str, PrintFault] = {
    "cover-open": PrintFault.COVER_OPEN,
    "door-open": PrintFault.COVER_OPEN,
    "interlock-open": PrintFault.COVER_OPEN,
    "media-jam": PrintFault.MEDIA_JAM,
    "media-empty": PrintFault.MEDIA_EMPTY,
    "media-needed": PrintFault.MEDIA_EMPTY,
    "input-tray-missing": PrintFault.MEDIA_EMPTY,
    "toner-empty": PrintFault.INK_EMPTY,
    "marker-supply-empty": PrintFault.INK_EMPTY,
    "paused": PrintFault.PAUSED,
}


def print_by_ipp(route: Route, job: PrintJob) -> None:
    """Raises PrintFailed, or the socket's own OSError."""
    until = time.monotonic() + route.job_seconds
    version, answer = _state(route, until)
    _refuse_unready(answer)
    _refuse_format(answer, job.mimetype)
    attributes: list[Attribute] = [
        _target(route), WHO, (NAME, "job-name", (job.name,)), (MIME_TYPE, "document-format", (job.mimetype,)),
    ]  # fmt: skip
    told = _ask(route, encode_request(version, PRINT_JOB, attributes, [UNSCALED]) + job.body, until)
    _refuse_status(told)
    if told.first("job-state") in {CANCELED, ABORTED}:
        raise PrintFailed(PrintFault.REJECTED)


def _state(route: Route, until: float) -> tuple[tuple[int, int], IppAnswer]:
    """With the version that the printer speaks."""
    asked = [_target(route), WHO, (KEYWORD, "requested-attributes", ASKED)]
    for version in VERSIONS:
        answer = _ask(route, encode_request(version, GET_PRINTER_ATTRIBUTES, asked), until)
        if answer.status != VERSION_NOT_SUPPORTED:
            break
    _refuse_status(answer)
    return version, answer


def _target(route: Route) -> Attribute:
    return (URI, "printer-uri", (route.address,))


def _refuse_status(answer: IppAnswer) -> None:
    if answer.status > LAST_SUCCESS:
        raise PrintFailed(FAULT_OF_STATUS.get(answer.status, PrintFault.REJECTED))


def _refuse_unready(answer: IppAnswer) -> None:
    """An empty tray of several stops nothing, so reasons count only once the printer has stopped."""
    if answer.first("printer-state") == STOPPED:
        raise PrintFailed(_fault_of_reasons(answer.texts("printer-state-reasons")))
    if answer.first("printer-is-accepting-jobs") is False:
        raise PrintFailed(PrintFault.REJECTED)


def _fault_of_reasons(reasons: tuple[str, ...]) -> PrintFault:
    plain = {reason.removesuffix("-error").removesuffix("-warning").removesuffix("-report") for reason in reasons}
    return next((fault for reason, fault in FAULT_OF_REASON.items() if reason in plain), PrintFault.STOPPED)


def _refuse_format(answer: IppAnswer, mimetype: str) -> None:
    """A printer that does not say what it takes has to be tried."""
    taken = answer.texts("document-format-supported")
    if taken and mimetype not in taken:
        raise PrintFailed(PrintFault.FORMAT)


def _ask(route: Route, body: bytes, until: float) -> IppAnswer:
    """The address that was checked is called, under the name that was entered; a redirect is no answer."""
    line = HTTPConnection(str(route.ip), route.port, timeout=route.connect_seconds)
    try:
        line.connect()
        return read_answer(_post(line, route, body, until))
    except (RemoteDisconnected, IncompleteRead) as error:
        raise ConnectionResetError("no whole answer") from error
    except (NotIppError, HTTPException) as error:
        raise PrintFailed(PrintFault.NOT_IPP) from error
    finally:
        line.close()


def _post(line: HTTPConnection, route: Route, body: bytes, until: float) -> bytes:
    headers = {"Content-Type": "application/ipp", "Host": _host(route), "Connection": "close"}
    with _no_longer_than(line.sock, until):
        line.request("POST", route.path or "/", body, headers)
        with line.getresponse() as response:
            if response.status != OK:
                raise PrintFailed(PrintFault.NOT_IPP)
            return _read(response)


def _read(response: HTTPResponse) -> bytes:
    told = response.read(LARGEST_ANSWER + 1)
    if len(told) > LARGEST_ANSWER:
        raise NotIppError("too large")
    if response.length:  # of what the printer itself announced, so much is missing
        raise IncompleteRead(told, response.length)
    return told


@contextmanager
def _no_longer_than(below: socket, until: float) -> Iterator[None]:
    """The socket's own timeout begins anew with every drop, so a printer that drips has to be cut off."""
    left = max(until - time.monotonic(), 0.0)
    below.settimeout(left or None)
    end = Timer(left, _cut_off, (below,))
    end.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if time.monotonic() >= until:
            raise TimeoutError from error
        raise
    else:
        if time.monotonic() >= until:  # what was cut off may look like an answer that ended
            raise TimeoutError
    finally:
        end.cancel()


def _cut_off(below: socket) -> None:
    with suppress(OSError):
        below.shutdown(SHUT_RDWR)


def _host(route: Route) -> str:
    return route.address.removeprefix("ipp://").partition("/")[0]
