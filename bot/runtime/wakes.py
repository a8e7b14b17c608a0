"""Waking whoever has work now: a bell in this process at once, NOTIFY for the others, polling behind both."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum

import psycopg

from storage.db import ALIVE, Books

log = logging.getLogger("munshi.wakes")

CHANNEL = "munshi"
"""Of this database alone."""
TOGETHER_S, REST_S = 0.005, 0.02
"""What is rung within this time goes out as one NOTIFY; and for how long the next one waits at least."""
PATIENCE_S = 10.0
"""A server that answers nothing for so long is taken for gone."""
LISTEN_S = 30.0
SOON_S, LONGEST_S = 0.2, 15.0
"""How long after a lost connection the next one is tried: at first, and at most."""


class Bell(StrEnum):
    """The parts that can be woken."""

    LANES = "lanes"
    OUTBOX = "outbox"
    JOBS = "jobs"


class Wakes:
    """Bells. Each is rung after the commit that brought work: a NOTIFY takes a lock under which commits queue up, so it
    never travels in a unit of work, and one that is lost costs the time of a poll.

    On SQLite, and until `serve` runs, only the bells of this process ring.
    """

    def __init__(self, books: Books, owner: str) -> None:
        self._address, self._owner = books.wire_address, owner
        self._bells: dict[Bell, Callable[[], None]] = {}
        self._told: set[Bell] = set()
        self._due = asyncio.Event()

    def hang(self, bell: Bell, ring: Callable[[], None]) -> None:
        """This process serves that part: `ring` wakes it."""
        self._bells[bell] = ring

    def ring(self, *bells: Bell) -> None:
        """There is work for these."""
        for bell in bells:
            self._ring_here(bell)
        if self._address is not None:
            self._told.update(bells)
            self._due.set()

    def _ring_here(self, bell: Bell) -> None:
        ring = self._bells.get(bell)
        if ring is not None:
            ring()

    async def serve(self) -> None:
        """Tell other processes and hear them, until cancelled; a lost connection is made again."""
        if self._address is None:
            return
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep("tell", self._tell), name="wakes tell")
            if self._bells:
                both.create_task(self._keep("hear", self._hear), name="wakes hear")

    async def _keep(self, what: str, use: Callable[[psycopg.AsyncConnection], Awaitable[None]]) -> None:
        """Hold a connection for one direction."""
        wait_s = SOON_S
        while True:
            began_s = _now_s()
            try:
                await self._connected(use)
            except (psycopg.Error, OSError, TimeoutError) as error:
                said = str(error).strip() or "no answer"
                log.warning("cannot %s other processes (%s); polling meanwhile", what, said)
            wait_s = SOON_S if _now_s() - began_s > LONGEST_S else min(wait_s * 2, LONGEST_S)
            await asyncio.sleep(wait_s)

    async def _connected(self, use: Callable[[psycopg.AsyncConnection], Awaitable[None]]) -> None:
        """Use a connection of our own until it is lost: the units' connections are never kept waiting."""
        assert self._address is not None  # noqa: S101  (`serve` asks)
        async with asyncio.timeout(PATIENCE_S):
            connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True, **ALIVE)
        try:
            await use(connection)
        finally:
            connection.pgconn.finish()  # at once: closing politely would wait for a server that may be gone

    async def _tell(self, connection: psycopg.AsyncConnection) -> None:
        # Nothing is kept that a crash could lose, so nobody waits for the disk while the lock of NOTIFY is held.
        await connection.execute("SET synchronous_commit = off")
        while True:
            await self._due.wait()
            await asyncio.sleep(TOGETHER_S)
            self._due.clear()
            bells, self._told = self._told, set()
            said = " ".join((self._owner, *sorted(bells)))
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, said))
            except BaseException:
                self._told |= bells
                self._due.set()
                raise
            await asyncio.sleep(REST_S)  # under load one in five is enough, and each costs us and all who hear it

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await connection.execute("LISTEN munshi")
        for bell in self._bells:  # nobody knows what was told while we did not listen
            self._ring_here(bell)
        while True:
            async for notify in connection.notifies(timeout=LISTEN_S):
                self._heard(notify.payload)
            async with asyncio.timeout(PATIENCE_S):  # a server that is gone sends nothing, not even its farewell
                await connection.execute("SELECT 1")

    def _heard(self, payload: str) -> None:
        owner, *bells = payload.split(" ")
        if owner == self._owner:
            return
        for bell in self._bells:
            if bell.value in bells:
                self._ring_here(bell)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
