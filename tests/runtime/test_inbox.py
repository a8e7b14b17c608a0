"""The door for what comes in: what comes together is written together, and nobody waits at it for ever."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.channels.base import Split
from bot.runtime.inbox import Inbox
from bot.runtime.writer import SqliteWriter, Work
from storage.clock import new_id, utc_now
from storage.db import Books
from storage.queue.arrivals import Arrival
from storage.queue.outbox import Undelivered
from storage.tables.runtime import inbox
from storage.tx import Tx
from tests.books import migrated_file


class CountingWriter(SqliteWriter):
    """Counts the units that are put."""

    units = 0

    def put(self, work: Work, *, urgent: bool = False) -> "asyncio.Future[object]":
        self.units += 1
        return super().put(work, urgent=urgent)


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[CountingWriter]:
    books = Books(migrated_file(tmp_path / "munshi.db"), utc_now, new_id)
    opened = CountingWriter(books)
    yield opened
    opened.close()
    books.close()


def body(number: int) -> Split:
    return Split((Arrival("whatsapp:1", str(number), "text", "", {"number": number}),))


def no_failures(_tx: Tx, lost: Sequence[Undelivered]) -> None:
    assert not lost


def stored(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(inbox)).scalar_one())


def until(go_on: threading.Event, begun: threading.Event) -> Callable[[Tx], None]:
    """Keeps the writer at work until it may go on."""

    def unit(_tx: Tx) -> None:
        begun.set()
        assert go_on.wait(30)

    return unit


async def test_who_has_waited_long_enough_is_told_and_nobody_else(writer: CountingWriter) -> None:
    door, go_on, begun = Inbox(writer, lambda: None, no_failures), threading.Event(), threading.Event()
    busy = asyncio.ensure_future(writer.run(until(go_on, begun)))
    assert await asyncio.to_thread(begun.wait, 30)  # before it, what comes in would go first
    patient = asyncio.ensure_future(door.accept(body(1)))
    hurried = [asyncio.ensure_future(door.accept(body(number), 0.1)) for number in (2, 3)]
    for each in hurried:
        with pytest.raises(TimeoutError):
            await each
    late = asyncio.ensure_future(door.accept(body(4), 0.1))  # behind those who are at the writer's door already
    with pytest.raises(TimeoutError):
        await late
    assert not patient.done()
    go_on.set()
    await busy
    assert (
        await patient == 3
    )  # those who gave up while their unit waited are stored, and find that when they come again
    assert await door.accept(body(2), 30.0) == 0
    assert await door.accept(body(4), 30.0) == 1
    assert await writer.run(stored) == 4


async def test_what_comes_together_is_one_unit(writer: CountingWriter) -> None:
    door = Inbox(writer, lambda: None, no_failures)

    async def knocks(number: int) -> int:
        await asyncio.sleep(0)  # not all in the same pass of the loop
        if number % 2:
            await asyncio.sleep(0)
        return await door.accept(body(number))

    assert await asyncio.gather(*map(knocks, range(40))) == [40] * 40
    assert writer.units == 1
