"""A job over IPP to a printer that really listens and reads every request by the RFC."""

import pytest
from hypothesis import given, strategies as st

from tests.printers.test_raw_port import HERE, LABEL, ZPL_LABEL
from tests.standins.ipp_printer import (
    BUSY,
    CHARSET,
    FORMAT_NOT_SUPPORTED,
    GET_PRINTER_ATTRIBUTES,
    LANGUAGE,
    MIME,
    PRINT_JOB,
    STOPPED,
    Printer,
    ipp_printer,
)
from tracker.domain.printers import PrinterKind, PrintFailed, PrintFault
from tracker.printers.ipp_wire import NotIppError, read_answer
from tracker.printers.job import PrintJob
from tracker.printers.sending import Reach, send_job


def send(printer: Printer, job: PrintJob = LABEL, reach: Reach = HERE) -> None:
    with ipp_printer(printer) as listening:
        send_job(PrinterKind.IPP, listening.address, job, reach)


def fault_of(printer: Printer, job: PrintJob = LABEL) -> PrintFault:
    with pytest.raises(PrintFailed) as failed:
        send(printer, job)
    return failed.value.fault


def test_the_state_is_asked_first_and_then_the_document_follows_whole() -> None:
    printer = Printer()

    send(printer)

    assert [one.operation for one in printer.asked] == [GET_PRINTER_ATTRIBUTES, PRINT_JOB]
    state, job = printer.asked
    assert set(state.groups["operation"]["requested-attributes"]) >= {"printer-state", "document-format-supported"}
    assert (job.document, state.document) == (LABEL.body, b"")
    assert job.groups["operation"]["document-format"] == ("application/pdf",)
    assert job.groups["operation"]["printer-uri"] == (printer.address,)
    assert job.groups["operation"]["job-name"] == (LABEL.name,)


def test_every_request_begins_with_charset_and_language_and_bears_the_tags_of_the_rfc() -> None:
    printer = Printer()

    send(printer)

    firsts = {tuple(one.groups["operation"])[:3] for one in printer.asked}
    assert firsts == {("attributes-charset", "attributes-natural-language", "printer-uri")}
    kinds = printer.jobs[0].kinds
    assert (kinds["attributes-charset"], kinds["attributes-natural-language"]) == (CHARSET, LANGUAGE)
    assert (kinds["printer-uri"], kinds["document-format"], kinds["job-name"]) == (0x45, MIME, 0x42)


def test_the_printer_is_asked_not_to_scale_the_page() -> None:
    printer = Printer()

    send(printer)

    assert printer.jobs[0].groups["job"] == {"print-scaling": ("none",)}


def test_a_printer_that_speaks_only_the_old_version_is_spoken_to_in_it() -> None:
    printer = Printer(only_version=(1, 1))

    send(printer)

    assert [one.version for one in printer.asked] == [(2, 0), (1, 1), (1, 1)]
    assert printer.jobs[0].document == LABEL.body


@pytest.mark.parametrize(
    ("reasons", "fault"),
    [
        (("media-empty-error",), PrintFault.MEDIA_EMPTY),
        (("media-needed",), PrintFault.MEDIA_EMPTY),
        (("media-jam-error", "media-empty-warning"), PrintFault.MEDIA_JAM),
        (("cover-open",), PrintFault.COVER_OPEN),
        (("toner-empty-error",), PrintFault.INK_EMPTY),
        (("paused",), PrintFault.PAUSED),
        (("none",), PrintFault.STOPPED),
        (("vendor-x-error",), PrintFault.STOPPED),
    ],
)
def test_a_stopped_printer_says_why_and_gets_no_document(reasons: tuple[str, ...], fault: PrintFault) -> None:
    printer = Printer(state=STOPPED, reasons=reasons)

    assert fault_of(printer) is fault
    assert printer.jobs == []


def test_an_empty_tray_of_a_printer_that_goes_on_stops_nothing() -> None:
    printer = Printer(reasons=("media-empty-warning",))

    send(printer)

    assert len(printer.jobs) == 1


def test_a_format_that_the_printer_does_not_take_is_not_sent() -> None:
    printer = Printer()

    assert fault_of(printer, ZPL_LABEL) is PrintFault.FORMAT
    assert printer.jobs == []


@pytest.mark.parametrize(
    ("printer", "fault"),
    [
        (Printer(status=FORMAT_NOT_SUPPORTED), PrintFault.FORMAT),
        (Printer(status=BUSY), PrintFault.BUSY),
        (Printer(status=0x0506), PrintFault.REJECTED),
        (Printer(status=0x0400), PrintFault.REJECTED),
        (Printer(job_state=8), PrintFault.REJECTED),
        (Printer(accepts=False), PrintFault.REJECTED),
        (Printer(http_status=404), PrintFault.NOT_IPP),
        (Printer(raw_answer=b"<html>It works!</html>"), PrintFault.NOT_IPP),
        (Printer(raw_answer=b""), PrintFault.NOT_IPP),
        (Printer(raw_answer=bytes(300_000)), PrintFault.NOT_IPP),
        (Printer(cut_answer_at=12), PrintFault.BROKEN_OFF),
        (Printer(hangs_up=True), PrintFault.BROKEN_OFF),
    ],
    ids=lambda one: one.value if isinstance(one, PrintFault) else "printer",
)
def test_whatever_goes_wrong_on_the_way_has_its_cause(printer: Printer, fault: PrintFault) -> None:
    assert fault_of(printer) is fault


def test_a_printer_that_drips_its_answer_is_given_up_in_time() -> None:
    with pytest.raises(PrintFailed) as failed:
        send(Printer(drips=True), reach=Reach(HERE.more_networks, job_seconds=0.4))

    assert failed.value.fault is PrintFault.TIMED_OUT


def test_a_redirect_is_not_followed() -> None:
    elsewhere = Printer()
    with ipp_printer(elsewhere):
        moved = Printer(http_status=307, location=elsewhere.address.replace("ipp://", "http://"))

        assert fault_of(moved) is PrintFault.NOT_IPP

    assert elsewhere.asked == []


@given(st.binary(max_size=120))
def test_no_answer_breaks_the_reader(body: bytes) -> None:
    """It is read, or it is none."""
    try:
        answer = read_answer(b"\x02\x00\x00\x00\x00\x00\x00\x01" + body)
    except NotIppError:
        return
    assert answer.status == 0
