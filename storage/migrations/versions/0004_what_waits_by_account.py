"""What waits by account, and what is in doubt: partial indexes, so that the history costs them nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, columns, status in (
        ("ix_outbox_queued", ["account_id", "status", "priority", "not_before"], "queued"),
        ("ix_outbox_doubtful", ["status", "claimed_at"], "unknown"),
    ):
        rows = sa.text(f"status = '{status}'")
        op.create_index(name, "outbox", columns, unique=False, sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
