"""How often a workspace does what is heavy: one number for each kind of work."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, String, Table

from storage.tables.base import metadata, workspace_column

# The theoretical arrival time of the workspace's GCRA for a kind of work (`storage.rules.pacing`), in microseconds.
quotas = Table(
    "quotas",
    metadata,
    workspace_column(),
    Column("kind", String, primary_key=True),
    Column("tat_us", BigInteger, nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)
