"""`munshi bench turn`: the CPU time of one fully handled, durable turn beside an echo bot's reply.

A turn is: webhook in, signature, event on disk, its unit of work on disk, one message sent and marked. The echo bot
(python-telegram-bot) takes an update and sends one reply; nothing of it survives a crash. CPU time is this process's;
the simulator runs in another.
"""

import asyncio
import socket
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.app import App
from bot.bench import machine
from bot.bench.echo_peer import echo_bot
from bot.demo import BOT_TOKEN, cast, demo_config, set_up, simulated_world

SENDERS = 50
ROUNDS = 3
WARM_UP = 200
PATIENCE_S = 120
Done = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """CPU milliseconds a turn, and turns a second, of one round."""

    cpu_ms: float
    per_second: float


async def run(turns: int) -> None:
    """Measure in turn, round by round, and print medians and ratios."""
    figures: dict[str, list[Figure]] = {}
    async with simulated_world() as world, aiohttp.ClientSession() as session:
        for _ in range(ROUNDS):
            for name, measure in PARTS.items():
                figures.setdefault(name, []).append(await measure(world, session, turns))
    _print(figures, turns)


async def _echo(world: str, session: aiohttp.ClientSession, turns: int) -> Figure:
    await _reset(world, session, "")
    async with echo_bot(world, BOT_TOKEN, _free_port()) as bot:

        async def done() -> int:
            return bot.replies

        return await _measured(world, session, "telegram", turns, done)


async def _telegram(world: str, session: aiohttp.ClientSession, turns: int) -> Figure:
    return await _munshi(world, session, "telegram", turns)


async def _whatsapp(world: str, session: aiohttp.ClientSession, turns: int) -> Figure:
    return await _munshi(world, session, "whatsapp", turns, statuses="none")


async def _with_receipts(world: str, session: aiohttp.ClientSession, turns: int) -> Figure:
    """As in life: two more webhooks for each reply, sent and delivered."""
    return await _munshi(world, session, "whatsapp", turns)


PARTS = {
    "echo bot": _echo,
    "Munshi, Telegram": _telegram,
    "Munshi, WhatsApp": _whatsapp,
    "the same + 2 receipts": _with_receipts,
}


async def _munshi(
    world: str, session: aiohttp.ClientSession, channel: str, turns: int, statuses: str = "delivered"
) -> Figure:
    """A whole shop on a new database; each message is one that a customer might send, answered by one message."""
    await _reset(world, session, "")
    async with session.post(f"{world}/sim/faults", json={"statuses": statuses}) as answer:
        answer.raise_for_status()
    with tempfile.TemporaryDirectory() as folder:
        config = demo_config(world, Path(folder), port=_free_port(), mode="webhook")
        # A turn is one send: the read mark of each message would be a second one.
        config = config.model_copy(update={"whatsapp": config.whatsapp.model_copy(update={"read_marks": False})})
        app = App(config)
        await app.start()
        await set_up(world, app.server.port)

        async def done() -> int:
            counted = "SELECT count(*) FROM outbox WHERE status IN ('sent', 'delivered', 'read')"
            found = await asyncio.to_thread(app.books.read, lambda tx: tx.execute(text(counted)).scalar_one())
            return int(found)

        try:
            return await _measured(world, session, channel, turns, done)
        finally:
            await app.stop()


async def _measured(world: str, session: aiohttp.ClientSession, channel: str, turns: int, done: Done) -> Figure:
    await _flood(world, session, channel, WARM_UP)
    await _wait(done, WARM_UP)
    began, cpu = time.perf_counter(), time.process_time()
    await _flood(world, session, channel, turns)
    await _wait(done, WARM_UP + turns)
    used, took = time.process_time() - cpu, time.perf_counter() - began
    return Figure(used / turns * 1000, turns / took)


async def _flood(world: str, session: aiohttp.ClientSession, channel: str, count: int) -> Any:
    wanted = {"channel": channel, "count": count, "senders": SENDERS, "text": "thanks", "concurrency": 32}
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with session.post(f"{world}/sim/flood", json=wanted, timeout=timeout) as answer:
        answer.raise_for_status()
        return await answer.json()


async def _wait(done: Done, wanted: int) -> None:
    for _ in range(PATIENCE_S * 20):
        if await done() >= wanted:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError(f"{wanted} turns were not done within {PATIENCE_S} s")


async def _reset(world: str, session: aiohttp.ClientSession, webhook: str) -> None:
    async with session.post(f"{world}/sim/reset", json={}) as answer:
        answer.raise_for_status()
    setup = cast(webhook)
    setup["whatsapp"][0].pop("webhook_url")
    async with session.post(f"{world}/sim/setup", json=setup) as answer:
        answer.raise_for_status()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _print(figures: dict[str, list[Figure]], turns: int) -> None:
    out = sys.stdout.write
    out(f"{machine.describe()}; {turns} turns, {ROUNDS} rounds, {SENDERS} senders; medians\n")
    out(f"{'':<24}{'CPU ms/turn':>12}{'turns/s':>10}{'ratio (echo CPU / its CPU)':>30}\n")
    middle = {name: _median(found) for name, found in figures.items()}
    peer = middle["echo bot"]
    for name, figure in middle.items():
        out(f"{name:<24}{figure.cpu_ms:>12.2f}{figure.per_second:>10.0f}{peer.cpu_ms / figure.cpu_ms:>30.2f}\n")
    out(f"resident memory of this process at the end: {machine.resident_mb():.0f} MB\n")


def _median(found: list[Figure]) -> Figure:
    return sorted(found, key=lambda figure: figure.cpu_ms)[len(found) // 2]
