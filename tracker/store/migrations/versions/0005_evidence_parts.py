"""evidence that comes in parts"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Never as a batch: SQLite would copy the table and lose the triggers that make it append-only.
    op.add_column("evidence", sa.Column("sent_bytes", sa.Integer(), nullable=True))
    op.create_table(
        "evidence_part",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("start_byte", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_evidence_part_account_id")),
        sa.PrimaryKeyConstraint("account_id", "sha256", "start_byte", name=op.f("pk_evidence_part")),
    )


def downgrade() -> None:
    op.drop_table("evidence_part")
    op.drop_column("evidence", "sent_bytes")
