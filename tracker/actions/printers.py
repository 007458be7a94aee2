"""Printers entered and changed, their proof pages printed, read back and judged, and what became of each sending."""

import secrets
from dataclasses import dataclass, replace

from sqlmodel import Session

from tracker.actions.audit import Deed, note_audit
from tracker.actions.desk import Desk
from tracker.domain.calibration import (
    Judgement,
    Mark,
    Measured,
    is_plausible,
    judge,
    make_codes,
    mark_of_code,
)
from tracker.domain.names import clean_text
from tracker.domain.printers import (
    LONGEST_NAME,
    NETWORKED,
    PrinterKind,
    PrinterSetting,
    PrintFault,
    SendingOutcome,
    may_be_printer,
    read_address,
    read_ip,
)
from tracker.domain.refusal import Cause, Refusal
from tracker.store.models import Printer, PrinterProof, PrintSending
from tracker.store.queries.catalogue import office_by_code
from tracker.store.queries.printers import is_name_taken, lock_printer, setting_of, waiting_proof


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterGiven:
    """As an administrator tells it; that the format exists and the ink stays on the paper, the door has looked."""

    office: str
    name: str
    kind: PrinterKind
    address: str
    setting: PrinterSetting
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Sending:
    """Of a copy, of a batch, or of a proof page."""

    printer_id: int
    label_id: int | None = None
    proof_id: int | None = None
    batch_id: int | None = None


def enter_printer(session: Session, given: PrinterGiven, by: Desk) -> int:
    """Raises Refusal naming the fields."""
    printer = Printer(office_id=0, name="", kind="", format="")
    return _write(session, printer, given, by)


def change_printer(session: Session, printer_id: int, given: PrinterGiven, by: Desk) -> None:
    """Raises Refusal: not_found, or naming the fields."""
    _write(session, _locked(session, printer_id, by), given, by)


def _write(session: Session, printer: Printer, given: PrinterGiven, by: Desk) -> int:
    office = office_by_code(session, given.office)
    name, address = clean_text(given.name, LONGEST_NAME), given.address.strip() if given.kind in NETWORKED else ""
    faults = _faults(given.kind, name, address, by)
    if office is None or office.id is None:
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={"office": Cause.UNKNOWN_OFFICE})
    if name and is_name_taken(session, office.id, name, printer.id):
        faults["name"] = Cause.PRINTER_NAME_TAKEN
    if faults:
        raise Refusal(cause=next(iter(faults.values())), fields=faults)
    printer.office_id, printer.name, printer.kind, printer.address = office.id, name, given.kind, address
    printer.is_active = given.is_active
    _set(printer, given.setting)
    deed = "printer changed" if printer.id else "printer entered"
    session.add(printer)
    session.flush()
    note_audit(session, Deed(deed, f"printer:{printer.id}", _told(given, address)), at=by.at, actor=by.actor.name)
    return printer.id or 0


def _told(given: PrinterGiven, address: str) -> str:
    """Where labels went on that day, whatever the printer's row says later."""
    way = f"{given.kind} {address}".strip()
    use = "in use" if given.is_active else "out of use"
    return f"{given.office}, {way}, {given.setting.format} {given.setting.dpi} dpi, {use}"


def _faults(kind: PrinterKind, name: str, address: str, by: Desk) -> dict[str, Cause]:
    """Of a host's name nobody knows today where it will lead: it is looked at whenever something is sent."""
    faults = {} if name else {"name": Cause.FIELD_REQUIRED}
    if kind not in NETWORKED:
        return faults
    read = read_address(kind, address)
    if read is None:
        return faults | {"address": Cause.BAD_PRINTER_ADDRESS}
    ip = read_ip(read.host)
    if ip is not None and not may_be_printer(ip, by.config.printing.networks):
        return faults | {"address": Cause.PRINTER_NOT_ALLOWED}
    return faults


