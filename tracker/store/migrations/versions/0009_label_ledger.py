"""the ledger of labels: where, voided by whom and why; labels printed before their item"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FILL_OFFICE = "UPDATE label SET office_id = (SELECT account.office_id FROM account WHERE account.id = label.printed_by)"
FILL_VOIDED = "UPDATE label SET voided_at = superseded_at WHERE state = 'void'"


def upgrade() -> None:
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.add_column(sa.Column("office_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("dialogue_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("voided_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("voided_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True))
    op.execute(FILL_OFFICE)
    op.execute(FILL_VOIDED)
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.alter_column("office_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("item_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_index(batch_op.f("ix_label_office_id"), ["office_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_label_office_id"), "office", ["office_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_label_voided_by"), "account", ["voided_by"], ["id"])

    op.create_table(
        "early_label",
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("leg", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=13), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_early_label_dossier_id")),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name=op.f("fk_early_label_label_id")),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_early_label")),
    )
    with op.batch_alter_table("early_label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_early_label_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_early_label_number"), ["number"], unique=False)


def downgrade() -> None:
    """Labels that still wait for their item have no place in the older table."""
    op.drop_table("early_label")
    op.execute("DELETE FROM label WHERE item_id IS NULL")
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_label_office_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_label_voided_by"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_label_office_id"))
        batch_op.alter_column("item_id", existing_type=sa.Integer(), nullable=False)
        for name in ("office_id", "dialogue_at", "voided_at", "voided_by", "void_reason"):
            batch_op.drop_column(name)
