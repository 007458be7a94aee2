"""manifests"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "manifest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("short_code", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=6), nullable=False),
        sa.Column("from_kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("from_ref", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("from_office_id", sa.Integer(), nullable=False),
        sa.Column("to_kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("to_ref", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("to_office_id", sa.Integer(), nullable=False),
        sa.Column("bag_number", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True),
        sa.Column("seal_number", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
        sa.Column("opened_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("giver", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("receiver", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("offered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("arrived_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["from_office_id"], ["office.id"], name=op.f("fk_manifest_from_office_id")),
        sa.ForeignKeyConstraint(["to_office_id"], ["office.id"], name=op.f("fk_manifest_to_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest")),
        sa.UniqueConstraint("bag_number", name=op.f("uq_manifest_bag_number")),
        sa.UniqueConstraint("short_code", name=op.f("uq_manifest_short_code")),
    )
    with op.batch_alter_table("manifest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_manifest_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_manifest_from_office_id"), ["from_office_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_manifest_to_office_id"), ["to_office_id"], unique=False)

    op.create_table(
        "manifest_line",
        sa.Column("manifest_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column("added_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("answers", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("given_event", sa.Uuid(), nullable=True),
        sa.Column("taken_event", sa.Uuid(), nullable=True),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_manifest_line_item_id")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_manifest_line_manifest_id")),
        sa.PrimaryKeyConstraint("manifest_id", "line", name=op.f("pk_manifest_line")),
        sa.UniqueConstraint("manifest_id", "code", name=op.f("uq_manifest_line_manifest_id_code")),
    )
    with op.batch_alter_table("manifest_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_manifest_line_item_id"), ["item_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("manifest_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_manifest_line_item_id"))

    op.drop_table("manifest_line")
    with op.batch_alter_table("manifest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_manifest_to_office_id"))
        batch_op.drop_index(batch_op.f("ix_manifest_from_office_id"))
        batch_op.drop_index(batch_op.f("ix_manifest_closed_at"))

    op.drop_table("manifest")
