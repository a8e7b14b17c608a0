"""Several real processes over one PostgreSQL: killed, frozen and woken, and told the same thing at the same moment."""

import asyncio
import contextlib
import os
import signal
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import make_url, update

from bot.bench.postgres import server
from bot.demo import NUMBER, cast
from bot.faultsim.killing.books import Reader, Shelf
from bot.faultsim.killing.shop import Nursery, Running, free_port, nursery
from bot.faultsim.killing.trial_process import DIE_AT, FREEZE_AT, Order
from bot.runtime.writer import PostgresWriter
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.tables.people import workspaces
from storage.tx import Tx
from tests.faults.wire import envelope, post
from tests.faults.wire import text as message
from tests.harness import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = {"lane": 1500, "job": 3000, "claim": 2000, "receipt": 1000}
WAIT_S = 60.0


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    given = os.environ.get("MUNSHI_TEST_POSTGRES", "")
    # Not below pytest's own folder, which it keeps for one user; the server runs as another.
    with tempfile.TemporaryDirectory(prefix="munshi-pg-") as folder, server(given, Path(folder)) as address:
        if address is None:
            pytest.skip("replicas are NOT tested: install pgserver (Python < 3.13) or set MUNSHI_TEST_POSTGRES")
        made = Shelf(Path(folder), address)
        made.furnish()
        yield made
        made.close()


@dataclass
class Pair:
    """Two replicas, `a` and `b`, and what they did. The platform's statuses come to nobody."""

    world: World
    reader: Reader
    order: Order
    bear: list[Callable[[Order], Awaitable[Running]]]
    running: list[Running] = field(default_factory=list)

    async def open(self, at: int, **environment: str) -> Running:
        folder = Path(self.order.folder) / "ab"[at]
        folder.mkdir(exist_ok=True)
        order = replace(self.order, folder=str(folder), port=free_port(), environment=environment)
        shop = await self.bear[at](order)
        assert await shop.ready(self.world.session)
        return shop

    def log(self, at: int) -> str:
        return (Path(self.order.folder) / "ab"[at] / "shop.log").read_text()

    async def asks(self, shop: Running, *numbers: int, phone: str = "919800000001") -> None:
        body = envelope(*(message(f"wamid.{n}", f"/order {n}", phone) for n in numbers), phone=phone)
        assert (await post(self.world.session, shop.address, body))[0] == 200

    async def until(self, statement: str, **values: Any) -> None:
        """Wait until a query finds something other than 0."""
        async with asyncio.timeout(WAIT_S):
            while not (await asyncio.to_thread(self.reader.rows, statement, **values))[0][0]:
                await asyncio.sleep(0.03)

    async def rests(self) -> None:
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while left := await asyncio.to_thread(self.reader.unsettled):
            assert asyncio.get_running_loop().time() < deadline, (left, self.reader.rows("SELECT * FROM outbox"))
            await asyncio.sleep(0.05)

    async def told(self, phone: str = "919800000001") -> list[int]:
        """The numbers in what the customer was told, in that order."""
        found = (await self.world.get(f"whatsapp/{phone}/messages", after=0))["messages"]
        said = [str(each["text"]) for each in found if each["from"] == "business"]
        return [int(each.partition("#")[2].partition(".")[0]) for each in said]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nurseries() -> AsyncIterator[list[Nursery]]:
    async with nursery() as one, nursery() as other:
        yield [one, other]


