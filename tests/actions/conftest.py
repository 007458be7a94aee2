"""The shared province as a count needs it."""

import pytest
from sqlalchemy import update
from sqlmodel import Session

from tracker.store.tables import ITEM


@pytest.fixture
def bare_shelves(books: Session) -> None:
    """What tests that commit have left lying about is nobody's here."""
    books.execute(update(ITEM).values(custodian_ref=None))
