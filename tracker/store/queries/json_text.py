"""What stands under a key of a body, on either engine."""

from sqlalchemy import JSON, ColumnElement, cast, type_coerce
from sqlmodel import Session


def json_text(session: Session, body: ColumnElement[str], *path: str) -> ColumnElement[str]:
    """NULL where the body has no such key."""
    read = type_coerce if session.get_bind().dialect.name == "sqlite" else cast
    found: ColumnElement[str] = read(body, JSON)[path if len(path) > 1 else path[0]].as_string()
    return found
