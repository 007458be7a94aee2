"""stock counts"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=6), nullable=False),
        sa.Column("place_kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("place_ref", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("leaver", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("taker", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("signed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("surplus", sa.Integer(), nullable=False),
        sa.Column("taken_in", sa.Integer(), nullable=False),
        sa.Column("events_before", sa.Integer(), nullable=True),
        sa.Column("events_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_stock_count_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
    )
    with op.batch_alter_table("stock_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_count_office_id"), ["office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stock_count_signed_at"), ["signed_at"], unique=False)
        batch_op.create_index(
            "uq_stock_count_open",
            ["place_kind", "place_ref"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "stock_line",
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("code_read", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("read_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("record_kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True),
        sa.Column("record_ref", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("is_stock", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["stock_count.id"], name=op.f("fk_stock_line_count_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_stock_line_item_id")),
        sa.PrimaryKeyConstraint("count_id", "line", name=op.f("pk_stock_line")),
        sa.UniqueConstraint("count_id", "code", name=op.f("uq_stock_line_count_id_code")),
    )
    with op.batch_alter_table("stock_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_line_item_id"), ["item_id"], unique=False)
    # The stock of one place, asked for at every look at an open count.
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_custodian", ["custodian_ref", "is_final"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_custodian")

    op.drop_table("stock_line")
    op.drop_table("stock_count")