def _set(printer: Printer, setting: PrinterSetting) -> None:
    printer.format, printer.dpi = setting.format, setting.dpi
    printer.dx_mm, printer.dy_mm, printer.scale = setting.dx_mm, setting.dy_mm, setting.scale


def _locked(session: Session, printer_id: int, by: Desk) -> Printer:
    printer = lock_printer(session, by.actor, printer_id)
    if printer is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    return printer


def print_proof(session: Session, printer_id: int, by: Desk) -> int:
    """With codes of its own and the setting of now; what was printed before and not judged counts no more."""
    printer = _locked(session, printer_id, by)
    proof = PrinterProof(
        printer_id=printer_id,
        codes=" ".join(make_codes(secrets.token_bytes)),
        format=printer.format,
        dpi=printer.dpi,
        dx_mm=printer.dx_mm,
        dy_mm=printer.dy_mm,
        scale=printer.scale,
        printed_at=by.at,
        printed_by=by.actor.name,
    )
    session.add(proof)
    session.flush()
    return proof.id or 0


def read_proof_code(session: Session, printer_id: int, text: str, by: Desk) -> Mark:
    """Raises Refusal: not_found, foreign_proof."""
    proof = _waiting(session, printer_id, by)
    mark = mark_of_code(text, tuple(proof.codes.split()))
    if mark is None:
        raise Refusal(cause=Cause.FOREIGN_PROOF, fields={"code": Cause.FOREIGN_PROOF})
    proof.reads = " ".join(sorted({*proof.reads.split(), mark.value}))
    return mark


def judge_proof(session: Session, printer_id: int, measured: Measured, length_mm: float, by: Desk) -> Judgement:
    """It is the printer's certificate from now on, good or not. Raises Refusal: not_found, badly_measured."""
    proof = _waiting(session, printer_id, by)
    if not is_plausible(measured, length_mm):
        raise Refusal(cause=Cause.BADLY_MEASURED, fields={"length_mm": Cause.BADLY_MEASURED})
    judged = judge(frozenset(Mark(word) for word in proof.reads.split()), measured, length_mm)
    proof.judged_at, proof.judged_by = by.at, by.actor.name
    proof.verdict, proof.faults = judged.verdict, " ".join(judged.faults)
    proof.left_mm, proof.top_mm, proof.length_mm = measured.left_mm, measured.top_mm, measured.length_mm
    deed = Deed(f"printer judged {judged.verdict}", f"printer:{printer_id}", proof.faults)
    note_audit(session, deed, at=by.at, actor=by.actor.name)
    return judged


def _waiting(session: Session, printer_id: int, by: Desk) -> PrinterProof:
    _locked(session, printer_id, by)
    proof = waiting_proof(session, printer_id)
    if proof is None:
        raise Refusal(cause=Cause.NOT_FOUND)
    return proof


def adopt_setting(session: Session, printer_id: int, setting: PrinterSetting, by: Desk) -> None:
    """What a proof found, as `corrected` tells it; from now on labels are drawn so."""
    printer = _locked(session, printer_id, by)
    _set(printer, replace(setting_of(printer), dx_mm=setting.dx_mm, dy_mm=setting.dy_mm, scale=setting.scale))
    told = f"dx {setting.dx_mm:g} mm, dy {setting.dy_mm:g} mm, scale {setting.scale:g}"
    note_audit(session, Deed("printer aligned", f"printer:{printer_id}", told), at=by.at, actor=by.actor.name)


def note_sending(session: Session, sending: Sending, fault: PrintFault | None, by: Desk) -> None:
    session.add(
        PrintSending(
            printer_id=sending.printer_id,
            label_id=sending.label_id,
            proof_id=sending.proof_id,
            batch_id=sending.batch_id,
            at=by.at,
            actor=by.actor.name,
            outcome=SendingOutcome.FAILED if fault else SendingOutcome.SENT,
            fault=fault,
        )
    )
