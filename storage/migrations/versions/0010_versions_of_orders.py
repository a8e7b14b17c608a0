"""What an order was before it was changed; where orders come from, and which of them lie outside the area."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BEYOND = """UPDATE orders SET beyond = TRUE WHERE EXISTS (
    SELECT 1 FROM order_events WHERE order_events.workspace_id = orders.workspace_id
    AND order_events.order_id = orders.id AND order_events.cause = 'placed outside the delivery area')"""


def upgrade() -> None:
    op.create_table(
        "order_versions",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "order_id", "version"],
            ["order_events.workspace_id", "order_events.order_id", "order_events.sequence"],
            name=op.f("fk_order_versions_workspace_id_order_id_version_order_events"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "order_id", "version", name=op.f("pk_order_versions")),
    )
    op.add_column("orders", sa.Column("beyond", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("orders", sa.Column("external_id", sa.String(), server_default="", nullable=False))
    op.add_column("orders", sa.Column("group_chat", sa.String(), server_default="", nullable=False))
    op.execute(BEYOND)


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
