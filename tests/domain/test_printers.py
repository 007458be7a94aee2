"""What is said of a printer before a queue forms."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOW
from tracker.domain.printers import (
    CERTIFICATE_LASTS,
    Certificate,
    PrinterAddress,
    PrinterKind,
    PrinterSetting,
    Worry,
    read_address,
    worries_of,
)

SETTING = PrinterSetting("100x150", 203, 0.5)
PASSED = Certificate(SETTING, NOW, "clerk", passed=True)


def test_a_printer_that_passed_lately_worries_nobody() -> None:
    assert worries_of(SETTING, PASSED, last_failed=False, at=NOW + CERTIFICATE_LASTS) == ()


@pytest.mark.parametrize(
    ("certificate", "worry"),
    [
        (None, Worry.NO_CERTIFICATE),
        (replace(PASSED, passed=False), Worry.FAILED),
        (replace(PASSED, setting=replace(SETTING, dx_mm=0.0)), Worry.SETTING_CHANGED),
        (replace(PASSED, setting=replace(SETTING, format="a6"), passed=False), Worry.SETTING_CHANGED),
        (replace(PASSED, judged_at=NOW - CERTIFICATE_LASTS - timedelta(seconds=1)), Worry.TOO_OLD),
    ],
)
def test_a_certificate_that_does_not_count_is_said(certificate: Certificate | None, worry: Worry) -> None:
    assert worries_of(SETTING, certificate, last_failed=False, at=NOW) == (worry,)


def test_a_failed_sending_is_said_before_everything_else() -> None:
    assert worries_of(SETTING, None, last_failed=True, at=NOW) == (Worry.SENDING_FAILED, Worry.NO_CERTIFICATE)


@pytest.mark.parametrize(
    ("kind", "text", "address"),
    [
        (PrinterKind.RAW, "10.0.8.41", PrinterAddress("10.0.8.41", 9100)),
        (PrinterKind.RAW, "zebra-1.office.example:9101", PrinterAddress("zebra-1.office.example", 9101)),
        (PrinterKind.RAW, "[fd12::5]:9100", PrinterAddress("fd12::5", 9100)),
        (PrinterKind.IPP, "ipp://10.0.8.40", PrinterAddress("10.0.8.40", 631)),
        (PrinterKind.IPP, "ipp://10.0.8.40:8631/ipp/print", PrinterAddress("10.0.8.40", 8631, "/ipp/print")),
    ],
)
def test_an_address_is_read_with_the_usual_port(kind: PrinterKind, text: str, address: PrinterAddress) -> None:
    assert read_address(kind, text) == address
