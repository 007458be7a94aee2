"""late evidence, withdrawn lists"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.store.migrations.append_only import protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("late_evidence", "late_review")


def upgrade() -> None:
    op.create_table(
        "late_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("before", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("after", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_late_evidence_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_evidence")),
        sa.UniqueConstraint("item_id", "event_id", name=op.f("uq_late_evidence_item_id_event_id")),
    )
    with op.batch_alter_table("late_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_late_evidence_item_id"), ["item_id"], unique=False)

    op.create_table(
        "late_review",
        sa.Column("late_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("reviewed_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("reviewed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["late_id"], ["late_evidence.id"], name=op.f("fk_late_review_late_id")),
        sa.PrimaryKeyConstraint("late_id", name=op.f("pk_late_review")),
    )
    op.create_table(
        "late_note",
        sa.Column("late_id", sa.Integer(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["late_id"], ["late_review.late_id"], name=op.f("fk_late_note_late_id")),
        sa.PrimaryKeyConstraint("late_id", name=op.f("pk_late_note")),
    )
    op.add_column("manifest", sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column("manifest", sa.Column("withdrawn_by", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True))
    for table in APPEND_ONLY:
        protect(op.get_bind(), table)


def downgrade() -> None:
    op.drop_column("manifest", "withdrawn_by")
    op.drop_column("manifest", "withdrawn_at")
    op.drop_table("late_note")
    op.drop_table("late_review")
    with op.batch_alter_table("late_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_late_evidence_item_id"))

    op.drop_table("late_evidence")
