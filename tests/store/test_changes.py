"""What reconciliation reads of a dossier cannot change unnoted, whoever writes: triggers see it, on both engines."""

import re
from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from sqlalchemy import Engine, delete, event, insert, select, text, update
from sqlmodel import Session

from tests.schedules.planting import NOW, Place, a_dossier, a_fee, a_place, an_event, an_item
from tests.schedules.reconciliation.histories import Histories
from tests.schedules.reconciliation.test_post_feed import said
from tests.schedules.reconciliation.test_run import NUMBER, RETURNED
from tracker.actions.claims import take_claims
from tracker.store.engine import reading, transaction
from tracker.store.migrations.changes import NOTED, name_of
from tracker.store.queries.reconciliation import cases, lookups
from tracker.store.tables import CHANGED_DOSSIER, DOSSIER, DOSSIER_NUMBER, FEE, ITEM, ITEM_DOSSIER

_MADE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_noted'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE '%_noted'",
}
# A dossier with its number and its envelope, a second one beside it.
FIRST, SECOND, ITEM_NUMBER = 1, 2, "EE123456785VN"

Write = Callable[[Session, int], object]
WRITES: dict[str, Write] = {
    "dossier UPDATE": lambda session, _: session.execute(
        update(DOSSIER).where(DOSSIER.c.id == FIRST).values(processing_due_on=date(2026, 12, 1))
    ),
    "dossier_number INSERT": lambda session, _: session.execute(
        insert(DOSSIER_NUMBER).values(compared="P1", dossier_id=FIRST, text="P1", kind="portal")
    ),
    "item UPDATE": lambda session, item: session.execute(
        update(ITEM).where(ITEM.c.id == item).values(due_on=date(2026, 12, 1))
    ),
    "event INSERT": lambda session, item: an_event(session, item, "arrived", NOW),
    "fee INSERT": lambda session, item: a_fee(session, item, 7_000),
    "claim INSERT": lambda session, _: take_claims(session, [RETURNED], at=NOW),
    "postal_claim INSERT": lambda session, _: said(session, ITEM_NUMBER),
    "notice INSERT": lambda session, _: session.execute(
        text("INSERT INTO notice (dossier_id, kind, means, at, actor) VALUES (1, 'k', 'phone', '2026-11-23', 'a')")
    ),
}


@pytest.fixture
def place(engine: Engine) -> Place:
    with transaction(engine) as session:
        return a_place(session)


def test_every_migration_has_left_the_triggers_where_they_are(engine: Engine) -> None:
    with reading(engine) as session:
        made = set(session.scalars(text(_MADE[engine.dialect.name])))

    assert made == {name_of(table, verb) for table, verb, _ in NOTED}


def test_every_table_that_is_read_of_a_dossier_is_watched(engine: Engine, place: Place) -> None:
    with transaction(engine) as session:
        told = Histories(session, place, Random(22))
        told.tell(8)
    read: set[str] = set()

    def take_names(_connection: object, _cursor: object, asked: str, *_: object) -> None:
        read.update(re.findall(r"(?:FROM|JOIN) (\w+)", asked))

    event.listen(engine, "before_cursor_execute", take_names)

    with reading(engine) as session:
        known = lookups(session)
        read.clear()
        cases(session, told.dossiers, known)

    assert read - {table for table, _, _ in NOTED} == set()
    assert {"dossier", "item", "event", "claim", "postal_claim", "notice", "fee"} <= read


@pytest.mark.parametrize("what", WRITES)
def test_a_write_is_noted_with_its_dossier_and_no_other(engine: Engine, place: Place, what: str) -> None:
    with transaction(engine) as session:
        first, second = a_dossier(session, place, NUMBER), a_dossier(session, place, f"{NUMBER}-2")
        assert (first, second) == (FIRST, SECOND)
        item = an_item(session, place, [first], number=ITEM_NUMBER)
        session.execute(delete(CHANGED_DOSSIER))

        WRITES[what](session, item)

        assert set(session.scalars(select(CHANGED_DOSSIER.c.dossier_id))) == {first}


def test_a_new_link_and_a_fee_that_is_paid_are_noted_of_each_dossier_of_the_envelope(
    engine: Engine, place: Place
) -> None:
    with transaction(engine) as session:
        first, second = a_dossier(session, place, NUMBER), a_dossier(session, place, f"{NUMBER}-2")
        assert set(session.scalars(select(CHANGED_DOSSIER.c.dossier_id))) == {first, second}
        item = an_item(session, place, [first])
        a_fee(session, item, 7_000)
        session.execute(delete(CHANGED_DOSSIER))

        session.execute(insert(ITEM_DOSSIER).values(item_id=item, dossier_id=second))
        linked = set(session.scalars(select(CHANGED_DOSSIER.c.dossier_id)))
        session.execute(update(FEE).where(FEE.c.item_id == item).values(paid=True))

        assert linked == {second}
        assert set(session.scalars(select(CHANGED_DOSSIER.c.dossier_id))) == {first, second}
