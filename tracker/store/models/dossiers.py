"""People, dossiers with their numbers, and the papers in them."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from tracker.store.models.base import Table


class Person(Table, table=True):
    """Personal data lives here and nowhere else, but for the index over the words of `folded_name` (migration 0013).

    `folded_name` holds the name's search words, each parted from the next by one space.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=300)
    folded_name: str = Field(max_length=300)
    phone: str = Field(max_length=20, index=True)
    address_line: str = Field(max_length=300)
    ward_code: str = Field(max_length=8)
    province_code: str = Field(max_length=4)


class Dossier(Table, table=True):
    """`one_stop_status` mirrors the newest claim of the one-stop system (national code 1 to 10)."""

    __table_args__ = (
        Index("ix_dossier_one_stop", "one_stop_status", "processing_due_on"),
        Index("ix_dossier_said", "one_stop_said_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    procedure_id: int = Field(foreign_key="procedure.id")
    receiving_office_id: int = Field(foreign_key="office.id", index=True)
    deciding_agency_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    return_office_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    applicant_id: int = Field(foreign_key="person.id", index=True)
    result_by_post: bool
    created_at: datetime
    created_by: int = Field(foreign_key="account.id")
    one_stop_status: int | None = None
    one_stop_said_at: datetime | None = None
    processing_due_on: date | None = None


class DossierNumberRow(Table, table=True):
    """Every number a dossier answers to. `kind` is local, portal or alias; `compared` is upper-case NFC."""

    __tablename__ = "dossier_number"
    compared: str = Field(primary_key=True, max_length=60)
    dossier_id: int = Field(foreign_key="dossier.id", index=True)
    text: str = Field(max_length=60)
    kind: str = Field(max_length=10)


class DossierDocument(Table, table=True):
    __tablename__ = "dossier_document"
    dossier_id: int = Field(primary_key=True, foreign_key="dossier.id")
    line: int = Field(primary_key=True)
    name: str = Field(max_length=300)
    kind: str = Field(max_length=20)
    count: int