@pytest_asyncio.fixture(loop_scope="module")
async def pair(world_address: str, shelf: Shelf, nurseries: list[Nursery], tmp_path: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        world = World(world_address, session)
        await world.post("reset", {})
        setup = cast("")
        setup["whatsapp"][0].pop("webhook_url")
        await world.post("setup", setup)
        await world.post("faults", {"window": "off"})
        url = stack.enter_context(shelf.fresh(tmp_path))
        reader = Reader(url)
        stack.callback(reader.close)
        for each in nurseries:
            stack.push_async_callback(each.clear)
        limited = make_url(url).update_query_dict({"options": "-c idle_in_transaction_session_timeout=1000"})
        patient = limited.render_as_string(hide_password=False)
        order = Order(world_address, str(tmp_path), 0, patient, patience=PATIENCE)
        yield Pair(world, reader, order, [each.open for each in nurseries])


LEASED = "SELECT count(*) FROM lanes WHERE owner IS NOT NULL AND done_seq = 0"
DONE = "SELECT count(*) FROM lanes WHERE done_seq >= :seq"
CLAIMED = "SELECT count(*) FROM outbox WHERE status = 'claimed'"


async def test_the_lanes_of_a_killed_replica_are_taken_over_after_its_lease(pair: Pair) -> None:
    a = await pair.open(0, **{DIE_AT: "LANES_CLAIMED:1"})
    with contextlib.suppress(aiohttp.ClientError):  # it may die before it has answered
        await pair.asks(a, *range(1, 6))
    assert await a.ended(WAIT_S)
    b = await pair.open(1)
    await pair.rests()
    assert await pair.told() == [1, 2, 3, 4, 5]
    [row] = pair.reader.rows("SELECT epoch, attempts FROM lanes WHERE done_seq = 5")
    assert (row.epoch, row.attempts) == (2, 0)
    assert await b.stop() == 0


async def test_a_replica_woken_after_its_lease_is_fenced(pair: Pair) -> None:
    a = await pair.open(0, **{FREEZE_AT: "LANES_CLAIMED:1"})
    asking = asyncio.create_task(pair.asks(a, 1, 2, 3))
    await pair.until(LEASED)
    b = await pair.open(1)
    await pair.until(DONE, seq=3)
    await pair.rests()
    a.send(signal.SIGCONT)
    await asking
    async with asyncio.timeout(WAIT_S):
        while "was taken over by another worker" not in pair.log(0):
            await asyncio.sleep(0.05)
    await pair.asks(a, 4)
    await pair.until(DONE, seq=4)
    await pair.rests()
    assert await pair.told() == [1, 2, 3, 4]
    trail = pair.reader.rows("SELECT old, new FROM trail WHERE what = 'lanes' AND key LIKE 'contact:%' ORDER BY id")
    assert [(int(row.old), int(row.new)) for row in trail] == [(n, n + 1) for n in range(4)]
    assert [await a.stop(), await b.stop()] == [0, 0]


async def test_what_a_frozen_replica_had_claimed_for_sending_it_gives_back_unsent(pair: Pair) -> None:
    a = await pair.open(0, **{FREEZE_AT: "SENDS_CLAIMED:1"})
    asking = asyncio.create_task(pair.asks(a, 1, 2))
    await pair.until(CLAIMED)
    b = await pair.open(1)
    await pair.rests()
    assert await pair.told() == [1, 2]
    a.send(signal.SIGCONT)
    await asking
    await pair.asks(a, 3)
    await pair.until(DONE, seq=3)
    await pair.rests()
    await asyncio.sleep(0.3)
    assert await pair.told() == [1, 2, 3]
    assert [await a.stop(), await b.stop()] == [0, 0]


async def test_what_a_frozen_replica_holds_locked_is_let_go(pair: Pair) -> None:
    """It stopped inside a transaction in which it claims: its locks would keep all others from sending."""
    b = await pair.open(1)
    os.kill(b.pid, signal.SIGSTOP)
    a = await pair.open(0, **{FREEZE_AT: "BEFORE_COMMIT:60"})
    asking = asyncio.create_task(_flood(pair, a))
    async with asyncio.timeout(WAIT_S):
        while _state(a.pid) != "T":
            await asyncio.sleep(0.05)
    b.send(signal.SIGCONT)
    stored = pair.reader.rows("SELECT count(*) AS n FROM inbox WHERE kind = 'text'")[0].n
    await pair.rests()
    a.send(signal.SIGCONT)
    await asking
    await pair.rests()
    told = [number for phone in _phones() for number in await pair.told(phone)]
    doubted = "SELECT count(*) AS n FROM trail WHERE what = 'outbox' AND old = 'unknown' AND new = 'queued'"
    assert stored > 0
    assert set(told) == set(range(1, 41))
    assert len(told) <= 40 + pair.reader.rows(doubted)[0].n, "the calls under way may be repeated, nothing else"
    assert [await a.stop(), await b.stop()] == [0, 0]


def _phones() -> list[str]:
    return [f"91980004{n:04}" for n in range(40)]


def _state(pid: int) -> str:
    """How the process stands, as the kernel says: T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def _flood(pair: Pair, shop: Running) -> None:
    for n, phone in enumerate(_phones(), start=1):
        body = envelope(message(f"wamid.{n}", f"/order {n}", phone), phone=phone)
        async with asyncio.timeout(WAIT_S):
            while (await post(pair.world.session, shop.address, body))[0] != 200:
                await asyncio.sleep(0.1)


async def test_one_event_at_two_replicas_at_once_is_stored_and_handled_once(pair: Pair) -> None:
    shops = [await pair.open(0), await pair.open(1)]
    numbers = range(1, 41)
    for n in numbers:
        await asyncio.gather(*(pair.asks(shop, n, phone=f"9198000000{n % 4:02}") for shop in shops))
    await pair.rests()
    stored = pair.reader.rows("SELECT count(*) AS n FROM inbox WHERE account_id = :a", a=f"whatsapp:{NUMBER}")[0].n
    told = [await pair.told(f"9198000000{n:02}") for n in range(4)]
    assert stored == len(numbers)
    assert told == [[n for n in numbers if n % 4 == k] for k in range(4)]
    assert [await shop.stop() for shop in shops] == [0, 0]


@contextmanager
def _writer(url: str) -> Iterator[tuple[Books, PostgresWriter]]:
    books = Books(url, utc_now, new_id)
    writer = PostgresWriter(books)
    yield books, writer
    writer.close()
    books.close()


async def test_units_that_lock_each_other_out_are_both_done(shelf: Shelf, tmp_path: Path) -> None:
    meeting, attempts = threading.Barrier(2), Counter[str]()

    def crossing(tx: Tx, mine: str, other: str) -> None:
        attempts[mine] += 1
        _rename(tx, mine, mine)
        if attempts[mine] == 1:
            meeting.wait(60)
        _rename(tx, other, mine)

    with shelf.fresh(tmp_path) as url, _writer(url) as (books, writer):
        books.write(lambda tx: tx.connection.exec_driver_sql(_SECOND))
        await asyncio.gather(
            writer.run(lambda tx: crossing(tx, "main", "second")), writer.run(lambda tx: crossing(tx, "second", "main"))
        )
        names = books.read(
            lambda tx: tx.execute(workspaces.select().with_only_columns(workspaces.c.name)).scalars().all()
        )
    assert sum(attempts.values()) == 3
    assert len(set(names)) == 1


_SECOND = """INSERT INTO workspaces SELECT (jsonb_populate_record(w, '{"id": "second"}')).* FROM workspaces w"""


def _rename(tx: Tx, workspace: str, name: str) -> None:
    tx.execute(update(workspaces).where(workspaces.c.id == workspace).values(name=name))
