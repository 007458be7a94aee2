"""Alembic's entry: the connection is handed over by tracker.store.migrate, never read from a file."""

from alembic import context

from tracker.store.migrations.unmodelled import is_modelled
from tracker.store.models import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    include_name=is_modelled,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
