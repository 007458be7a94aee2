"""people found by the words of their names"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from tracker.store.migrations.unmodelled import NAMES

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT_ONCE = 1000
_PERSON = sa.table("person", sa.column("id", sa.Integer), sa.column("folded_name", sa.String))
# What SQLite keeps of a name: its words, and each two of them beside each other with a sign that no word holds. The
# lists of two words are short where those of single ones (Nguyễn, Thị) are long: that is what makes a full name quick.
# `ascii` parts at single spaces only, as a word holds no other sign of ASCII but letters and digits.
# Nothing of the name itself is kept (content=''), and what was learnt can be computed anew, to be forgotten.
_PAIR = "\u00b7"
_SPLIT = """json_each('["' || replace({row}folded_name, ' ', '","') || '"]')"""
_PAIRS = f"group_concat(' {_PAIR}' || one.value || '{_PAIR}' || other.value, '')"
_WORDS = (
    "{row}folded_name || coalesce("
    f"(SELECT {_PAIRS} FROM {_SPLIT} AS one, {_SPLIT} AS other WHERE one.key <> other.key), '')"
)
_FORGET = f"INSERT INTO {NAMES}({NAMES}, rowid, words) VALUES ('delete', OLD.id, {_WORDS.format(row='OLD.')});"
_LEARN = f"INSERT INTO {NAMES}(rowid, words) VALUES (NEW.id, {_WORDS.format(row='NEW.')});"
_TRIGGERS = {"INSERT": _LEARN, "DELETE": _FORGET, "UPDATE": f"{_FORGET} {_LEARN}"}
_TABLE = f"""CREATE VIRTUAL TABLE {NAMES} USING fts5(
    words, content='', tokenize='ascii', detail=none, columnsize=0, prefix='1 2 3'
)"""
# No parser, no dictionary, no extension: a word is what stands between two spaces, as on SQLite.
_INDEX = f"CREATE INDEX {NAMES} ON person USING gin (array_to_tsvector(string_to_array(folded_name, ' ')))"
_CITIZENS = ("sender", "recipient")


def upgrade() -> None:
    op.drop_index("ix_person_folded_name", table_name="person")
    _part_words_at_every_sign()
    _index_names()
    op.create_index("ix_dossier_applicant_id", "dossier", ["applicant_id"])
    for end in _CITIZENS:
        known = sa.text(f"{end}_id IS NOT NULL")
        op.create_index(f"ix_item_{end}", "item", [f"{end}_id"], sqlite_where=known, postgresql_where=known)


def _index_names() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_INDEX)
        return
    sqlite = op.get_bind()
    # The driver's own text: a colon or a percent sign is no parameter here.
    sqlite.exec_driver_sql(_TABLE)
    sqlite.exec_driver_sql(f"INSERT INTO {NAMES}(rowid, words) SELECT id, {_WORDS.format(row='')} FROM person")
    for verb, then in _TRIGGERS.items():
        sqlite.exec_driver_sql(f"CREATE TRIGGER {NAMES}_{verb.lower()} AFTER {verb} ON person BEGIN {then} END")


def _part_words_at_every_sign() -> None:
    """Before this, a hyphen or an apostrophe stood inside a word of the folded name."""
    connection = op.get_bind()
    change = sa.update(_PERSON).where(_PERSON.c.id == sa.bindparam("known")).values(folded_name=sa.bindparam("words"))
    for rows in _people(connection):
        parted = [{"known": row.id, "words": _parted(row.folded_name)} for row in rows]
        changed = [one for one, row in zip(parted, rows, strict=True) if one["words"] != row.folded_name]
        if changed:
            connection.execute(change, changed)


def _people(connection: sa.Connection) -> Iterator[list[sa.Row[tuple[int, str]]]]:
    last = 0
    while rows := list(
        connection.execute(sa.select(_PERSON).where(_PERSON.c.id > last).order_by(_PERSON.c.id).limit(AT_ONCE))
    ):
        yield rows
        last = rows[-1].id


def _parted(folded: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in folded).split())


def downgrade() -> None:
    for end in _CITIZENS:
        op.drop_index(f"ix_item_{end}", table_name="item")
    op.drop_index("ix_dossier_applicant_id", table_name="dossier")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP INDEX {NAMES}")
    else:
        for verb in _TRIGGERS:
            op.execute(f"DROP TRIGGER {NAMES}_{verb.lower()}")
        op.execute(f"DROP TABLE {NAMES}")
    op.create_index("ix_person_folded_name", "person", ["folded_name"])
