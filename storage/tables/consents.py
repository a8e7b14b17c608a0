"""Who wants to hear of more than their orders."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, String, Table

from storage.tables.base import Instant, metadata, workspace_column

# One for each yes and no to offers and campaigns; the last one counts. `source`: in which way it was said.
consents = Table(
    "consents",
    metadata,
    workspace_column(),
    Column("id", String, primary_key=True),
    Column("contact_id", String, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("source", String, nullable=False),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"]),
    Index("ix_consents_contact", "workspace_id", "contact_id", "at"),
)
