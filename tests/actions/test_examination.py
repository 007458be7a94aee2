"""Whoever edits the books past the triggers is found: the examination names the first event that no longer holds."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlmodel import Session

from tests.actions.counting import Counting, in_stock
from tests.api.test_evidence import a_photo
from tests.builders import NOW, a_desk, the_config
from tests.province import Province, Tale, tale_of
from tracker.actions.evidence import store_evidence
from tracker.actions.examination import Findings, examine, examine_chains
from tracker.actions.roots import make_root
from tracker.domain.auditing import CHECKED, Fault
from tracker.domain.chain import canonical, chain_hash
from tracker.domain.vocabulary import EventType, Leg
from tracker.store.tables import EVENT, EVIDENCE_IMAGE

TODAY = date(2026, 11, 23)
HELD = {"until_on": "2026-12-31"}
TAMPERED = ("event", "root_leaf", "discrepancy_step")


def examined(session: Session) -> Findings:
    session.flush()
    return examine(session, the_config().office)


def first_of(session: Session) -> Fault:
    found = examined(session)
    assert not found.is_sound
    return found.told()[0]


@dataclass
class Books:
    """One item with a chain of six events, another beside it, and no trigger left that would refuse an edit."""

    session: Session
    tale: Tale

    @property
    def chain(self) -> str:
        return f"item:{self.tale.item.item_id}"

    def id_at(self, seq: int) -> str:
        asked = text("SELECT event_id FROM event WHERE chain = :chain AND seq = :seq")
        found = str(self.session.execute(asked, {"chain": self.chain, "seq": seq}).scalar_one())
        return found if "-" in found else "-".join([found[:8], found[8:12], found[12:16], found[16:20], found[20:]])

    def edit(self, statement: str, **values: object) -> None:
        self.session.execute(text(statement), {"chain": self.chain, **values})

    def rehash_from(self, seq: int) -> None:
        """As somebody would who knows how the chain is made: every hash after the edit follows again."""
        rows = self.session.execute(EVENT.select().where(EVENT.c.chain == self.chain).order_by(EVENT.c.seq)).all()
        previous = None
        for row in rows:
            reached = chain_hash(previous, row.chained.encode())
            if row.seq >= seq:
                self.session.execute(update(EVENT).where(EVENT.c.id == row.id).values(hash=reached))
            previous = reached


@pytest.fixture
def opened(books: Session, province: Province) -> Books:
    tale = tale_of(books, province).accepted().held().with_courier()
    tale.scan("postclerk", EventType.BACK_AT_OFFICE, counterparty={"kind": "courier", "user": "courier"})
    tale.with_courier()
    tale_of(books, province, Leg.RESULT)
    drop_triggers(books)
    return Books(books, tale)


def drop_triggers(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        for table in TAMPERED:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    for table in TAMPERED:
        for what in ("update", "delete", "replace"):
            session.execute(text(f"DROP TRIGGER {table}_no_{what}"))


def test_books_that_nobody_touched_are_sound(books: Session, opened: Books) -> None:
    make_root(books, at=NOW, day=TODAY, actor="system")

    found = examined(books)

    assert found.told() == []
    assert found.counts == {"chains": 2, "events": 7, "items": 2, "roots": 1}
    assert examine_chains(books).is_sound


def flip(books: Books) -> None:
    books.edit("UPDATE event SET chained = replace(chained, 'NP-1', 'NP-2') WHERE chain = :chain AND seq = 2")


def remove(books: Books) -> None:
    books.edit("DELETE FROM event WHERE chain = :chain AND seq = 2")


def swap(books: Books) -> None:
    for place, seq in ((99, 2), (2, 3), (3, 99)):
        books.edit("UPDATE event SET seq = :place WHERE chain = :chain AND seq = :seq", place=place, seq=seq)


def insert(books: Books) -> None:
    """A copy under an id of its own pushes the rest of the chain along."""
    for seq in range(6, 1, -1):
        books.edit("UPDATE event SET seq = :place WHERE chain = :chain AND seq = :seq", place=seq + 1, seq=seq)
    columns = [column.name for column in EVENT.columns if column.name not in {"id", "event_id", "seq"}]
    forged = {"sqlite": "'01890000000070008000000000000001'", "postgresql": "uuid '01890000000070008000000000000001'"}
    told = ", ".join(columns)
    books.edit(
        f"INSERT INTO event (event_id, seq, {told}) "
        f"SELECT {forged[books.session.get_bind().dialect.name]}, 2, {told} FROM event "
        "WHERE chain = :chain AND seq = 3"
    )
    books.edit("UPDATE event SET hash = :hash WHERE chain = :chain AND seq = 2", hash="0" * 64)


EDITS: Mapping[str, tuple[Callable[[Books], None], str, str]] = {
    "a byte flipped": (flip, "I8", "hash"),
    "an event removed": (remove, "I3", "gap"),
    "two swapped": (swap, "I8", "hash"),
    "one inserted": (insert, "I8", "hash"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_the_first_wrong_event_of_an_edited_chain_is_named(books: Session, opened: Books, edit: str) -> None:
    do, check, cause = EDITS[edit]
    do(opened)
    found_there = opened.id_at(3 if do is remove else 2)

    wrong = first_of(books)

    assert (wrong.check, wrong.cause, wrong.chain, wrong.seq) == (check, cause, opened.chain, 2)
    assert wrong.event == found_there
    assert examine_chains(books).told()[0] == wrong


def rewrite(opened: Books, seq: int) -> None:
    """The bytes say something else, and every hash follows from them."""
    chained = opened.session.execute(
        text("SELECT chained FROM event WHERE chain = :chain AND seq = :seq"), {"chain": opened.chain, "seq": seq}
    ).scalar_one()
    body = json.loads(chained) | {"reason": "forged"}
    statement = "UPDATE event SET chained = :chained WHERE chain = :chain AND seq = :seq"
    opened.edit(statement, chained=canonical(body).decode(), seq=seq)
    opened.rehash_from(seq)


def test_a_tail_that_was_hashed_anew_is_caught_by_the_root_alone(books: Session, opened: Books) -> None:
    make_root(books, at=NOW, day=TODAY, actor="system")
    opened.tale.scan("postclerk", EventType.BACK_AT_OFFICE, counterparty={"kind": "courier", "user": "courier"})
    head = opened.id_at(6)

    rewrite(opened, 3)

    assert examine_chains(books).is_sound
    wrong = first_of(books)
    assert (wrong.check, wrong.cause, wrong.chain, wrong.seq, wrong.event) == ("I8", "root", opened.chain, 6, head)
    assert wrong.subject == "root 1 holds another head; changed after seq 0"


def test_the_root_tells_from_which_event_on_the_chain_was_changed(books: Session, opened: Books) -> None:
    make_root(books, at=NOW, day=TODAY, actor="system")
    opened.tale.scan("postclerk", EventType.BACK_AT_OFFICE, counterparty={"kind": "courier", "user": "courier"})
    make_root(books, at=NOW, day=TODAY, actor="system")

    rewrite(opened, 7)

    wrong = first_of(books)
    assert (wrong.seq, wrong.subject) == (7, "root 2 holds another head; changed after seq 6")


def test_a_tail_that_was_cut_off_is_caught_by_the_root_alone(books: Session, opened: Books) -> None:
    make_root(books, at=NOW, day=TODAY, actor="system")
    opened.edit("DELETE FROM event WHERE chain = :chain AND seq = 6")

    assert examine_chains(books).is_sound
    wrong = first_of(books)
    assert (wrong.cause, wrong.chain, wrong.seq, wrong.event) == ("root", opened.chain, 6, None)


def test_a_leaf_that_was_made_to_fit_no_longer_leads_to_its_root(books: Session, opened: Books) -> None:
    make_root(books, at=NOW, day=TODAY, actor="system")
    rewrite(opened, 3)
    opened.edit(
        "UPDATE root_leaf SET head = (SELECT hash FROM event WHERE chain = :chain AND seq = 6) WHERE chain = :chain"
    )

    wrong = first_of(books)

    assert (wrong.check, wrong.cause, wrong.subject) == ("I8", "root_broken", "root 1 of 2026-11-23")


def test_an_image_that_was_edited_is_named_by_its_hash(books: Session, opened: Books, province: Province) -> None:
    photo = a_photo()
    kept = store_evidence(books, hashlib.sha256(photo).hexdigest(), photo, a_desk(province["courier"]))
    assert examined(books).is_sound

    books.execute(update(EVIDENCE_IMAGE).values(image=b"\xff" + photo))

    wrong = first_of(books)
    assert (wrong.check, wrong.cause) == ("I8", "image")
    assert wrong.subject == f"image:{kept.stored_sha256} is not what was stored"


BESIDE: Mapping[str, tuple[str, str]] = {
    "UPDATE event SET actor = 'another' WHERE chain = :chain AND seq = 2": ("I2", "column_actor"),
    "UPDATE event SET hand = 'give' WHERE chain = :chain AND seq = 2": ("I2", "column_hand"),
    "UPDATE event SET effective_at = recorded_at, recorded_at = effective_at, occurred_at = '2020-01-01 00:00:00' "
    "WHERE chain = :chain AND seq = 2": ("I2", "column_occurred_at"),
    "UPDATE item SET custodian_ref = 'another' WHERE id = :item": ("I4", "column_custodian_ref"),
    "UPDATE item SET attempts = 2 WHERE id = :item": ("I6", "column_attempts"),
    'UPDATE item SET standing = replace(standing, \'"anomalies":[]\', \'"anomalies":["clock_fault"]\') '
    "WHERE id = :item": ("I6", "standing"),
    "UPDATE item SET legal_submission_at = registered_at WHERE id = :item": ("I11", "column_legal_submission_at"),
    "UPDATE item SET citizen_state = 'delivered' WHERE id = :item": ("I23", "column_citizen_state"),
    "UPDATE item SET due_on = '2026-11-22' WHERE id = :item": ("I20", "due_on_a_closed_day"),
    "DELETE FROM open_leg WHERE item_id = :item": ("I9", "open_leg"),
    "UPDATE open_leg SET leg = 'result' WHERE item_id = :item": ("I9", "open_leg"),
}


@pytest.mark.parametrize("statement", BESIDE)
def test_what_stands_beside_the_chain_must_agree_with_it(books: Session, opened: Books, statement: str) -> None:
    opened.edit(statement, item=opened.tale.item.item_id)

    wrong = first_of(books)

    assert (wrong.check, wrong.cause) == BESIDE[statement]
    assert wrong.check in CHECKED


@pytest.fixture
def counted(books: Session, province: Province) -> UUID:
    """A signed count with one found, one missing, and a code that nobody knew."""
    there, _lacking = in_stock(books, province, 2)
    count = Counting(books, province).reads(there.number, "RR401009996VN")
    count.is_signed()
    books.flush()
    return count.id


def test_a_signed_count_whose_differences_are_told_is_sound(books: Session, counted: UUID) -> None:
    assert examined(books).told() == []


COUNTS: Mapping[str, str] = {
    "DELETE FROM discrepancy WHERE code = 'count_mismatch'": "untold_difference",
    "DELETE FROM discrepancy WHERE code = 'orphan_scan'": "untold_difference",
    "UPDATE discrepancy SET subject = '-' || subject WHERE code = 'count_mismatch'": "untold_difference",
    "DELETE FROM stock_line WHERE outcome = 'missing'": "count_lines",
    "UPDATE stock_line SET outcome = 'found' WHERE outcome = 'missing'": "count_lines",
    "UPDATE stock_count SET missing = 0": "count_lines",
    "UPDATE stock_count SET taker = NULL": "count_lines",
}


@pytest.mark.parametrize("statement", COUNTS)
def test_a_difference_that_somebody_made_disappear_is_named(books: Session, counted: UUID, statement: str) -> None:
    drop_triggers(books)
    books.execute(text("DELETE FROM discrepancy_step"))
    books.execute(text(statement))

    wrong = first_of(books)

    assert (wrong.check, wrong.cause) == ("I18", COUNTS[statement])
    assert wrong.subject.startswith(f"count:{counted}")
    assert wrong.check in CHECKED
