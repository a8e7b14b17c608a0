"""The messages of a slot: a card finds its earlier version among all that waits in the same chat."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rows = sa.text("slot IS NOT NULL")
    columns = ["account_id", "recipient", "slot", "id"]
    op.create_index("ix_outbox_slot", "outbox", columns, unique=False, sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
