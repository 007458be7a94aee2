"""Copies and proof pages on their way to a network printer. Nothing is open while it takes its time."""

from collections.abc import Callable

from labels.format_pdf import PrintRun
from tracker.actions.printers import Sending, note_sending
from tracker.batches import batch_paper
from tracker.domain.printers import PrintFailed, PrintFault
from tracker.domain.refusal import Refusal
from tracker.printers.job import PrintJob
from tracker.printers.sending import Reach, send_job
from tracker.printing import draw, media_type, print_run
from tracker.proof_paper import draw_proof_page
from tracker.store.engine import reading, transaction
from tracker.store.queries.print_batches import BatchProgress
from tracker.store.queries.printers import PrinterView, ProofView
from tracker.web.access import desk
from tracker.web.fresh_copies import fresh_copies
from tracker.web.house import house
from tracker.web.printer_choice import printer_chosen


def network_printer_for(paper: str) -> PrinterView | None:
    """This browser's, unless it is loaded with another paper than the copy was printed for."""
    printer = printer_chosen()
    fits = printer is not None and printer.is_networked and printer.setting.format == paper
    return printer if fits else None


def send_copies(label_id: int, pair: int | None, run: PrintRun) -> None:
    """To the printer of this browser, when it is one of the network; the copies stand in the ledger already.

    A pair goes in one job, and what became of it is noted with both.
    """
    printer = network_printer_for(run.format.name)
    if printer is None:
        return
    fresh = fresh_copies(label_id, pair)
    if not fresh:
        return
    name = f"{fresh[0].label.number}-{fresh[0].label.copy_number}"

    def job() -> PrintJob:
        return PrintJob(draw([one.label for one in fresh], run, house().config), media_type(run), name)

    _send(printer, job, *(Sending(printer.id, one) for one in (label_id, pair) if one is not None))


def send_batch(batch: BatchProgress, run: PrintRun) -> None:
    """As send_copies; what became of it is noted with the batch. Nothing where none of its copies is current."""
    printer = network_printer_for(batch.format)
    if printer is None or not batch.current:
        return
    with reading(house().engine) as session:
        drawn = b"".join(batch_paper(session, batch, run, house().config))
    job = PrintJob(drawn, media_type(run), f"batch-{batch.id}")
    _send(printer, lambda: job, Sending(printer.id, batch_id=batch.id))


def send_proof(printer: PrinterView, proof: ProofView) -> None:
    def job() -> PrintJob:
        told = media_type(print_run(proof.setting.format))
        return PrintJob(draw_proof_page(printer.name, proof, house().config), told, f"proof-{proof.id}")

    _send(printer, job, Sending(printer.id, proof_id=proof.id))


def _send(printer: PrinterView, job: Callable[[], PrintJob], *sendings: Sending) -> None:
    """The copy is in the ledger by now: one that cannot be drawn is a sending that failed, and no error page."""
    fault = _fault_of(printer, job)
    with transaction(house().engine) as session:
        for sending in sendings:
            note_sending(session, sending, fault, desk())


def _fault_of(printer: PrinterView, job: Callable[[], PrintJob]) -> PrintFault | None:
    printing = house().config.printing
    try:
        send_job(printer.kind, printer.address, job(), Reach(printing.networks, printing.timeout_seconds))
    except Refusal:
        return PrintFault.UNDRAWABLE
    except PrintFailed as failed:
        return failed.fault
    return None
