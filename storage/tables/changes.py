"""What customers ask to have changed in orders that are with the shop."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table

from storage.tables.base import Instant, Json, metadata, workspace_column

# `version` is that of the order which the customer saw; `lines` are all that the order is to hold: [{product, quantity (in
# thousandths), options, without, note}]; `words` are the customer's. `status`: open, accepted, declined, overtaken (the order
# was changed first), withdrawn (the customer asked for something else).
change_requests = Table(
    "change_requests",
    metadata,
    workspace_column(),
    Column("id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("contact_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("lines", Json, nullable=False),
    Column("words", String, nullable=False),
    Column("status", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", String, nullable=False, server_default=""),
    ForeignKeyConstraint(["workspace_id", "order_id"], ["orders.workspace_id", "orders.id"]),
    ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"]),
    Index("ix_change_requests_order", "workspace_id", "order_id", "status"),
)
