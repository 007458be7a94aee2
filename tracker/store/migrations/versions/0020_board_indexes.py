"""what the supervisor's board counts by"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_event_at_type", "event", ["effective_at", "type"]),
    ("ix_event_device_at", "event", ["device", "recorded_at"]),
    ("ix_discrepancy_code_since", "discrepancy", ["code", "since_at"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
