"""printers, proof pages, sendings"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.store.migrations.append_only import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APPEND_ONLY = ("print_sending",)


def upgrade() -> None:
    op.create_table(
        "printer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("address", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("format", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("dx_mm", sa.Float(), nullable=False),
        sa.Column("dy_mm", sa.Float(), nullable=False),
        sa.Column("scale", sa.Float(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_printer_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer")),
        sa.UniqueConstraint("office_id", "name", name=op.f("uq_printer_office_id_name")),
    )
    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printer_office_id"), ["office_id"], unique=False)

    op.create_table(
        "printer_proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("printer_id", sa.Integer(), nullable=False),
        sa.Column("codes", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("reads", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("format", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("dx_mm", sa.Float(), nullable=False),
        sa.Column("dy_mm", sa.Float(), nullable=False),
        sa.Column("scale", sa.Float(), nullable=False),
        sa.Column("printed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("printed_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("judged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("judged_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("verdict", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=True),
        sa.Column("faults", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("left_mm", sa.Float(), nullable=True),
        sa.Column("top_mm", sa.Float(), nullable=True),
        sa.Column("length_mm", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"], name=op.f("fk_printer_proof_printer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer_proof")),
    )
    with op.batch_alter_table("printer_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_printer_proof_printer_id"), ["printer_id"], unique=False)

    op.create_table(
        "print_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("printer_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=True),
        sa.Column("proof_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("fault", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["print_batch.id"], name=op.f("fk_print_sending_batch_id")),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name=op.f("fk_print_sending_label_id")),
        sa.ForeignKeyConstraint(["printer_id"], ["printer.id"], name=op.f("fk_print_sending_printer_id")),
        sa.ForeignKeyConstraint(["proof_id"], ["printer_proof.id"], name=op.f("fk_print_sending_proof_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_sending")),
    )
    with op.batch_alter_table("print_sending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_print_sending_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_sending_label_id"), ["label_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_print_sending_printer_id"), ["printer_id"], unique=False)

    for table in APPEND_ONLY:
        protect(op.get_bind(), table)


def downgrade() -> None:
    with op.batch_alter_table("print_sending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_print_sending_printer_id"))
        batch_op.drop_index(batch_op.f("ix_print_sending_label_id"))
        batch_op.drop_index(batch_op.f("ix_print_sending_batch_id"))

    op.drop_table("print_sending")
    with op.batch_alter_table("printer_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printer_proof_printer_id"))

    op.drop_table("printer_proof")
    with op.batch_alter_table("printer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_printer_office_id"))

    op.drop_table("printer")
