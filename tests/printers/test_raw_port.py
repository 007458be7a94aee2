"""A job over the raw port of a printer that really listens."""

import select
import socket
from ipaddress import ip_network

import pytest
from hypothesis import given, strategies as st

from tests.standins.raw_printer import ABORT_ON_CLOSE, RawPrinter, raw_printer
from tracker.domain.printers import PrinterKind, PrintFailed, PrintFault
from tracker.printers.job import PDF, ZPL, PrintJob
from tracker.printers.raw_port import end_job, fault_of_status
from tracker.printers.sending import Reach, send_job

HERE = Reach((ip_network("127.0.0.0/8"),), job_seconds=5)
LABEL = PrintJob(b"%PDF-1.7 label", PDF, "EI260115006VN-1")
ZPL_LABEL = PrintJob(b"^XA^FDlabel^FS^XZ", ZPL, "EI260115006VN-1")


def status(paper_out: int = 0, paused: int = 0, head_open: int = 0, ribbon_out: int = 0) -> bytes:
    """As the printer's command reference has the three lines of ~HS."""
    lines = (
        f"030,{paper_out},{paused},1245,000,0,0,0,000,0,0,0",
        f"000,0,{head_open},{ribbon_out},0,2,4,0,00000000,1,000",
        "1234,0",
    )
    return b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines)


def fault_of(printer: RawPrinter, job: PrintJob, reach: Reach = HERE) -> PrintFault:
    with raw_printer(printer) as listening, pytest.raises(PrintFailed) as failed:
        send_job(PrinterKind.RAW, listening.address, job, reach)
    return failed.value.fault


def test_the_printer_gets_every_byte_and_then_the_end_of_the_job() -> None:
    large = PrintJob(bytes(range(256)) * 4000, PDF, "large")
    with raw_printer(RawPrinter()) as printer:
        send_job(PrinterKind.RAW, printer.address, large, HERE)

    assert printer.jobs == [large.body]


def test_a_zpl_printer_is_asked_for_its_state_before_it_gets_the_job() -> None:
    with raw_printer(RawPrinter(status=status())) as printer:
        send_job(PrinterKind.RAW, printer.address, ZPL_LABEL, HERE)

    assert printer.jobs == [ZPL_LABEL.body]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (status(paper_out=1), PrintFault.MEDIA_EMPTY),
        (status(paused=1), PrintFault.PAUSED),
        (status(head_open=1), PrintFault.COVER_OPEN),
        (status(ribbon_out=1), PrintFault.INK_EMPTY),
        (status(paper_out=1, paused=1), PrintFault.MEDIA_EMPTY),
    ],
)
def test_a_zpl_printer_that_cannot_print_gets_no_job(told: bytes, fault: PrintFault) -> None:
    printer = RawPrinter(status=told)

    assert fault_of(printer, ZPL_LABEL) is fault
    assert b"^XA" not in b"".join(printer.jobs)


def test_a_printer_that_is_off_refuses_and_the_cause_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]

    with pytest.raises(PrintFailed) as failed:
        send_job(PrinterKind.RAW, f"127.0.0.1:{free}", LABEL, HERE)

    assert failed.value.fault is PrintFault.REFUSED


def test_a_printer_that_breaks_off_in_the_middle_is_told_from_one_that_took_all() -> None:
    large = PrintJob(bytes(4_000_000), PDF, "large")

    assert fault_of(RawPrinter(breaks_off_after=1000), large) is PrintFault.BROKEN_OFF


def test_a_reset_between_the_last_byte_and_the_end_of_the_job_is_broken_off_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as line:
        printer, _ = listener.accept()
        printer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT_ON_CLOSE)
        printer.close()
        reset = select.poll()
        reset.register(line, select.POLLHUP)
        assert reset.poll(5000)

        with pytest.raises(ConnectionResetError):
            end_job(line)


def test_a_printer_that_takes_nothing_more_is_given_up_in_time() -> None:
    large = PrintJob(bytes(20_000_000), PDF, "large")
    hurried = Reach(HERE.more_networks, job_seconds=0.3)

    assert fault_of(RawPrinter(takes_nothing=True), large, hurried) is PrintFault.TIMED_OUT


@given(st.binary(max_size=200))
def test_whatever_a_device_answers_is_read_without_an_error(told: bytes) -> None:
    assert fault_of_status(told) in {None, *PrintFault}
