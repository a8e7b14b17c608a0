"""The writers of a simulation: units run at once in this thread, after a seeded wait and before another one."""

import asyncio
import queue
import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from bot.faultsim.virtual.loop import Died, Process, State
from bot.faultsim.virtual.world import World
from bot.runtime.writer import SharedCommits, Unit, resolve
from storage.tx import Tx

T = TypeVar("T")


def outage() -> OperationalError:
    """What the database says when the disk cannot be written."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return OperationalError("COMMIT", None, error)


class OneProcess(SharedCommits):
    """SQLite: units in their order, those that wait share a commit."""

    def __init__(self, world: World, process: Process) -> None:
        super().__init__(world.journal.books)
        self._world, self._process = world, process
        self._serving = False
        self._told_s = 0.0

    async def run(self, work: Callable[[Tx], T], *, urgent: bool = False) -> T:
        future = self.put(work, urgent=urgent)
        if not self._serving:
            self._serving = True
            self._serve_soon()
        result: T = await future
        return result

    def close(self) -> None:
        """Nothing is open."""

    def _serve_soon(self) -> None:
        asyncio.get_running_loop().call_later(self._world.delay_s(), self._serve)

    def _serve(self) -> None:
        first = self._waiting.get_nowait()
        assert first is not None  # noqa: S101  (this queue is never told to end)
        if self._world.happens(self._world.weather.outage):
            units = [first, *self._drained()]
            for unit in units:
                unit.error = outage()
        else:
            units = self.write_together(self._world.journal.connection, first)
            self._world.look(self._process.name)
        if self._process.state is State.DEAD:
            return
        self._told_s = max(self._told_s, self._world.now_s + self._world.delay_s())
        asyncio.get_running_loop().call_at(self._told_s, resolve, units)
        self._serving = not self._waiting.empty()
        if self._serving:
            self._serve_soon()

    def _drained(self) -> list[Unit]:
        found: list[Unit] = []
        while True:
            try:
                unit = self._waiting.get_nowait()
            except queue.Empty:
                return found
            if unit is not None:
                found.append(unit)


class OneOfMany:
    """As on PostgreSQL: each unit a transaction of its own, several under way, in no order; and a connection that is
    lost at the commit leaves it unknown whether the unit is on disk."""

    def __init__(self, world: World, process: Process) -> None:
        self._world, self._process = world, process

    async def run(self, work: Callable[[Tx], T], *, urgent: bool = False) -> T:
        loop = asyncio.get_running_loop()
        unit = Unit(work, loop.create_future(), loop)
        loop.call_later(self._world.delay_s(), self._carry_out, unit)
        result: T = await unit.future
        return result

    def close(self) -> None:
        """Nothing is open."""

    def _carry_out(self, unit: Unit) -> None:
        world = self._world
        if world.happens(world.weather.outage):
            unit.error = outage()
        else:
            self._commit(unit)
            world.look(self._process.name)
        if unit.error is None and world.happens(world.weather.lost_commit):
            unit.error = outage()
        asyncio.get_running_loop().call_later(world.delay_s(), resolve, [unit])

    def _commit(self, unit: Unit) -> None:
        try:
            unit.result = self._world.journal.books.write(unit.work)
        except Died:
            self._world.look(self._process.name)
            raise
        except Exception as error:
            unit.error = error
