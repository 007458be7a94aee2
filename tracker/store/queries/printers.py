"""Printers with their certificate and the last sending: of the own office, or of all for who looks after them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select, true
from sqlmodel import Session, col

from tracker.domain.actor import Actor
from tracker.domain.calibration import Mark, Measured, ProofFault, Verdict
from tracker.domain.printers import (
    NETWORKED,
    Certificate,
    PrinterKind,
    PrinterSetting,
    PrintFault,
    SendingOutcome,
    Worry,
    worries_of,
)
from tracker.domain.vocabulary import LabelState, Role
from tracker.store.models import Account, Office, Printer, PrinterProof, PrintSending
from tracker.store.tables import EARLY_LABEL, ITEM, ITEM_DOSSIER, LABEL, PRINT_SENDING, PRINTER, PRINTER_PROOF


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """`judged_by` is a display name. `measured`, `judged_at` and `verdict` are None until it was judged."""

    id: int
    codes: tuple[str, ...]
    read: frozenset[Mark]
    setting: PrinterSetting
    printed_at: datetime
    judged_at: datetime | None
    judged_by: str
    verdict: Verdict | None
    faults: tuple[ProofFault, ...]
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class SendingView:
    """`fault` is None when the printer took all."""

    at: datetime
    printer_name: str
    fault: PrintFault | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterView:
    """`judged` is the last proof that was judged, `waiting` a later one that was not yet."""

    id: int
    name: str
    office_code: str
    office_name: str
    kind: PrinterKind
    address: str
    setting: PrinterSetting
    is_active: bool
    judged: ProofView | None
    waiting: ProofView | None
    sending: SendingView | None

    @property
    def is_networked(self) -> bool:
        return self.kind in NETWORKED

    def worries(self, at: datetime) -> tuple[Worry, ...]:
        last_failed = self.sending is not None and self.sending.fault is not None
        return worries_of(self.setting, self._certificate(), last_failed=last_failed, at=at)

    def _certificate(self) -> Certificate | None:
        if self.judged is None or self.judged.judged_at is None:
            return None
        passed = self.judged.verdict is not Verdict.FAILED
        return Certificate(self.judged.setting, self.judged.judged_at, self.judged.judged_by, passed)


@dataclass(frozen=True, slots=True)
class UnsentCopy:
    """`pair_id` is the result's label that went in the same job, while it waits for its envelope."""

    label_id: int
    pair_id: int | None
    number: str
    sending: SendingView


def may_see_printers(actor: Actor) -> ColumnElement[bool]:
    """A condition over the printer table: an administrator looks after all, a desk prints on its own."""
    return true() if actor.role is Role.ADMIN else PRINTER.c.office_id == actor.office_id


def printers_seen(session: Session, actor: Actor) -> list[PrinterView]:
    """By office and name."""
    return _views(session, may_see_printers(actor))


def printer_seen(session: Session, actor: Actor, printer_id: int) -> PrinterView | None:
    """None for an unknown one and for another office's alike."""
    return next(iter(_views(session, may_see_printers(actor) & (PRINTER.c.id == printer_id))), None)


