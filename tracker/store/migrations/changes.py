"""Triggers that note which dossiers changed in what reconciliation reads of them, whoever writes.

Beware on SQLite: a batch migration (`op.batch_alter_table`) copies a table and drops the old one, and with it these
triggers. A migration that alters one of the tables below that way calls `forget_changes` before and `note_changes`
after; tests/store/test_changes.py fails where one is missing.
"""

from sqlalchemy import Connection

_OF_ITEM = "SELECT dossier_id FROM item_dossier WHERE item_id = NEW.{key}"
_OF_DOSSIER = "SELECT NEW.{key}"
_IF_KNOWN = "SELECT NEW.dossier_id WHERE NEW.dossier_id IS NOT NULL"
# The order of an envelope is found by its number too: the same number may have been another envelope's before.
_OF_ORDER = (
    _IF_KNOWN
    + " UNION "
    + _OF_ITEM.format(key="item_id")
    + " UNION SELECT dossier_id FROM item_dossier JOIN item ON item.id = item_dossier.item_id"
    " WHERE item.number IN (NEW.item_code, NEW.order_number)"
)

# Table, when, whose dossiers: all that `tracker.store.queries.reconciliation.cases` reads of a dossier.
NOTED: tuple[tuple[str, str, str], ...] = (
    ("dossier", "INSERT", _OF_DOSSIER.format(key="id")),
    ("dossier", "UPDATE", _OF_DOSSIER.format(key="id")),
    ("dossier_number", "INSERT", _OF_DOSSIER.format(key="dossier_id")),
    ("item_dossier", "INSERT", _OF_DOSSIER.format(key="dossier_id")),
    ("item", "UPDATE", _OF_ITEM.format(key="id")),
    ("event", "INSERT", _OF_ITEM.format(key="item_id")),
    ("fee", "INSERT", _OF_ITEM.format(key="item_id")),
    ("fee", "UPDATE", _OF_ITEM.format(key="item_id")),
    ("claim", "INSERT", _IF_KNOWN),
    ("postal_claim", "INSERT", _OF_ORDER),
    ("notice", "INSERT", _OF_DOSSIER.format(key="dossier_id")),
)


def name_of(table: str, verb: str) -> str:
    return f"{table}_{verb.lower()}_noted"


def note_changes(connection: Connection) -> None:
    for table, verb, dossiers in NOTED:
        note = f"INSERT INTO changed_dossier (dossier_id) {dossiers};"
        name = name_of(table, verb)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {note} END")
            continue
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {note} RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def forget_changes(connection: Connection) -> None:
    for table, verb, _ in NOTED:
        name = name_of(table, verb)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"DROP FUNCTION {name}() CASCADE")
