"""What the tables hold, so that a test can tell that nothing changed; and what in them is personal."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

from sqlalchemy import Engine, Table, select
from sqlmodel import col

from tracker.store.engine import reading
from tracker.store.models import Account, Person, metadata

# Being seen is written, and so is who looked: nothing else may move while people only look.
LOOKING_WRITES = {"web_session": {"last_seen_at"}, "audit_row": None}


def content(engine: Engine) -> Mapping[str, str]:
    """A hash for each table, of all its rows and of every column that looking may not change."""
    with engine.connect() as connection:
        return {
            table.name: hashlib.sha256(repr(sorted(map(repr, connection.execute(asked)))).encode()).hexdigest()
            for table in metadata.sorted_tables
            if (asked := _lasting(table)) is not None
        }


def _lasting(table: Table):  # type: ignore[no-untyped-def]  # a select of any columns
    moving = LOOKING_WRITES.get(table.name, set())
    return None if moving is None else select(*(column for column in table.columns if column.name not in moving))


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


class Personal:
    """Finds full names, phones and address lines of the citizens in the books, however they are written."""

    def __init__(self, engine: Engine) -> None:
        with reading(engine) as session:
            people = session.execute(select(col(Person.name), col(Person.phone), col(Person.address_line))).all()
            staff = set(session.scalars(select(col(Account.display_name))))
        # Colleagues are named on every page of theirs, and one citizen may bear the name of one of them.
        self.texts = {part for name, _, line in people for part in (name, line)} - staff
        self.phones = {re.sub(r"\D", "", phone)[-9:] for _, phone, _ in people}
        texts = "|".join(map(re.escape, sorted(self.texts, key=len, reverse=True)))
        self._written = re.compile(rf"(?<!\w)(?:{texts})(?!\w)", re.IGNORECASE)
        self._folded = [text.casefold() for text in self.texts]

    def found_in(self, text: str) -> set[str]:
        plain = unquote_plus(text)
        closed_up = re.sub(r"(?<=\d)[ .\-]+(?=\d)", "", plain)
        return self._named_in(plain) | {phone for phone in self.phones if phone in closed_up}

    def _named_in(self, plain: str) -> set[str]:
        """Thousands of pages are looked through: what is nowhere in the text needs no look at the edges of words."""
        folded = plain.casefold()
        return set(self._written.findall(plain)) if any(text in folded for text in self._folded) else set()
