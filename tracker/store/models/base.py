"""What every table shares: names for constraints, so that both engines and every migration call them alike."""

from sqlalchemy import Index, text
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Table = SQLModel


def partial_index(name: str, *columns: str, where: str, postgresql: str | None = None) -> Index:
    """Over few of the rows; `postgresql` is the same condition where that engine spells it otherwise."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(postgresql or where))
