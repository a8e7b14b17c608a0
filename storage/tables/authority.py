"""How authority is given, asked for, and written down: one-time passes, confirmations and undos, the audit log."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, String, Table

from storage.tables.base import Instant, Json, metadata, workspace_column

# One-time links and codes, by the hash of their secret. `kind`: owner, member, group (of staff), ordering (a group).
passes = Table(
    "passes",
    metadata,
    workspace_column(),
    Column("secret_hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("role", String, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)

# What waits for a word: `kind` "confirm" runs on yes, "undo" takes back what was just done. What runs is what is stored.
pledges = Table(
    "pledges",
    metadata,
    workspace_column(),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("command", String, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("version", String, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
)

# Who did what to what, in the transaction that did it.
audit = Table(
    "audit",
    metadata,
    workspace_column(),
    Column("id", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor_kind", String, nullable=False),
    Column("actor_id", String, nullable=False),
    Column("actor_name", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String, nullable=False),
    Column("detail", Json, nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    Index("ix_audit_at", "workspace_id", "at"),
)

# Files kept content-addressed on disk; one row for each workspace that holds one. `size` in bytes.
files = Table(
    "files",
    metadata,
    workspace_column(),
    Column("sha256", String, primary_key=True),
    Column("mime", String, nullable=False),
    Column("name", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("contact_id", String),
    Column("kept_at", Instant, nullable=False),
    Column("keep_until", Instant),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"]),
    Index("ix_files_keep_until", "keep_until"),
)

# A merge of two contacts, with what it moved, so that it can be taken back.
merges = Table(
    "merges",
    metadata,
    workspace_column(),
    Column("id", String, primary_key=True),
    Column("kept", String, nullable=False),
    Column("merged", String, nullable=False),
    Column("moved", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    ForeignKeyConstraint(["workspace_id", "kept"], ["contacts.workspace_id", "contacts.id"]),
    ForeignKeyConstraint(["workspace_id", "merged"], ["contacts.workspace_id", "contacts.id"]),
)
