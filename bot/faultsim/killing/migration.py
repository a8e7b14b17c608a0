"""A trial of another kind: books of an older schema, with work waiting in them, killed while they are migrated."""

import asyncio
import random
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table, select

from bot.bench.bodies import body, said
from bot.channels.whatsapp_inbound import split
from bot.demo import NUMBER
from bot.faultsim.killing.books import Reader
from bot.faultsim.killing.people import WHATSAPP
from bot.faultsim.killing.trial import Death, Outcome, Stage, set_stage
from bot.faultsim.killing.trial_process import DIE_AT, PAIR, Order
from flows.messages import Reply
from storage import migrations
from storage.backup.copies import copies
from storage.backup.reading import check
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.failpoints import Point
from storage.queue import arrivals, outbox
from storage.queue.outbox import Outgoing
from storage.tx import Tx

PLACES = (Point.MIGRATING.name, Point.COPYING.name, Point.BEFORE_COMMIT.name, Point.AFTER_COMMIT.name)
OLD = ("0001", "0002")
QUIET_S = 20.0
_NOTE = "It has waited since before."
EACH = 8
"""One trial in so many is of this kind."""
Rows = Mapping[str, Sequence[tuple[Any, ...]]]
State = tuple[str | None, Rows]
"""The revision, and all rows of all tables."""


async def run(stage: Stage, seed: int, folder: Path) -> Outcome:
    """Kill a shop in its migration and start it again: the schema is new, and nothing of what was there is missing."""
    outcome, turn = Outcome(seed), seed // EACH
    death, old = Death(PLACES[turn % len(PLACES)], 1), OLD[turn // len(PLACES) % len(OLD)]
    source = folder / "source"
    source.mkdir()
    with stage.shelf.fresh(source) as model, stage.shelf.fresh(folder, blank=False) as url:
        before = await asyncio.to_thread(_lay, model, url, old)
        order = await set_stage(stage, random.Random(seed), folder, url)
        broken = await _killed(stage, order, death, (old, before))
        if not broken:
            outcome.deaths.append(death)
            broken = await _started_again(stage, order, (old, before))
    outcome.violations += [f"migration from {old}, {death.place}: {each}" for each in broken]
    return outcome


async def _killed(stage: Stage, order: Order, death: Death, before: State) -> list[str]:
    """The first start dies, and the books are as they were, unless it died behind the commit."""
    shop = await stage.nursery.open(replace(order, environment={DIE_AT: f"{death.place}:{death.passing}"}))
    if not await shop.ended(QUIET_S) or shop.code != -signal.SIGKILL:
        return ["nothing died there"]
    same = death.place == Point.AFTER_COMMIT.name or await asyncio.to_thread(_found, order.url) == before
    return [] if same else ["it changed by half"]


async def _started_again(stage: Stage, order: Order, before: State) -> list[str]:
    """The second start migrates, and does what waited."""
    shop = await stage.nursery.open(order)
    if not await shop.ready(stage.world.session):
        return ["it did not start again"]
    broken = await asyncio.to_thread(_wait, order.url)
    broken += await asyncio.to_thread(_whole, order.url, before, Path(order.folder))
    code = await shop.stop()
    return broken + [f"the last life ended with {code}"] * (code != 0)


def _lay(model: str, url: str, old: str) -> Rows:
    """Books of an older schema with what books of today hold, an event and a message waiting; returns their rows."""
    source, target = Books(model, utc_now, new_id), Books(url, utc_now, new_id)

    def work(tx: Tx) -> None:
        arrivals.accept(tx, split(WHATSAPP, body(NUMBER, "wamid.old", 1, said("/order 1001"))).arrivals)
        outbox.put(tx, "main", [Outgoing(WHATSAPP, "+919800000001", Reply(_NOTE))])

    source.write(work)
    migrations.upgrade(target, old)
    ours, theirs = _tables(target), _tables(source)
    with source.connect() as reading, target.connect() as writing, target.transaction(writing):
        for name, table in ours.items():
            shared = [column.name for column in table.columns if column.name in theirs[name].columns]
            rows = reading.execute(select(*(theirs[name].c[each] for each in shared))).mappings().all()
            if rows and name != "alembic_version":
                writing.execute(table.insert(), [dict(row) for row in rows])
    source.close()
    before = _rows(target, ours)
    target.close()
    return before


def _tables(books: Books) -> dict[str, Table]:
    """The tables that the database has, as it has them, those first to which others point."""
    found = MetaData()
    found.reflect(books.engine)
    return {table.name: table for table in found.sorted_tables}


def _rows(books: Books, tables: Mapping[str, Table]) -> Rows:
    with books.connect() as connection:
        return {name: sorted(map(tuple, connection.execute(select(each))), key=repr) for name, each in tables.items()}


def _found(url: str) -> State:
    books = Books(url, utc_now, new_id)
    found = migrations.current(books), _rows(books, _tables(books))
    books.close()
    return found


def _wait(url: str) -> list[str]:
    """Until what waited is done; returns what is still open after a while."""
    reader, left = Reader(url), ["nothing was looked at"]
    for _ in range(round(QUIET_S / 0.1)):
        left = reader.unsettled()
        if not left:
            break
        time.sleep(0.1)
    reader.close()
    return left


_AT_WORK = {"alembic_version", "inbox", "lanes", "outbox", "jobs", "conversations", "contacts", "addresses", "trail"}
"""What a shop changes by starting and by doing the work that waited."""


def _whole(url: str, at_first: State, folder: Path) -> list[str]:
    (_, before), (revision, after) = at_first, _found(url)
    broken = [] if revision == migrations.head() else [f"it stands at {revision}"]
    broken += [
        f"{name} had {len(rows)} rows and has {len(after[name])}"
        for name, rows in before.items()
        if name not in _AT_WORK and len(after[name]) != len(rows)
    ]
    reader = Reader(url)
    told = [str(row.payload) for row in reader.rows("SELECT payload FROM outbox WHERE status IN ('sent', 'delivered')")]
    broken += [
        f"{each!r} was said {n} times" for each in (_NOTE, "#1001") if (n := sum(each in text for text in told)) != 1
    ]
    reader.close()
    if not _kept(url, at_first, folder):
        broken.append("the copy is not what was there before")
    return broken


def _kept(url: str, at_first: State, folder: Path) -> bool:
    """Whether what was kept before the migration is what was there; a death may have made it be kept twice."""
    old, before = at_first
    if url.startswith("sqlite"):
        found = list(folder.glob(f"munshi.db.before-{old}-*Z"))
        return bool(found) and all(_found(f"sqlite:///{copy}") == at_first for copy in found)
    sealed = copies(folder / "backups", labelled=True)
    counts = {name: len(rows) for name, rows in before.items() if name != "alembic_version"}
    heads = [check(each, PAIR.secret) for each in sealed]
    return bool(heads) and all((head.schema, head.tables) == (old, counts) for head in heads)
