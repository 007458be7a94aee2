"""how dossiers came in, told by the one-stop system of all of them, without their numbers"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_dossier",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("procedure", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("agency", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("by_post", sa.Boolean(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_told_dossier_dossier_id")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_told_dossier")),
    )
    op.create_index(op.f("ix_told_dossier_dossier_id"), "told_dossier", ["dossier_id"], unique=False)
    op.create_index(op.f("ix_told_dossier_month"), "told_dossier", ["month"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_told_dossier_month"), table_name="told_dossier")
    op.drop_index(op.f("ix_told_dossier_dossier_id"), table_name="told_dossier")
    op.drop_table("told_dossier")
