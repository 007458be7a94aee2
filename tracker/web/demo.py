"""Whether this installation shows a demo day; every page of one says so."""

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from tracker.store.engine import reading
from tracker.store.models import Setting
from tracker.web.house import house

EXTENSION = "giaonhan.is_demo"


def is_demo() -> bool:
    """Asked of the database once; an installation does not change its kind while it serves."""
    known = current_app.extensions.get(EXTENSION)
    if known is None:
        known = _ask()
        if known is not None:
            current_app.extensions[EXTENSION] = known
    return bool(known)


def _ask() -> bool | None:
    try:
        with reading(house().engine) as session:
            mode = session.scalar(select(col(Setting.value)).where(col(Setting.key) == "installation.mode"))
    except SQLAlchemyError:
        return None
    return mode == "demo"
