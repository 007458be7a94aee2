"""What an installation is founded with: offices, catalogue, number ranges, the schedules' own account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from tracker.actions.audit import Deed, note_audit
from tracker.domain.actor import SYSTEM_NAME
from tracker.domain.refusal import Cause, Refusal
from tracker.domain.vocabulary import DocumentKind, OfficeKind, Role
from tracker.store.models import (
    Account,
    Device,
    Office,
    OfficeWard,
    Procedure,
    ProcedureComponent,
    ProcedureFee,
    SerialPool,
    Setting,
)
from tracker.store.queries.accounts import SYSTEM_DEVICE
from tracker.store.queries.catalogue import office_by_code

MODE = "installation.mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffice:
    """`parent` and `post_office` by code; `place_name` is what the label shows largest."""

    code: str
    name: str
    short_name: str
    place_name: str
    kind: OfficeKind
    parent: str | None = None
    post_office: str | None = None
    service_point: bool = False
    province_code: str | None = None
    ward_code: str | None = None
    address: str = ""
    opening_hours: str = ""
    phone: str = ""
    serves_wards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProcedure:
    """Components as (name, kind, count), fees as (name, đồng)."""

    code: str
    name: str
    days: int
    may_send: bool
    may_result: bool
    valid_from: date
    reason: str = ""
    components: tuple[tuple[str, DocumentKind, int], ...] = ()
    fees: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class NewRange:
    office: str
    prefix: str
    first: int
    last: int


def found_offices(session: Session, offices: Iterable[NewOffice], *, at: datetime) -> None:
    """Parents and post offices must come before those that name them."""
    for new in offices:
        office = Office(
            code=new.code,
            name=new.name,
            short_name=new.short_name,
            place_name=new.place_name,
            kind=new.kind,
            parent_id=_office_id(session, new.parent),
            post_office_id=_office_id(session, new.post_office),
            service_point=new.service_point,
            province_code=new.province_code,
            ward_code=new.ward_code,
            address=new.address,
            opening_hours=new.opening_hours,
            phone=new.phone,
        )
        session.add(office)
        session.flush()
        assert office.id is not None
        session.add_all(OfficeWard(ward_code=ward, office_id=office.id) for ward in new.serves_wards)
        note_audit(session, Deed("office founded", f"office:{new.code}"), at=at, actor=SYSTEM_NAME)
    session.flush()


def _office_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    office = office_by_code(session, code)
    if office is None:
        raise Refusal(cause=Cause.UNKNOWN_OFFICE, fields={"office": Cause.UNKNOWN_OFFICE}, facts={"code": code})
    return office.id


def enter_procedures(session: Session, procedures: Iterable[NewProcedure], *, at: datetime) -> None:
    for new in procedures:
        procedure = Procedure(
            code=new.code,
            name=new.name,
            days=new.days,
            may_send=new.may_send,
            may_result=new.may_result,
            reason=new.reason,
            valid_from=new.valid_from,
        )
        session.add(procedure)
        session.flush()
        assert procedure.id is not None
        for line, (name, kind, count) in enumerate(new.components, start=1):
            session.add(ProcedureComponent(procedure_id=procedure.id, line=line, name=name, kind=kind, count=count))
        for line, (name, amount) in enumerate(new.fees, start=1):
            session.add(ProcedureFee(procedure_id=procedure.id, line=line, name=name, amount=amount))
        note_audit(session, Deed("procedure entered", f"procedure:{new.code}"), at=at, actor=SYSTEM_NAME)


def grant_ranges(session: Session, ranges: Iterable[NewRange], *, at: datetime) -> None:
    for new in ranges:
        office_id = _office_id(session, new.office)
        assert office_id is not None
        session.add(
            SerialPool(
                office_id=office_id,
                prefix=new.prefix,
                first_serial=new.first,
                last_serial=new.last,
                next_serial=new.first,
            )
        )
        note_audit(session, Deed("range granted", f"office:{new.office}"), at=at, actor=SYSTEM_NAME)


def found_system_account(session: Session, office: str, *, at: datetime) -> None:
    """The schedules act under a name of their own; nobody can sign in with it."""
    if session.scalar(select(col(Account.id)).where(col(Account.name) == SYSTEM_NAME)) is not None:
        return
    office_id = _office_id(session, office)
    assert office_id is not None
    account = Account(name=SYSTEM_NAME, display_name="Hệ thống", staff_code="HT", role=Role.SYSTEM, office_id=office_id)
    session.add(account)
    session.flush()
    assert account.id is not None
    session.add(Device(id=SYSTEM_DEVICE, account_id=account.id, kind="system", created_at=at))


def set_mode(session: Session, mode: str) -> None:
    session.merge(Setting(key=MODE, value=mode))


def mode_of(session: Session) -> str | None:
    row = session.get(Setting, MODE)
    return row.value if row else None
