"""outage sheets"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outage_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("batch", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=6), nullable=False),
        sa.Column("printed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("printed_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("closed_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_outage_sheet_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_outage_sheet_number")),
    )
    with op.batch_alter_table("outage_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outage_sheet_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_outage_sheet_office_id"), ["office_id"], unique=False)

    op.create_table(
        "outage_row",
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
        sa.Column("settled_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("settled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["outage_sheet.id"], name=op.f("fk_outage_row_sheet_id")),
        sa.PrimaryKeyConstraint("sheet_id", "line", name=op.f("pk_outage_row")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outage_row_event_id")),
    )


def downgrade() -> None:
    op.drop_table("outage_row")
    with op.batch_alter_table("outage_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outage_sheet_office_id"))
        batch_op.drop_index(batch_op.f("ix_outage_sheet_batch"))

    op.drop_table("outage_sheet")
