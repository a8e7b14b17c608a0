"""The tables of the engine: what came in, whose turn it is, what is planned. Exempt from `Scope`, by this list."""

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
    Column("settled_at", BigInteger),  # when somebody tried again, or let it be
    Index("ix_dead_letters_open", "workspace_id", "settled_at"),
)

# `attempts` numbers the claims and is the fence of each. Of them, `failures` count against the job; `deaths` are those in
# a row, up to now, at which the worker did not come back.
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
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("deaths", Integer, nullable=False, server_default="0"),
    Column("owner", String),
    Column("lease_until", BigInteger, nullable=False),
    Column("error", String),
    UniqueConstraint("key"),
    Index("ix_jobs_due", "status", "run_at"),
    Index("ix_jobs_kind", "status", "kind", "run_at"),
)

# When what is to happen again and again happens next. `expression` is cron's five fields, read in `zone`.
schedules = Table(
    "schedules",
    metadata,
    Column("name", String, primary_key=True),
    Column("workspace_id", String),
    Column("expression", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("next_fire", BigInteger, nullable=False),
    Column("last_fire", BigInteger),
    Index("ix_schedules_next_fire", "next_fire"),
)

# What only one process may do at a time, e.g. ask Telegram for updates.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", BigInteger, nullable=False),
)

# Tables that `Scope` does not guard: the engine works across workspaces.
RUNTIME = frozenset(
    {
        "inbox",
        "lanes",
        "dead_letters",
        "jobs",
        "schedules",
        "leases",
        "outbox",
        "slots",
        "senders",
        "chat_rates",
        "takeovers",
        "accounts",
        "workspaces",
        "plans",
        "visits",
    }
)
