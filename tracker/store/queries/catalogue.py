"""Offices and procedures."""

from datetime import date

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, exists, or_, select
from sqlmodel import Session, col

from tracker.store.models import Office, OfficeWard, Procedure, ProcedureComponent, ProcedureFee
from tracker.store.tables import OFFICE, PROCEDURE

_BY_CODE = select(Office).where(col(Office.code) == bindparam("code"))


def office_by_code(session: Session, code: str) -> Office | None:
    found: Office | None = session.scalar(_BY_CODE, {"code": code})
    return found


def office_of(session: Session, office_id: int) -> Office:
    return session.get_one(Office, office_id)


def offices_by_id(session: Session) -> dict[int, Office]:
    return {office.id: office for office in session.scalars(select(Office)) if office.id is not None}


def office_names(session: Session) -> dict[str, str]:
    """Name by code."""
    return {row.code: row.name for row in session.execute(select(col(Office.code), col(Office.name)))}


def offices_after(session: Session, code: str, limit: int) -> list[tuple[Office, str | None]]:
    """By code, each with its parent's code."""
    above = OFFICE.alias("above")
    rows = session.execute(
        select(Office, above.c.code.label("parent"))
        .outerjoin(above, above.c.id == col(Office.parent_id))
        .where(col(Office.code) > code)
        .order_by(col(Office.code))
        .limit(limit)
    )
    return [(office, parent) for office, parent in rows]


def procedures_after(session: Session, code: str, limit: int, on: date) -> list[Procedure]:
    """By code, of several versions the one in force that day."""
    later = PROCEDURE.alias("later")
    is_replaced = (
        exists()
        .where(later.c.code == PROCEDURE.c.code, later.c.valid_from > PROCEDURE.c.valid_from, _in_force(later, on))
        .correlate(PROCEDURE)
    )
    rows = session.scalars(
        select(Procedure)
        .where(PROCEDURE.c.code > code, _in_force(PROCEDURE, on), ~is_replaced)
        .order_by(PROCEDURE.c.code)
        .limit(limit)
    )
    return list(rows)


def _in_force(version: FromClause, on: date) -> ColumnElement[bool]:
    return and_(version.c.valid_from <= on, or_(version.c.valid_to.is_(None), version.c.valid_to >= on))


def post_office_for_ward(session: Session, ward_code: str) -> Office | None:
    return session.scalar(
        select(Office)
        .join(OfficeWard, col(OfficeWard.office_id) == col(Office.id))
        .where(col(OfficeWard.ward_code) == ward_code)
    )


def office_ids_below(session: Session, office_id: int) -> frozenset[int]:
    """The office and every office below it."""
    tree = select(col(Office.id)).where(col(Office.id) == office_id).cte(recursive=True)
    tree = tree.union(select(col(Office.id)).join(tree, col(Office.parent_id) == tree.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def procedure_in_force(session: Session, code: str, on: date) -> Procedure | None:
    return session.scalar(
        select(Procedure)
        .where(col(Procedure.code) == code, _in_force(PROCEDURE, on))
        .order_by(col(Procedure.valid_from).desc())
        .limit(1)
    )


def components_of(session: Session, procedure_id: int) -> list[ProcedureComponent]:
    rows = session.scalars(
        select(ProcedureComponent)
        .where(col(ProcedureComponent.procedure_id) == procedure_id)
        .order_by(col(ProcedureComponent.line))
    )
    return list(rows)


def fees_of_procedure(session: Session, procedure_id: int) -> list[ProcedureFee]:
    rows = session.scalars(
        select(ProcedureFee).where(col(ProcedureFee.procedure_id) == procedure_id).order_by(col(ProcedureFee.line))
    )
    return list(rows)
