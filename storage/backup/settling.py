"""What was in flight when a backup was made: the shop that made it has gone on, so none of it is done once more."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from storage.actions import audit
from storage.actors import system_actor
from storage.queue import schedules
from storage.queue.leases import release_all
from storage.scope import Scope
from storage.tables.people import workspaces
from storage.tables.runtime import dead_letters, jobs, lanes
from storage.tables.sending import outbox
from storage.tx import Tx

NOTE = "It was waiting when the backup was made. Whether it has been done since is not known here."


@dataclass(frozen=True, slots=True)
class Settled:
    """How many of each are not done again: messages that waited to go out, work, events of staff; and how many
    customers' lanes wait behind the bot's switch."""

    messages: int
    jobs: int
    events: int
    waiting: int


def settle(tx: Tx, made_at: str, timers: Collection[str] = ()) -> Settled:
    """Let nothing happen a second time in restored books.

    Messages that were due are `unknown` for good: never sent, never repeated. Work that was due has failed: /dead lists
    it, but for `timers` (kinds that only look whether something is still wanted) and for the installation's own. Every
    shop is stopped, so that what customers wrote is held until somebody says /bot start. What is meant for later stays.
    Each shop's audit log says that it was restored, from the backup of `made_at`.
    """
    messages = tx.execute(_MESSAGES, {"now": tx.now_ms}).rowcount
    work = _settle_jobs(tx, timers)
    events = tx.execute(_STAFF).rowcount
    tx.execute(_HELD, {"now": tx.now_ms})
    waiting = len(tx.execute(_WAITING).all())
    tx.execute(update(workspaces).where(workspaces.c.stopped_at.is_(None)).values(stopped_at=tx.now))
    for workspace in tx.execute(select(workspaces.c.id).order_by(workspaces.c.id)).scalars().all():
        audit.note(tx, "restore backup", made_at, system_actor(Scope(workspace)))
    release_all(tx)
    schedules.skip_missed(tx)
    return Settled(messages, work, events, waiting)


_MESSAGES = (
    update(outbox)
    .where(
        or_(
            outbox.c.status.in_(("claimed", "unknown")),
            outbox.c.status.in_(("queued", "scheduled")) & (outbox.c.not_before <= bindparam("now")),
        )
    )
    .values(status="unknown", claimed_at=None, error=NOTE)
)
_DUE = or_(jobs.c.status == "running", (jobs.c.status == "queued") & (jobs.c.run_at <= bindparam("now")))
_PENDING = lanes.c.done_seq < lanes.c.last_seq
_CUSTOMERS = lanes.c.id.startswith("contact:")
_STAFF = update(lanes).where(_PENDING, ~_CUSTOMERS).values(done_seq=lanes.c.last_seq, ready_at=None, owner=None)
_HELD = (
    update(lanes)
    .where(_PENDING, _CUSTOMERS, lanes.c.ready_at <= bindparam("now"))
    .values(ready_at=bindparam("now"), owner=None, attempts=0)
)
_WAITING = select(lanes.c.id).where(_PENDING, _CUSTOMERS)


def _settle_jobs(tx: Tx, timers: Collection[str]) -> int:
    """Returns how many pieces of work somebody must look at."""
    due = tx.execute(select(jobs.c.id, jobs.c.kind, jobs.c.lane, jobs.c.workspace_id).where(_DUE), {"now": tx.now_ms})
    quiet: list[Any] = []
    open_: list[Any] = []
    for row in due.all():
        (quiet if row.kind in timers or not row.lane else open_).append(row)
    if quiet:
        tx.execute(update(jobs).where(jobs.c.id.in_([row.id for row in quiet])).values(status="done", owner=None))
    if open_:
        ids = [row.id for row in open_]
        tx.execute(update(jobs).where(jobs.c.id.in_(ids)).values(status="failed", owner=None, error=NOTE))
        letters = [
            {"kind": "job", "reference": row.id, "workspace_id": row.workspace_id, "error": NOTE, "at": tx.now_ms}
            for row in open_
        ]
        tx.execute(dead_letters.insert(), letters)
    return len(open_)
