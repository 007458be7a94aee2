"""What is written once stays: the database itself refuses, on both engines, for every table of the list."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import DBAPIError

from tracker.domain.chain import ZERO
from tracker.store.migrations.append_only import UNIQUE_KEYS
from tracker.store.models import APPEND_ONLY, metadata

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ID = "019ab000-0000-7000-8000-000000000001"

# One row of each table, with nothing that it must point to.
ROWS: Mapping[str, Mapping[str, object]] = {
    "event": {
        "id": 1, "event_id": UUID(ID), "chain": "code:X", "seq": 1, "type": "arrived",
        "occurred_at": AT, "effective_at": AT, "recorded_at": AT, "device": "d", "actor": "a", "actor_role": "driver",
        "told": "", "chained": "{}", "hash": "0" * 64,
    },
    "adoption": {"chain": "code:X", "item_id": 1, "adopted_at": AT, "actor": "a"},
    "evidence": {"sha256": "0" * 64, "stored_sha256": "1" * 64, "uploaded_at": AT, "uploaded_by": 1},
    "claim": {"id": 1, "source": "one_stop", "number": "1", "word": "new", "said_at": AT, "first_seen_at": AT},
    "postal_claim": {
        "id": 1, "source": "vnpost", "reference": "1", "order_number": "1", "item_code": "", "code": "4", "text": "",
        "mapping": "ngsp-1", "place": "", "said_at": AT, "first_seen_at": AT,
    },
    "pushed_claim": {
        "id": 1, "source": "portal", "webhook_id": "msg_1", "number": "1", "word": "4", "mapping": "push-1",
        "said_at": AT, "received_at": AT,
    },
    "audit_row": {"id": 1, "at": AT, "actor": "a", "action": "b", "subject": "c", "reason": ""},
    "discrepancy_step": {"id": 1, "discrepancy_id": 1, "at": AT, "step": "opened", "actor": "a", "note": ""},
    "daily_root": {"number": 1, "day": AT.date(), "of_day": 1, "made_at": AT, "made_by": "a", "root": ZERO, "size": 0},
    "root_leaf": {"root_number": 1, "position": 1, "chain": "code:X", "seq": 1, "head": ZERO},
    "root_publication": {"root_number": 1, "place": "root-2026-11-23.json", "published_at": AT},
    "verification": {
        "id": 1, "started_at": AT, "ended_at": AT, "is_sound": True,
        "checked": "[]", "counts": "{}", "faults": "[]", "fault_count": 0,
    },
    "late_evidence": {"id": 1, "item_id": 1, "event_id": UUID(ID), "found_at": AT, "before": "{}", "after": "{}"},
    "late_review": {"late_id": 1, "outcome": "accepted", "reviewed_by": "a", "reviewed_at": AT},
    "notice": {"id": 1, "dossier_id": 1, "kind": "supplement_asked", "means": "phone", "at": AT, "actor": "a"},
    "decision_table": {
        "version": 1, "in_force_from": AT.date(), "first_used_at": AT, "rows": "[]", "hash": "0" * 64,
    },
    "dropped_file": {"sha256": "0" * 64, "rows": 1, "rejected": 0, "done_at": AT},
    "print_sending": {"id": 1, "printer_id": 1, "at": AT, "actor": "a", "outcome": "sent"},
}  # fmt: skip


def test_every_protected_table_is_known_and_shown_here() -> None:
    assert set(APPEND_ONLY) == set(UNIQUE_KEYS) == set(ROWS)


def _fill(connection: Connection, table: str) -> None:
    """Without the rows it points to: only this table matters."""
    switches = {"sqlite": "PRAGMA defer_foreign_keys = ON", "postgresql": "SET session_replication_role = replica"}
    connection.execute(text(switches[connection.dialect.name]))
    connection.execute(insert(metadata.tables[table]).values(**ROWS[table]))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = origin"))


def _refused(connection: Connection, statement: str) -> str:
    with pytest.raises(DBAPIError) as refused, connection.begin_nested():
        connection.execute(text(statement))
    return str(refused.value)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_row_is_changed_removed_or_replaced(engine: Engine, table: str) -> None:
    first = metadata.tables[table].columns.keys()[0]
    empty_it = {"sqlite": f"DELETE FROM {table} WHERE 1", "postgresql": f"TRUNCATE {table} CASCADE"}
    over_it = {
        "sqlite": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "postgresql": f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({_key(table)}) "
        f"DO UPDATE SET {first} = EXCLUDED.{first}",
    }
    with engine.connect() as connection:
        _fill(connection, table)

        for statement in (
            f"UPDATE {table} SET {first} = {first}",
            f"DELETE FROM {table}",
            empty_it[engine.dialect.name],
            over_it[engine.dialect.name],
        ):
            assert "append-only" in _refused(connection, statement), statement
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
        connection.rollback()


def _key(table: str) -> str:
    return ", ".join(column.name for column in metadata.tables[table].primary_key.columns)


# What INSERT OR REPLACE would have to delete: a row with the same id, or one at the same place of its chain.
FORGED = {"its id": "event_id, 'code:Z', seq", "its place": "{other}, chain, seq"}
REPLACE = {"sqlite": "INSERT OR REPLACE INTO", "postgresql": "INSERT INTO"}
OTHER_ID = {"sqlite": f"'{ID.replace('-', '')[:-1]}2'", "postgresql": f"uuid '{ID[:-1]}2'"}


@pytest.mark.parametrize("taken", FORGED)
def test_an_event_is_not_replaced_by_another_with_its_id_or_its_place(engine: Engine, taken: str) -> None:
    name = engine.dialect.name
    copied = "type, occurred_at, effective_at, recorded_at, device, actor, actor_role, told"
    values = FORGED[taken].format(other=OTHER_ID[name])
    forgery = (
        f"{REPLACE[name]} event (event_id, chain, seq, {copied}, chained, hash) "
        f"SELECT {values}, {copied}, 'forged', hash FROM event"
    )
    with engine.connect() as connection:
        _fill(connection, "event")

        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.execute(text(forgery))

        assert connection.execute(text("SELECT chained FROM event")).scalars().all() == ["{}"]
        connection.rollback()
