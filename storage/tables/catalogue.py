"""What a shop sells."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from storage.tables.base import Instant, Json, metadata, workspace_column

catalogues = Table(
    "catalogues",
    metadata,
    workspace_column(),
    Column("name", String, nullable=False),
    Column("version", String, nullable=False),
    Column("loaded_at", Instant, nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)

# `price` in minor units for one `unit`; stock figures in thousandths of the unit. `stock` is what can still be ordered:
# what open orders hold is off it already (`stock_holds`).
products = Table(
    "products",
    metadata,
    workspace_column(),
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("titles", Json, nullable=False),
    Column("aliases", Json, nullable=False),
    Column("category", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("options", Json, nullable=False),
    Column("orderable", Boolean, nullable=False),
    Column("generic", Boolean, nullable=False),
    Column("description", String, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("stock", BigInteger),
    Column("low_stock", BigInteger),
    Column("photo", String, nullable=False),
    Column("tax", String, nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["catalogues.workspace_id"]),
    Index("ix_products_stock", "workspace_id", "stock"),
)

option_groups = Table(
    "option_groups",
    metadata,
    workspace_column(),
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("multi", Boolean, nullable=False),
    Column("negatable", Boolean, nullable=False),
    Column("qualifiable", Boolean, nullable=False),
    Column("choices", Json, nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["catalogues.workspace_id"]),
)
