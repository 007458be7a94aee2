"""How SQLite goes about what reconciliation asks: a wrong plan costs hours over a country's books, and none here."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.dialects.sqlite.pysqlite import dialect
from sqlmodel import Session

from schedules.reconciliation.looking import judging_of
from schedules.reconciliation.scope import bounds_of
from tests.engines import sqlite_copy
from tests.schedules.planting import CONFIG, NOW
from tracker.domain.discrepancies import DiscrepancyCode as Code
from tracker.store.engine import create_engine, reading
from tracker.store.queries.given import given_ids
from tracker.store.queries.reconciliation import events_read
from tracker.store.queries.suspects import PREFILTERS, suspects_query
from tracker.store.queries.suspicion import Bounds, Dossiers, whole

Step = tuple[int, int, str]


def plan_of(session: Session, asked: Dossiers) -> list[Step]:
    """Number, number of the step it belongs to, and what it does."""
    text = str(asked.compile(dialect=dialect(), compile_kwargs={"literal_binds": True}))
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")
    return [(row[0], row[1], row[3]) for row in rows]


def asked_for_each(plan: list[Step]) -> Iterator[str]:
    """Searches inside what is asked anew for each row."""
    inside: set[int] = set()
    for number, parent, step in plan:
        if parent in inside or step.startswith("CORRELATED"):
            inside.add(number)
            yield step


@pytest.fixture(scope="module")
def session(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """PostgreSQL plans by what is in its tables."""
    engine = create_engine(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("plans")))
    with reading(engine) as session:
        yield session
    engine.dispose()


def bounds_with_orders(session: Session) -> Bounds:
    bounds = bounds_of(session, judging_of(session, CONFIG, NOW))
    return replace(bounds, post_since=NOW, has_orders=True)


def test_no_question_of_one_dossier_goes_through_all_items(session: Session) -> None:
    bounds = bounds_with_orders(session)
    of_few = replace(bounds, of_few=True)

    plans = [
        plan_of(session, suspects_query(list(Code), bounds)),
        plan_of(session, suspects_query(list(PREFILTERS), of_few, given_ids(session, range(500)))),
    ]

    asked = [step for plan in plans for step in asked_for_each(plan)]
    assert any("SEARCH item" in step for step in asked)
    assert [step for step in asked if "is_final=?" in step or step.startswith("SCAN")] == []


@pytest.mark.parametrize(
    ("code", "index"), [(Code.LATE_POSTAL, "ix_item_due"), (Code.OPEN_HANDOVER, "ix_item_pending")]
)
def test_what_time_alone_brings_is_found_by_its_own_index(session: Session, code: Code, index: str) -> None:
    bounds = bounds_with_orders(session)

    (asked,) = whole(PREFILTERS[code](replace(bounds, since=bounds.outlived)))

    assert any(index in step for _, _, step in plan_of(session, asked))


def test_the_events_of_many_items_are_found_by_their_items(session: Session) -> None:
    """No index that others need leads it through all events of a type."""
    found = [step for _, _, step in plan_of(session, events_read(range(1, 2001))) if "event" in step]

    assert found
    assert [step for step in found if "item_id=?" not in step] == []
