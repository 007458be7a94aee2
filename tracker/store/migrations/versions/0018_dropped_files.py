"""files of the drop folder that were read, longer cursors of feeds"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.store.migrations.append_only import protect

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dropped_file",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["job_run.id"], name=op.f("fk_dropped_file_run_id")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_dropped_file")),
    )
    protect(op.get_bind(), "dropped_file")
    _set_cursor_length(100)


def _set_cursor_length(length: int) -> None:
    with op.batch_alter_table("feed_state", schema=None) as batch_op:
        batch_op.alter_column(
            "cursor",
            type_=sqlmodel.sql.sqltypes.AutoString(length=length),
            existing_nullable=False,
            existing_server_default="",
        )


def downgrade() -> None:
    """A cursor of the drop folder is too long for what was before; its file is then read anew."""
    op.execute("UPDATE feed_state SET cursor = '' WHERE length(cursor) > 40")
    _set_cursor_length(40)
    op.drop_table("dropped_file")
