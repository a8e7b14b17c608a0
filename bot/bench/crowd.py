"""The simulator's crowd before a whole shop: many people write, each is answered, all over the real wire."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.app import App
from bot.bench.report import Figure
from bot.demo import cast, demo_config, set_up, simulated_world

PATIENCE_S = 120
Done = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """`world` is the simulator's address."""

    world: str
    session: aiohttp.ClientSession

    async def reset(self) -> None:
        """An empty world with our accounts in it, and no webhook yet."""
        await self._post("reset", {})
        setup = cast("")
        setup["whatsapp"][0].pop("webhook_url")
        await self._post("setup", setup)

    async def confirm_with(self, statuses: str) -> None:
        """Which receipts follow a message of ours: "delivered" is two, "none" is none."""
        await self._post("faults", {"statuses": statuses})

    async def writes(self, channel: str, count: int, senders: int) -> None:
        """`count` messages that are each answered by one."""
        wanted = {"channel": channel, "count": count, "senders": senders, "text": "thanks", "concurrency": 32}
        await self._post("flood", wanted)

    async def _post(self, path: str, body: Any) -> None:
        timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
        async with self.session.post(f"{self.world}/sim/{path}", json=body, timeout=timeout) as answer:
            answer.raise_for_status()


@asynccontextmanager
async def gathered() -> AsyncIterator[Crowd]:
    """A crowd in a process of its own, which ends with the block."""
    async with simulated_world() as world, aiohttp.ClientSession() as session:
        yield Crowd(world, session)


@asynccontextmanager
async def open_shop(crowd: Crowd, folder: Path, statuses: str) -> AsyncIterator[App]:
    """A whole shop on the database in that folder (made when there is none), on an empty world."""
    await crowd.reset()
    await crowd.confirm_with(statuses)
    config = demo_config(crowd.world, folder, port=free_port(), mode="webhook")
    # A turn is one send: the read mark of each message would be a second one.
    config = config.model_copy(update={"whatsapp": config.whatsapp.model_copy(update={"read_marks": False})})
    app = App(config)
    await app.start()
    await set_up(crowd.world, app.server.port)
    try:
        yield app
    finally:
        await app.stop()


async def sent_from_now(app: App, *statuses: str) -> Done:
    """Counts the messages queued from now on that have come to one of these states."""
    last = app.books.read(lambda tx: tx.execute(text("SELECT coalesce(max(id), 0) FROM outbox")).scalar_one())
    named = ", ".join(f"'{each}'" for each in statuses)
    # The plus keeps SQLite from counting through the index of states, in which the whole past lies.
    counted = text(f"SELECT count(*) FROM outbox WHERE id > {int(last)} AND +status IN ({named})")  # noqa: S608

    async def done() -> int:
        return int(await asyncio.to_thread(app.books.read, lambda tx: tx.execute(counted).scalar_one()))

    return done


async def measured(
    crowd: Crowd, channel: str, turns: int, done: Done, *, senders: int = 50, warm_up: int = 200
) -> Figure:
    """CPU time and speed of that many turns, after `warm_up` others."""
    await crowd.writes(channel, warm_up, senders)
    await _wait(done, warm_up)
    began, cpu = time.perf_counter(), time.process_time()
    await crowd.writes(channel, turns, senders)
    await _wait(done, warm_up + turns)
    used, took = time.process_time() - cpu, time.perf_counter() - began
    return Figure(used / turns * 1000, turns / took)


async def _wait(done: Done, wanted: int) -> None:
    for _ in range(PATIENCE_S * 20):
        if await done() >= wanted:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{wanted} turns were not done within {PATIENCE_S} s")


def free_port() -> int:
    """A port that was free a moment ago: the platforms must know the shop's address before it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
