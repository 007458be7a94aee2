"""days of single offices, changes of the calendar, and by when a contradiction must be settled"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TOLD = {
    "due_at": sqlmodel.sql.sqltypes.UTCDateTime(),
    "waiting_for": sqlmodel.sql.sqltypes.AutoString(length=12),
    "waiting_until": sa.Date(),
    "proposed_by": sqlmodel.sql.sqltypes.AutoString(length=60),
    "proposed_reason": sqlmodel.sql.sqltypes.AutoString(length=200),
}


def upgrade() -> None:
    """What is open already gets its term from the schedules: they know the calendar, this does not."""
    _create_days()
    _create_changes()
    for name, kind in TOLD.items():
        op.add_column("discrepancy", sa.Column(name, kind, nullable=True))
    op.create_index("ix_discrepancy_due", "discrepancy", ["state", "due_at", "id"], unique=False)


def _create_days() -> None:
    op.create_table(
        "office_day",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_day_office_id")),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_office_day")),
    )


def _create_changes() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("swept_from", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("after_item", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_calendar_change_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    op.create_index(op.f("ix_calendar_change_done_at"), "calendar_change", ["done_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_discrepancy_due", table_name="discrepancy")
    for name in reversed(TOLD):
        op.drop_column("discrepancy", name)
    op.drop_table("calendar_change")
    op.drop_table("office_day")
