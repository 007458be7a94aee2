"""the newest runs of each job are found at once"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index("ix_job_run_job")
        batch_op.create_index("ix_job_run_job_id", ["job", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index("ix_job_run_job_id")
        batch_op.create_index("ix_job_run_job", ["job"], unique=False)
