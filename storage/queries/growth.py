"""How much the books hold of each kind, how fast it grows, and what the next pruning takes: for the installation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, select

from storage.clock import moment
from storage.queue import pruning
from storage.queue.lanes import PARKED
from storage.queue.schedules import NEVER
from storage.tables.runtime import dead_letters, inbox, jobs, lanes, schedules
from storage.tables.sending import outbox
from storage.tx import Tx

WEEK = 7
RECENT_MS = WEEK * pruning.DAY_MS
# Where each table says when its row was made, or the nearest to it.
HISTORIES: Mapping[str, tuple[Table, Any]] = {
    "events": (inbox, inbox.c.received_at),
    "messages": (outbox, outbox.c.created_at),
    "jobs": (jobs, jobs.c.run_at),
    "dead_letters": (dead_letters, dead_letters.c.at),
}


@dataclass(frozen=True, slots=True)
class Growth:
    """One table. `oldest` is None where it is empty; `a_day` is the mean of the last seven days; `prunable` is what is
    past its time now (the next run takes it), None where it is kept for ever."""

    name: str
    rows: int
    oldest: datetime | None
    a_day: float
    prunable: int | None


@dataclass(frozen=True, slots=True)
class Oddities:
    """What should not be there for long. `unseen` counts dead letters that nobody settled, `parked_since` is when the
    oldest event came that a held lane keeps, `stopped` names schedules that fire no more."""

    unseen: int
    unseen_since: datetime | None
    parked: int
    parked_since: datetime | None
    overdue: int
    stopped: tuple[str, ...]


def tables(tx: Tx, keep: Mapping[str, int]) -> list[Growth]:
    """Every history; `keep`: its name -> days, 0 for ever. Reads whole tables: for a person who asks, not for a loop."""
    return [_growth(tx, name, keep[name]) for name in HISTORIES]


def _growth(tx: Tx, name: str, days: int) -> Growth:
    table, at = HISTORIES[name]
    whole = tx.execute(select(func.count().label("rows"), func.min(at).label("oldest")).select_from(table)).one()
    recent = select(func.count()).where(at > tx.now_ms - RECENT_MS, at <= tx.now_ms)
    prunable = pruning.prunable(tx, name, pruning.before_ms(tx, days)) if days else None
    lately = tx.execute(recent).scalar_one()
    return Growth(name, whole.rows, _at(whole.oldest), lately / WEEK, prunable)


def server_bytes(tx: Tx) -> int:
    """The size of this database on a PostgreSQL server."""
    return int(tx.execute(select(func.pg_database_size(func.current_database()))).scalar_one())


def oddities(tx: Tx) -> Oddities:
    """What a person should look at."""
    open_ = select(func.count().label("rows"), func.min(dead_letters.c.at).label("since"))
    unseen = tx.execute(open_.where(dead_letters.c.settled_at.is_(None))).one()
    held = select(func.count().label("rows"), func.min(inbox.c.received_at).label("since")).select_from(lanes)
    held = held.join(inbox, (inbox.c.lane == lanes.c.id) & (inbox.c.seq == lanes.c.done_seq + 1))
    parked = tx.execute(held.where(lanes.c.ready_at == PARKED)).one()
    late = select(func.count()).where(jobs.c.status == "queued", jobs.c.run_at < tx.now_ms - pruning.DAY_MS)
    stopped = tx.execute(select(schedules.c.name).where(schedules.c.next_fire == NEVER)).scalars()
    overdue = tx.execute(late).scalar_one()
    return Oddities(unseen.rows, _at(unseen.since), parked.rows, _at(parked.since), overdue, tuple(stopped))


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else moment(ms)
