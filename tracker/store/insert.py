"""The one insert that both engines spell alike: the database decides who was first."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def insert_if_absent(session: Session, table: Table, values: Mapping[str, object]) -> bool:
    """False when a row with one of the table's unique keys is there already."""
    statement = _statement(session.get_bind().dialect.name, table)
    return session.execute(statement, dict(values)).first() is not None


@cache
def _statement(dialect: str, table: Table) -> Executable:
    insert_one = (postgresql if dialect == "postgresql" else sqlite).insert
    key = next(iter(table.primary_key.columns))
    statement: Executable = insert_one(table).on_conflict_do_nothing().returning(key)
    return statement


def upsert(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Each row, in place of the one with its primary key. All rows name all columns."""
    if rows:
        session.execute(_upsert(session.get_bind().dialect.name, table), [dict(row) for row in rows])


@cache
def _upsert(dialect: str, table: Table) -> Executable:
    new = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    others = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
    statement: Executable = new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=others)
    return statement
