"""The suite's own ground: two engines alike, and a PostgreSQL that drills can kill."""

import psycopg
import pytest
from sqlalchemy import Engine

from tests.engines import postgres_server
from tracker.store.migrate import is_at_head


def test_every_test_starts_with_an_empty_database_at_the_newest_schema(engine: Engine) -> None:
    assert is_at_head(engine)


def test_the_engine_asked_for_is_the_engine_given(engine: Engine, engine_name: str) -> None:
    assert engine.dialect.name == engine_name


def test_a_durable_server_keeps_a_committed_row_through_a_kill() -> None:
    with postgres_server(durable=True) as server:
        url = server.create_database("drill")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table row as select 7 as number")

            server.kill()
            with pytest.raises(psycopg.OperationalError):
                _ask_until_it_is_gone(connection)
        server.start()

        with psycopg.connect(url) as connection:
            assert connection.execute("select number from row").fetchall() == [(7,)]
            assert connection.execute("show fsync").fetchone() == ("on",)


def _ask_until_it_is_gone(connection: psycopg.Connection) -> None:
    """The server's own process for this connection sees the kill a moment later."""
    while connection.execute("select pg_sleep(0.01)").fetchone():
        pass