def lock_printer(session: Session, actor: Actor, printer_id: int) -> Printer | None:
    return session.scalar(
        select(Printer)
        .where(PRINTER.c.id == printer_id, may_see_printers(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def is_name_taken(session: Session, office_id: int, name: str, besides: int | None) -> bool:
    found = session.scalars(select(PRINTER.c.id).where(PRINTER.c.office_id == office_id, PRINTER.c.name == name))
    return any(one != besides for one in found)


def waiting_proof(session: Session, printer_id: int) -> PrinterProof | None:
    """The last one printed, unless it was judged already."""
    proof = session.scalar(
        select(PrinterProof)
        .where(PRINTER_PROOF.c.printer_id == printer_id)
        .order_by(PRINTER_PROOF.c.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return proof if proof is not None and proof.judged_at is None else None


def sending_of_label(session: Session, label_id: int) -> SendingView | None:
    """The last one, on whatever printer."""
    return _last_sending(session, PRINT_SENDING.c.label_id == label_id)


def sending_of_batch(session: Session, batch_id: int) -> SendingView | None:
    """The last one, on whatever printer."""
    return _last_sending(session, PRINT_SENDING.c.batch_id == batch_id)


def _last_sending(session: Session, condition: ColumnElement[bool]) -> SendingView | None:
    row = session.execute(
        select(PRINT_SENDING.c.at, PRINT_SENDING.c.fault, PRINTER.c.name)
        .join(PRINTER, PRINTER.c.id == PRINT_SENDING.c.printer_id)
        .where(condition)
        .order_by(PRINT_SENDING.c.id.desc())
        .limit(1)
    ).first()
    return _sending(row.at, row.name, row.fault) if row else None


def unsent_copies(session: Session, account_id: int, since: datetime) -> list[UnsentCopy]:
    """This person's current copies whose last sending failed, the oldest first."""
    last = select(func.max(PRINT_SENDING.c.id)).where(PRINT_SENDING.c.at >= since).group_by(PRINT_SENDING.c.label_id)
    rows = session.execute(
        select(
            LABEL.c.id,
            _pair_of_label().label("pair_id"),
            ITEM.c.number,
            PRINT_SENDING.c.at,
            PRINT_SENDING.c.fault,
            PRINTER.c.name,
        )
        .join(LABEL, LABEL.c.id == PRINT_SENDING.c.label_id)
        .join(ITEM, ITEM.c.id == LABEL.c.item_id)
        .join(PRINTER, PRINTER.c.id == PRINT_SENDING.c.printer_id)
        .where(
            PRINT_SENDING.c.id.in_(last),
            PRINT_SENDING.c.outcome == SendingOutcome.FAILED,
            LABEL.c.state == LabelState.CURRENT,
            LABEL.c.printed_by == account_id,
        )
        .order_by(PRINT_SENDING.c.id)
    )
    return [UnsentCopy(row.id, row.pair_id, row.number, _sending(row.at, row.name, row.fault)) for row in rows]


def _pair_of_label() -> ScalarSelect[int | None]:
    """One act writes both at one instant; a pair whose envelope is there by now is an item's copy of its own."""
    pair = LABEL.alias("pair")
    return (
        select(func.min(pair.c.id))
        .join(EARLY_LABEL, EARLY_LABEL.c.label_id == pair.c.id)
        .join(ITEM_DOSSIER, ITEM_DOSSIER.c.dossier_id == EARLY_LABEL.c.dossier_id)
        .where(
            ITEM_DOSSIER.c.item_id == LABEL.c.item_id,
            pair.c.printed_at == LABEL.c.printed_at,
            pair.c.printed_by == LABEL.c.printed_by,
            pair.c.item_id.is_(None),
            pair.c.state == "current",
        )
        .correlate(LABEL)
        .scalar_subquery()
    )


def _sending(at: datetime, printer_name: str, fault: str | None) -> SendingView:
    return SendingView(at, printer_name, PrintFault(fault) if fault else None)


def _views(session: Session, condition: ColumnElement[bool]) -> list[PrinterView]:
    rows = session.execute(
        select(Printer, col(Office.code), col(Office.name))
        .join(Office, col(Office.id) == PRINTER.c.office_id)
        .where(condition)
        .order_by(col(Office.name), PRINTER.c.name)
    ).all()
    ids = [printer.id for printer, _, _ in rows]
    judged, waiting, sent = _judged(session, ids), _waiting(session, ids), _sent(session, ids)
    return [
        PrinterView(
            id=printer.id,
            name=printer.name,
            office_code=code,
            office_name=name,
            kind=PrinterKind(printer.kind),
            address=printer.address,
            setting=setting_of(printer),
            is_active=printer.is_active,
            judged=judged.get(printer.id),
            waiting=waiting.get(printer.id),
            sending=_sending(sent[printer.id].at, printer.name, sent[printer.id].fault) if printer.id in sent else None,
        )
        for printer, code, name in rows
    ]


def setting_of(row: Printer | PrinterProof) -> PrinterSetting:
    return PrinterSetting(row.format, row.dpi, row.dx_mm, row.dy_mm, row.scale)


def _judged(session: Session, ids: list[int]) -> dict[int, ProofView]:
    last = select(func.max(PRINTER_PROOF.c.id)).where(PRINTER_PROOF.c.judged_at.is_not(None))
    return _proofs(session, last.where(PRINTER_PROOF.c.printer_id.in_(ids)).group_by(PRINTER_PROOF.c.printer_id))


def _waiting(session: Session, ids: list[int]) -> dict[int, ProofView]:
    last = select(func.max(PRINTER_PROOF.c.id)).where(PRINTER_PROOF.c.printer_id.in_(ids))
    found = _proofs(session, last.group_by(PRINTER_PROOF.c.printer_id))
    return {printer_id: proof for printer_id, proof in found.items() if proof.judged_at is None}


def _proofs(session: Session, ids: Select[tuple[int]]) -> dict[int, ProofView]:
    rows = session.execute(
        select(PrinterProof, col(Account.display_name))
        .outerjoin(Account, col(Account.name) == PRINTER_PROOF.c.judged_by)
        .where(PRINTER_PROOF.c.id.in_(ids))
    )
    return {proof.printer_id: _proof(proof, judge or "") for proof, judge in rows}


def _proof(proof: PrinterProof, judged_by: str) -> ProofView:
    lengths = (proof.left_mm, proof.top_mm, proof.length_mm)
    return ProofView(
        id=proof.id or 0,
        codes=tuple(proof.codes.split()),
        read=frozenset(Mark(word) for word in proof.reads.split()),
        setting=setting_of(proof),
        printed_at=proof.printed_at,
        judged_at=proof.judged_at,
        judged_by=judged_by,
        verdict=Verdict(proof.verdict) if proof.verdict else None,
        faults=tuple(ProofFault(word) for word in proof.faults.split()),
        measured=None if None in lengths else Measured(*lengths),  # type: ignore[arg-type]  # none of them is None
    )


def _sent(session: Session, ids: list[int]) -> dict[int, PrintSending]:
    last = select(func.max(PRINT_SENDING.c.id)).where(PRINT_SENDING.c.printer_id.in_(ids))
    rows = session.scalars(
        select(PrintSending).where(PRINT_SENDING.c.id.in_(last.group_by(PRINT_SENDING.c.printer_id)))
    )
    return {row.printer_id: row for row in rows}
