"""The one door through which a running shop writes: units of work, one after the other, shared commits on SQLite."""

import asyncio
import contextlib
import itertools
import math
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.db import Books
from storage.failpoints import Point, reach
from storage.outages import Away, is_outage
from storage.tx import Tx

T = TypeVar("T")
Work = Callable[[Tx], Any]

MOST_UNITS = 256
RETRIES = 5
# Serialization failure, deadlock; and a key that another unit wrote meanwhile, which the next run finds.
_NOBODYS_FAULT = {"40001", "40P01", "23505"}


class Writer(Protocol):
    """Runs units of work. A unit's result is told only once it is on disk; its exception undoes that unit alone."""

    async def run(self, work: Callable[[Tx], T], *, urgent: bool = False) -> T:
        """`urgent`: before all that waits and is not, which it does not wait for either."""
        ...

    def close(self) -> None: ...


def open_writer(books: Books) -> Writer:
    return SqliteWriter(books) if books.is_sqlite else PostgresWriter(books)


@dataclass(slots=True)
class Unit:
    """A unit of work under way, and who waits for it."""

    work: Work
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    urgent: bool = False
    result: Any = None
    error: BaseException | None = None


class _Line:
    """Units that wait: the urgent ones first, then in the order in which they came; None, which ends the line, is last."""

    def __init__(self) -> None:
        self._units: queue.PriorityQueue[tuple[int, int, Unit | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()

    def put(self, unit: Unit | None) -> None:
        rank = 2 if unit is None else 0 if unit.urgent else 1
        self._units.put((rank, next(self._numbers), unit))

    def get(self) -> Unit | None:
        return self._units.get()[2]

    def get_nowait(self) -> Unit | None:
        """Raises `queue.Empty`."""
        return self._units.get_nowait()[2]

    def empty(self) -> bool:
        return self._units.empty()


class SharedCommits:
    """Units in the order in which they were put. Those that wait together share a commit; whoever holds the connection
    (a thread, or a simulation) says when the next one is made."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._waiting = _Line()
        self._ending = False

    def put(self, work: Work, *, urgent: bool = False) -> "asyncio.Future[Any]":
        """Let a unit wait for its commit; the future brings its result once it is told."""
        loop = asyncio.get_running_loop()
        unit = Unit(work, loop.create_future(), loop, urgent)
        self._waiting.put(unit)
        return unit.future

    def write_together(self, connection: Connection, first: Unit) -> list[Unit]:
        """One commit, of `first` and all that wait; each unit then holds its result or its error."""
        units = [first]
        try:
            self._commit_together(connection, units)
        except BaseException as error:
            if is_outage(error):  # each that waits would find the same, and wait as long for it
                units += self._all_waiting()
            for unit in units:
                unit.error = unit.error or error
        return units

    def _all_waiting(self) -> list[Unit]:
        units: list[Unit] = []
        with contextlib.suppress(queue.Empty):
            while (unit := self._waiting.get_nowait()) is not None:
                units.append(unit)
            self._ending = True
        return units

    def _commit_together(self, connection: Connection, units: list[Unit]) -> None:
        """Run `units` and all that come meanwhile inside one transaction, until one is urgent or the end is asked for."""
        with self._books.transaction(connection):
            self._run(connection, units[0])
            while len(units) < MOST_UNITS and not self._ending and not units[-1].urgent:
                try:
                    following = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    self._ending = True
                else:
                    units.append(following)
                    self._run(connection, following)

    def _run(self, connection: Connection, unit: Unit) -> None:
        # SQLAlchemy's own way to say these words costs more than all of SQLite's work for a unit.
        driver: Any = connection.connection.driver_connection
        driver.execute("SAVEPOINT unit")
        try:
            unit.result = unit.work(self._books.tx(connection))
            reach(Point.UNIT_RUNNING)
        except Exception as error:
            unit.error = error
            if is_outage(error):  # SQLite may have given up the whole transaction: all that share it are told
                raise
            driver.execute("ROLLBACK TO unit")
        driver.execute("RELEASE unit")


class SqliteWriter(SharedCommits):
    """One thread, one connection; a lone unit is committed at once."""

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Tx], T], *, urgent: bool = False) -> T:
        result: T = await self.put(work, urgent=urgent)
        return result

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join(timeout=30)

    def _serve(self) -> None:
        with self._books.connect() as connection:
            while not self._ending and (first := self._waiting.get()) is not None:
                _tell(self.write_together(connection, first))


class PostgresWriter:
    """One transaction a unit on several connections; never a commit shared across conversations."""

    def __init__(self, books: Books, connections: int = 4) -> None:
        self._books = books
        self._pool = ThreadPoolExecutor(connections, thread_name_prefix="writer")
        self._refused_s = 0.0

    async def run(self, work: Callable[[Tx], T], *, urgent: bool = False) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.attempt, work, time.monotonic())

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def attempt(self, work: Callable[[Tx], T], put_s: float = math.inf) -> T:
        """Run the unit now, in this thread, and again when it was only in another one's way.

        `put_s`: since when it waits; where another was refused a connection meanwhile it is told so, since each would wait
        as long for the same.
        """
        for attempt in range(RETRIES):
            if put_s < self._refused_s:
                raise Away("The server took no connection a moment ago.")
            try:
                return self._books.write(work)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state is None and is_outage(error) and not error.connection_invalidated:
                    self._refused_s = time.monotonic()
                if state not in _NOBODYS_FAULT or attempt == RETRIES - 1:
                    raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  (two that meet must not meet again)
        raise AssertionError("unreachable")


def _tell(units: list[Unit]) -> None:
    """Hand the results back, one call for each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        by_loop.setdefault(unit.loop, []).append(unit)
    for loop, own in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(resolve, own)


def resolve(units: list[Unit]) -> None:
    """Tell those who wait, in their own loop."""
    for unit in units:
        if unit.future.cancelled():
            continue
        if unit.error is not None:
            unit.future.set_exception(unit.error)
        else:
            unit.future.set_result(unit.result)
