"""Triggers that make a table append-only: UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE all fail."""

from sqlalchemy import Connection

# The unique columns of each table: on SQLite an INSERT OR REPLACE on one of them would delete the old row first.
UNIQUE_KEYS: dict[str, tuple[str, ...]] = {
    "event": ("NEW.id = id", "NEW.event_id = event_id", "NEW.chain = chain AND NEW.seq = seq"),
    "adoption": ("NEW.chain = chain",),
    "evidence": ("NEW.sha256 = sha256",),
    "claim": ("NEW.id = id",),
    "postal_claim": ("NEW.id = id", "NEW.source = source AND NEW.reference = reference"),
    "pushed_claim": ("NEW.id = id", "NEW.source = source AND NEW.webhook_id = webhook_id"),
    "audit_row": ("NEW.id = id",),
    "discrepancy_step": ("NEW.id = id",),
    "daily_root": ("NEW.number = number", "NEW.day = day AND NEW.of_day = of_day"),
    "root_leaf": ("NEW.root_number = root_number AND NEW.position = position", "NEW.chain = chain AND NEW.seq = seq"),
    "root_publication": ("NEW.root_number = root_number AND NEW.place = place",),
    "verification": ("NEW.id = id",),
    "late_evidence": ("NEW.id = id", "NEW.item_id = item_id AND NEW.event_id = event_id"),
    "late_review": ("NEW.late_id = late_id",),
    "print_sending": ("NEW.id = id",),
    "notice": ("NEW.id = id",),
    "decision_table": ("NEW.version = version",),
    "dropped_file": ("NEW.sha256 = sha256",),
}


def protect(connection: Connection, table: str) -> None:
    if connection.dialect.name == "sqlite":
        _protect_sqlite(connection, table)
    else:
        _protect_postgresql(connection, table)


def _protect_sqlite(connection: Connection, table: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    known = " OR ".join(f"({key})" for key in UNIQUE_KEYS[table])
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {known}) {refuse}"
    )


def _protect_postgresql(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
