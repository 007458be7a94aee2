"""what reconciliation asks for first: narrow indexes, and which dossiers changed since it looked

A later migration that rebuilds a table on SQLite (`op.batch_alter_table` on dossier, dossier_number, item,
item_dossier, event, fee, claim, postal_claim or notice) drops its triggers: see tracker.store.migrations.changes.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.store.migrations.changes import forget_changes, note_changes
from tracker.store.models.events import TELLS_AUTHORISED, TELLS_MONEY

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Name, table, columns, and the rows it keeps as each engine spells it.
INDEXES: tuple[tuple[str, str, tuple[str, ...], str, str], ...] = (
    ("ix_item_under_way", "item", ("leg", "status", "direction"), "is_final = 0", "is_final = false"),
    ("ix_item_last_heard", "item", ("is_final", "status", "last_event_at"), "is_final = 0", "is_final = false"),
    ("ix_item_due", "item", ("is_final", "due_on"), "is_final = 0", "is_final = false"),
    (
        "ix_item_pending",
        "item",
        ("is_final", "pending_since"),
        "pending_since IS NOT NULL",
        "pending_since IS NOT NULL",
    ),
    (
        "ix_item_ended",
        "item",
        ("final_at", "status", "leg", "resend"),
        "final_at IS NOT NULL",
        "final_at IS NOT NULL",
    ),
    (
        "ix_fee_owed",
        "fee",
        ("item_id", "amount"),
        "payer = 'recipient' AND paid = 0",
        "payer = 'recipient' AND paid = false",
    ),
    ("ix_event_money", "event", ("item_id",), TELLS_MONEY, TELLS_MONEY),
    ("ix_event_authorised", "event", ("item_id",), TELLS_AUTHORISED, TELLS_AUTHORISED),
    ("ix_item_dossier_of_dossier", "item_dossier", ("dossier_id", "item_id"), "", ""),
    ("ix_dossier_one_stop", "dossier", ("one_stop_status", "processing_due_on"), "", ""),
    ("ix_dossier_said", "dossier", ("one_stop_said_at",), "", ""),
    ("ix_claim_status", "claim", ("dossier_id", "source", "status"), "", ""),
)


def upgrade() -> None:
    for name, table, columns, sqlite, postgresql in INDEXES:
        kept = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)} if sqlite else {}
        op.create_index(name, table, list(columns), unique=False, **kept)  # type: ignore[arg-type]  # of the dialects
    op.drop_index("ix_item_dossier_dossier_id", table_name="item_dossier")
    op.create_table(
        "changed_dossier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_dossier")),
    )
    op.create_table(
        "grace_end",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_grace_end")),
    )
    op.create_index("ix_grace_end_ends_at", "grace_end", ["ends_at"])
    op.create_table(
        "reconciled",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("looked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("whole_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("terms", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciled")),
    )
    note_changes(op.get_bind())


def downgrade() -> None:
    forget_changes(op.get_bind())
    for table in ("reconciled", "grace_end", "changed_dossier"):
        op.drop_table(table)
    op.create_index("ix_item_dossier_dossier_id", "item_dossier", ["dossier_id"])
    for name, table, *_ in INDEXES:
        op.drop_index(name, table_name=table)
