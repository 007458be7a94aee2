"""Where a transaction begins and ends."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from tracker.store.engine import create_engine, durability_of, reading, transaction
from tracker.store.migrate import is_at_head
from tracker.store.models import Lease, Setting

PATIENCE_SECONDS = 20
LAST_MOMENT = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
# An SQLite file lives nowhere.
MOVE_EAST = {"postgresql": "alter database {} set timezone to 'Asia/Ho_Chi_Minh'", "sqlite": "select 1"}


def settings(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Setting)) or 0


class Fault(Exception):
    """Anything that goes wrong half-way."""


def write_and_fail(session: Session) -> None:
    session.add(Setting(key="a", value="1"))
    session.flush()
    raise Fault


def test_a_transaction_keeps_all_or_nothing(engine: Engine) -> None:
    with pytest.raises(Fault), transaction(engine) as session:
        write_and_fail(session)

    with reading(engine) as session:
        assert settings(session) == 0


def test_reading_does_not_wait_for_a_writer_and_does_not_see_what_is_not_committed(engine: Engine) -> None:
    with transaction(engine) as writer:
        writer.add(Setting(key="a", value="1"))
        writer.flush()

        with reading(engine) as reader:
            assert settings(reader) == 0
        assert is_at_head(engine)
        assert durability_of(engine)

    with reading(engine) as reader:
        assert settings(reader) == 1


def test_a_reading_sees_one_moment(engine: Engine) -> None:
    with reading(engine) as reader:
        before = settings(reader)
        with transaction(engine) as writer:
            writer.add(Setting(key="a", value="1"))

        assert settings(reader) == before == 0


def test_what_is_written_while_reading_is_not_kept(engine: Engine) -> None:
    with pytest.raises((DBAPIError, Fault)), reading(engine) as session:
        write_and_fail(session)

    with reading(engine) as session:
        assert settings(session) == 0


def test_two_writers_add_up_because_each_locks_before_it_reads(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(Setting(key="sum", value="0"))
    faults: list[BaseException] = []

    def add_one() -> None:
        try:
            for _ in range(10):
                with transaction(engine) as session:
                    row = session.scalars(select(Setting).where(col(Setting.key) == "sum").with_for_update()).one()
                    row.value = str(int(row.value) + 1)
        except BaseException as fault:  # noqa: BLE001  # shown by the assertion below
            faults.append(fault)

    desks = [threading.Thread(target=add_one) for _ in range(3)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(PATIENCE_SECONDS)

    assert faults == []
    with reading(engine) as session:
        assert session.scalar(select(col(Setting.value)).where(col(Setting.key) == "sum")) == "30"


def test_an_instant_comes_back_even_where_the_database_lives_east_of_greenwich(
    engine: Engine, engine_name: str, database_url: str
) -> None:
    """The last moment of the calendar would lie in the year 10000 there, and could not be read any more."""
    with engine.begin() as connection:
        connection.execute(text(MOVE_EAST[engine_name].format(engine.url.database)))
    moved = create_engine(database_url)

    with transaction(moved) as session:
        session.add(Lease(name="a", holder="b", token=1, until_at=LAST_MOMENT))

    with reading(moved) as session:
        assert session.scalar(select(col(Lease.until_at))) == LAST_MOMENT
    moved.dispose()


def test_the_recording_connection_waits_for_the_disk(engine: Engine, engine_name: str) -> None:
    """The suite's PostgreSQL runs without; an installation's own is examined by the doctor and the drills."""
    expected = {"sqlite": {"synchronous": "FULL"}, "postgresql": durability_of(engine)}

    assert durability_of(engine) == expected[engine_name]
