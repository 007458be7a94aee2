"""The only place where a transaction begins and ends, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine as _create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

BUSY_TIMEOUT_MS = 10_000


def create_engine(url: str, *, gives_up_when_frozen_seconds: float | None = None) -> Engine:
    """Every connection is durable: SQLite WAL with synchronous=FULL; PostgreSQL as its server says.

    A fault never tells the values of its statement: they are people's names and phones.
    `gives_up_when_frozen_seconds`: after so long without a word, PostgreSQL rolls back an open transaction,
    so that a process that froze, or whose host vanished, keeps no lock. SQLite cannot take a lock from a process.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    arguments = {}
    if gives_up_when_frozen_seconds is not None:
        arguments["options"] = f"-c idle_in_transaction_session_timeout={int(gives_up_when_frozen_seconds * 1000)}"
    engine = _create_engine(
        parsed, connect_args=arguments, pool_pre_ping=True, pool_size=10, max_overflow=20, hide_parameters=True
    )
    event.listen(engine, "connect", _speak_utc)
    return engine


def _speak_utc(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """East of Greenwich the calendar's last day lies in the year 10000, which no program could read back."""
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()


def _sqlite_engine(url: str) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = _create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _make_sqlite_durable)
    # The driver's own implicit BEGIN is deferred: two desks would both read, then one would fail.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(_begin_of(connection)))
    return engine


def _begin_of(connection: object) -> str:
    options = connection.get_execution_options()  # type: ignore[attr-defined]  # sqlalchemy Connection, untyped in the hook
    return "BEGIN" if options.get("reads_only") else "BEGIN IMMEDIATE"


def _make_sqlite_durable(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "recursive_triggers=ON",  # REPLACE must fire delete triggers: append-only depends on it
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Writes: all or nothing. SQLite takes the write lock at once, so two desks queue instead of colliding."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Reads see one moment, take no write lock, and are rolled back at the end."""
    with Session(readers_of(engine), expire_on_commit=False) as session:
        try:
            yield session
        finally:
            session.expunge_all()  # a rollback would empty the rows a page still shows
            session.rollback()


def readers_of(engine: Engine) -> Engine:
    """The same database for who only reads: never waits for a writer, and nobody waits for it."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reads_only=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def durability_of(engine: Engine) -> dict[str, str]:
    """What the recording connection itself reports: synchronous (SQLite) or fsync, synchronous_commit."""
    with readers_of(engine).connect() as connection:
        if engine.dialect.name == "sqlite":
            level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            return {"synchronous": {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}[int(level or 0)]}
        return {
            name: str(connection.execute(text(f"SHOW {name}")).scalar())
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        }
