"""Who carries an order to its customer."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, String, Table

from storage.tables.base import Instant, metadata, workspace_column

# `member_id` is empty for a rider who is not in the team: then only the name is known.
rides = Table(
    "rides",
    metadata,
    workspace_column(),
    Column("order_id", String, primary_key=True),
    Column("rider", String, nullable=False),
    Column("member_id", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("delivered_at", Instant),
    ForeignKeyConstraint(["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"]),
    Index("ix_rides_member", "workspace_id", "member_id", "delivered_at"),
)
