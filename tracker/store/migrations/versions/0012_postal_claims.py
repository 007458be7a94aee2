"""postal claims, cursors of feeds"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.store.migrations.append_only import protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

APPEND_ONLY = ("postal_claim",)
INDEXED = ("dossier_id", "item_id", "order_number")


def upgrade() -> None:
    op.create_table(
        "postal_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("order_number", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("item_code", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("mapping", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("first_seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_postal_claim_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_postal_claim_item_id")),
        sa.ForeignKeyConstraint(["run_id"], ["job_run.id"], name=op.f("fk_postal_claim_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_claim")),
        sa.UniqueConstraint("source", "reference", name=op.f("uq_postal_claim_source_reference")),
    )
    with op.batch_alter_table("postal_claim", schema=None) as batch_op:
        for name in INDEXED:
            batch_op.create_index(batch_op.f(f"ix_postal_claim_{name}"), [name], unique=False)
    op.add_column(
        "feed_state",
        sa.Column("cursor", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False, server_default=""),
    )
    for table in APPEND_ONLY:
        protect(op.get_bind(), table)


def downgrade() -> None:
    op.drop_column("feed_state", "cursor")
    with op.batch_alter_table("postal_claim", schema=None) as batch_op:
        for name in INDEXED:
            batch_op.drop_index(batch_op.f(f"ix_postal_claim_{name}"))

    op.drop_table("postal_claim")
