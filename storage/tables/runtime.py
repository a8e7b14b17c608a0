"""The tables of the engine: what came in, whose turn it is, what waits to go out. Exempt from `Scope`, by this list."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import Json, RowId, metadata

# Times in this file are plain milliseconds since the epoch: the engine only compares them.
inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("account_id", String, nullable=False),
    Column("event_id", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("workspace_id", String),
    Column("contact_id", String),
    Column("kind", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "event_id"),
    UniqueConstraint("lane", "seq"),
)

# One row for each strictly ordered conversation. An event is done when its seq <= done_seq.
# `ready_at` is when the lane may next be claimed: now when events wait, the end of the lease while one is at work,
# null when there is nothing to do.
lanes = Table(
    "lanes",
    metadata,
    Column("id", String, primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("done_seq", BigInteger, nullable=False),
    Column("ready_at", BigInteger),
    Column("owner", String),
    Column("epoch", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("ix_lanes_ready_at", "ready_at"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("reference", BigInteger, nullable=False),
    Column("workspace_id", String),
    Column("error", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# status: queued -> claimed -> sent -> delivered -> read; failed, unknown, replaced, cancelled.
outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("workspace_id", String, nullable=False),
    Column("account_id", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("slot", String),
    Column("policy", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("status", String, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", BigInteger),
    Column("owner", String),
    Column("provider_id", String),
    Column("error", String),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Index("ix_outbox_due", "status", "not_before"),
    Index("ix_outbox_recipient", "account_id", "recipient", "status"),
    Index("ix_outbox_provider", "account_id", "provider_id"),
)

# The message that stands for a slot (a card) in a chat, so that the next version edits it.
slots = Table(
    "slots",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("recipient", String, primary_key=True),
    Column("slot", String, primary_key=True),
    Column("provider_id", String, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("workspace_id", String),
    Column("lane", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("status", String, nullable=False),
    Column("run_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("owner", String),
    Column("lease_until", BigInteger, nullable=False),
    Column("error", String),
    UniqueConstraint("key"),
    Index("ix_jobs_due", "status", "run_at"),
)

# Tables that `Scope` does not guard: the engine works across workspaces.
RUNTIME = frozenset({"inbox", "lanes", "dead_letters", "outbox", "slots", "jobs", "accounts", "workspaces"})
