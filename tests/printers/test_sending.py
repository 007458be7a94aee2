"""Which addresses are called at all: a printer's address must not become a way into other machines."""

from ipaddress import ip_address, ip_network

import pytest

from tests.printers.test_raw_port import LABEL
from tests.standins.raw_printer import RawPrinter, raw_printer
from tracker.domain.printers import PrinterKind, PrintFailed, PrintFault, may_be_printer
from tracker.printers.sending import Reach, send_job

OFFICE_ONLY = Reach((), job_seconds=2)


def fault_of(kind: PrinterKind, address: str, reach: Reach = OFFICE_ONLY) -> PrintFault:
    with pytest.raises(PrintFailed) as failed:
        send_job(kind, address, LABEL, reach)
    return failed.value.fault


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1:9100",
        "[::1]:9100",
        "[::ffff:127.0.0.1]:9100",
        "169.254.169.254:80",
        "[fe80::1]:9100",
        "[fd00:ec2::254]:80",
        "[fd20:ce::254]:80",
        "0.0.0.0:9100",
        "203.0.113.7:9100",
        "224.0.0.1:9100",
        "localhost:9100",
        "2130706433:9100",
        "0x7f.1:9100",
    ],
)
def test_only_private_networks_of_an_office_are_called(address: str) -> None:
    assert fault_of(PrinterKind.RAW, address) is PrintFault.NOT_ALLOWED


def test_a_forbidden_printer_sees_not_even_a_connection() -> None:
    with raw_printer(RawPrinter()) as printer:
        assert fault_of(PrinterKind.RAW, printer.address) is PrintFault.NOT_ALLOWED

    assert printer.jobs == []


def test_the_configuration_may_allow_a_network_by_name() -> None:
    with raw_printer(RawPrinter()) as printer:
        send_job(PrinterKind.RAW, printer.address, LABEL, Reach((ip_network("127.0.0.1/32"),), job_seconds=2))

    assert printer.jobs == [LABEL.body]


def test_of_a_name_with_several_addresses_one_forbidden_spoils_all(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", (ip, 9100)) for ip in ("10.0.8.41", "127.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)

    assert fault_of(PrinterKind.RAW, "printer.office.example") is PrintFault.NOT_ALLOWED


def test_a_name_that_nobody_knows_is_said() -> None:
    assert fault_of(PrinterKind.RAW, "no-such-printer.invalid") is PrintFault.UNKNOWN_HOST


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (PrinterKind.RAW, "ipp://10.0.8.41/ipp"),
        (PrinterKind.RAW, "10.0.8.41:0"),
        (PrinterKind.RAW, "10.0.8.41:70000"),
        (PrinterKind.RAW, "10.0.8.41/print"),
        (PrinterKind.RAW, ""),
        (PrinterKind.IPP, "http://10.0.8.41/ipp"),
        (PrinterKind.IPP, "file:/etc/passwd"),
        (PrinterKind.IPP, "ipp://user@10.0.8.41/ipp"),
        (PrinterKind.IPP, "ipp://10.0.8.41/ipp?x=1"),
        (PrinterKind.IPP, "ipp://10.0.8.41/a b"),
        (PrinterKind.IPP, "ipp://10.0.8.41/x\r\nHost: y"),
        (PrinterKind.BROWSER, "10.0.8.41"),
    ],
)
def test_what_is_no_address_of_a_printer_is_not_called(kind: PrinterKind, address: str) -> None:
    assert fault_of(kind, address) is PrintFault.BAD_ADDRESS


def test_the_addresses_of_an_office_are_allowed() -> None:
    assert all(may_be_printer(ip_address(one)) for one in ("10.0.8.41", "172.16.3.1", "192.168.1.5", "fd12::5"))
