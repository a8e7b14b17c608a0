"""What orders hold of the goods that a shop counts."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock_holds",
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("order_id", sa.String, nullable=False),
        sa.Column("product", sa.String, nullable=False),
        sa.Column("quantity", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "order_id"],
            ["orders.workspace_id", "orders.id"],
            name="fk_stock_holds_workspace_id_order_id_orders",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "order_id", "product", name="pk_stock_holds"),
    )
    op.create_index("ix_products_stock", "products", ["workspace_id", "stock"])


def downgrade() -> None:
    raise RuntimeError("The books only go forward; restore the copy that was kept before the migration.")
