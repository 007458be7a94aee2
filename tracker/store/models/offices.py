"""Offices, the catalogue of procedures, and the installation's own settings."""

from datetime import date

from sqlmodel import Field

from tracker.store.models.base import Table


class Setting(Table, table=True):
    """One value of the installation by key, e.g. `installation.mode`."""

    key: str = Field(primary_key=True, max_length=100)
    value: str


class Office(Table, table=True):
    """`kind` is an OfficeKind. `place_name` is what a sorter reads from a metre away.

    `post_office_id` is the post office that serves this office.
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=200)
    short_name: str = Field(max_length=60)
    place_name: str = Field(max_length=60)
    kind: str = Field(max_length=20)
    parent_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    post_office_id: int | None = Field(default=None, foreign_key="office.id")
    service_point: bool = False
    province_code: str | None = Field(default=None, max_length=4)
    ward_code: str | None = Field(default=None, max_length=8)
    address: str = ""
    opening_hours: str = ""
    phone: str = ""


class OfficeWard(Table, table=True):
    """Which post office delivers in a commune."""

    __tablename__ = "office_ward"
    ward_code: str = Field(primary_key=True, max_length=8)
    office_id: int = Field(foreign_key="office.id", index=True)


class Procedure(Table, table=True):
    """One version of a catalogue entry. `days` are working days; 0 means the same day."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, index=True)
    name: str = Field(max_length=400)
    days: int
    may_send: bool
    may_result: bool
    reason: str = ""
    valid_from: date
    valid_to: date | None = None


class ProcedureComponent(Table, table=True):
    """A paper the procedure asks for; `kind` is a DocumentKind."""

    __tablename__ = "procedure_component"
    procedure_id: int = Field(primary_key=True, foreign_key="procedure.id")
    line: int = Field(primary_key=True)
    name: str = Field(max_length=300)
    kind: str = Field(max_length=20)
    count: int = 1


class ProcedureFee(Table, table=True):
    """`amount` in đồng."""

    __tablename__ = "procedure_fee"
    procedure_id: int = Field(primary_key=True, foreign_key="procedure.id")
    line: int = Field(primary_key=True)
    name: str = Field(max_length=200)
    amount: int
