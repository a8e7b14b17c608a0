"""What orders hold of the goods that a shop counts."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, String, Table

from storage.tables.base import metadata, workspace_column

# `products.stock` is what can still be ordered; a row here is what an open order has taken off it, in thousandths of the
# unit. It goes back when the order is cancelled, and stays gone when it is completed.
stock_holds = Table(
    "stock_holds",
    metadata,
    workspace_column(),
    Column("order_id", String, primary_key=True),
    Column("product", String, primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    ForeignKeyConstraint(["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"]),
)
