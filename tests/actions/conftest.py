"""A province to work in."""

import pytest
from sqlalchemy import update
from sqlmodel import Session

from tests.province import books, province, shared_postgresql, shared_sqlite
from tracker.store.tables import ITEM

__all__ = ["bare_shelves", "books", "province", "shared_postgresql", "shared_sqlite"]


@pytest.fixture
def bare_shelves(books: Session) -> None:
    """What tests that commit have left lying about is nobody's here."""
    books.execute(update(ITEM).values(custodian_ref=None))
