"""Printers of the offices, the proof pages that were judged, and what became of each sending."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from tracker.store.models.base import Table


class Printer(Table, table=True):
    """`kind` is a PrinterKind; `address` is host and port of a raw port, an ipp:// address, or empty."""

    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    name: str = Field(max_length=60)
    kind: str = Field(max_length=8)
    address: str = Field(default="", max_length=200)
    format: str = Field(max_length=20)
    dpi: int = 203
    dx_mm: float = 0.0
    dy_mm: float = 0.0
    scale: float = 1.0
    is_active: bool = True


class PrinterProof(Table, table=True):
    """One proof page, with the setting it was printed with; judged, it is the printer's certificate.

    `codes` are its challenges and `reads` the marks that were read, both divided by spaces. `printed_by` and
    `judged_by` are sign-in names.
    """

    __tablename__ = "printer_proof"

    id: int | None = Field(default=None, primary_key=True)
    printer_id: int = Field(foreign_key="printer.id", index=True)
    codes: str = Field(max_length=80)
    reads: str = Field(default="", max_length=100)
    format: str = Field(max_length=20)
    dpi: int
    dx_mm: float
    dy_mm: float
    scale: float
    printed_at: datetime
    printed_by: str = Field(max_length=60)
    judged_at: datetime | None = None
    judged_by: str | None = Field(default=None, max_length=60)
    verdict: str | None = Field(default=None, max_length=8)
    faults: str = Field(default="", max_length=120)
    left_mm: float | None = None
    top_mm: float | None = None
    length_mm: float | None = None


class PrintSending(Table, table=True):
    """One attempt to hand a copy, a batch of them, or a proof page, to a printer.

    `fault` is a PrintFault, `actor` a sign-in name.
    """

    __tablename__ = "print_sending"

    id: int | None = Field(default=None, primary_key=True)
    printer_id: int = Field(foreign_key="printer.id", index=True)
    label_id: int | None = Field(default=None, foreign_key="label.id", index=True)
    proof_id: int | None = Field(default=None, foreign_key="printer_proof.id")
    batch_id: int | None = Field(default=None, foreign_key="print_batch.id", index=True)
    at: datetime
    actor: str = Field(max_length=60)
    outcome: str = Field(max_length=8)
    fault: str | None = Field(default=None, max_length=20)
