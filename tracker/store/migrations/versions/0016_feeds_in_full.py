"""claims that are pushed, breakers of feeds, and what an answer lost"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from tracker.store.migrations.append_only import protect

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APPEND_ONLY = ("pushed_claim",)
ADDED_TO_STATE = ("resting_until", "failures", "breaker_at", "breaker", "doubted_rows", "listed_last")


def upgrade() -> None:
    op.create_table(
        "pushed_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("webhook_id", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("word", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("mapping", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("said_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("received_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushed_claim")),
        sa.UniqueConstraint("source", "webhook_id", name=op.f("uq_pushed_claim_source_webhook_id")),
    )
    op.add_column("claim", _text("mapping", 40))
    op.add_column("feed_state", sa.Column("listed_last", sa.Integer(), nullable=True))
    op.add_column("feed_state", sa.Column("doubted_rows", sa.Integer(), nullable=True))
    op.add_column("feed_state", _text("breaker", 10, "closed"))
    op.add_column("feed_state", sa.Column("breaker_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.add_column("feed_state", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("feed_state", sa.Column("resting_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    for table in APPEND_ONLY:
        protect(op.get_bind(), table)


def _text(name: str, length: int, default: str = "") -> sa.Column[str]:
    return sa.Column(
        name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=False, server_default=sa.text(f"'{default}'")
    )


def downgrade() -> None:
    for name in ADDED_TO_STATE:
        op.drop_column("feed_state", name)
    op.drop_column("claim", "mapping")
    op.drop_table("pushed_claim")
