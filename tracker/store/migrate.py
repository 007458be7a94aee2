"""Schema to head, and whether it is there."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from tracker.store.engine import create_engine, readers_of
from tracker.store.migrations.unmodelled import is_modelled
from tracker.store.models import metadata


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(url: str) -> None:
    """Two processes may start at once: the second waits for the first and finds nothing to do."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(720261123)")
        command.upgrade(_alembic(connection), "head")
    engine.dispose()


def write_migration(url: str, message: str) -> None:
    """For developers: the difference between tables and models as a new migration to read and mend."""
    engine = create_engine(url)
    with engine.begin() as connection:
        command.revision(_alembic(connection), message=message, autogenerate=True)
    engine.dispose()


def revision_of(engine: Engine) -> str | None:
    """The schema's version; None for an empty database."""
    with readers_of(engine).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_at_head(engine: Engine) -> bool:
    with readers_of(engine).connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(_alembic()).get_current_head()


def differences(engine: Engine) -> list[object]:
    """What a new migration would change; empty when models and migrations agree."""
    with readers_of(engine).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_modelled})
        return list(compare_metadata(context, metadata))
