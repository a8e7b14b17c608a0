"""Deaths and failures of jobs apart, what is due by its kind, and since when a message is due."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("deaths", sa.Integer(), server_default="0", nullable=False))
    # What was taken up and is not at work has failed each time, as far as anybody can tell now.
    op.execute("UPDATE jobs SET failures = attempts WHERE status = 'queued'")
    op.execute("UPDATE jobs SET failures = attempts - 1 WHERE status = 'running' AND attempts > 0")
    op.create_index("ix_jobs_kind", "jobs", ["status", "kind", "run_at"], unique=False)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
