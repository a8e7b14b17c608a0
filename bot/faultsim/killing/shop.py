"""A shop that is started, killed and started again, seen from outside: its process and whether it answers."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bot.faultsim.killing.trial_process import Order

PATIENCE_S = 30.0


class Running:
    """One life of a shop. `code` is its exit code once it has ended (-9: killed), None before."""

    def __init__(self, order: Order, pid: int, end: "asyncio.Task[int]") -> None:
        self.order, self.pid, self._end = order, pid, end

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.order.port}"

    @property
    def code(self) -> int | None:
        return self._end.result() if self._end.done() else None

    def send(self, number: signal.Signals) -> None:
        """Signal it, unless it has ended."""
        if not self._end.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def ended(self, within_s: float) -> bool:
        """Wait for its end that long; True when it came."""
        await asyncio.wait((self._end,), timeout=within_s)
        return self._end.done()

    async def ready(self, session: aiohttp.ClientSession) -> bool:
        """Wait until it answers; False when it ended first. Raises `TimeoutError`."""
        async with asyncio.timeout(PATIENCE_S):
            while not self._end.done():
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.address}/health/ready") as answer:
                        if answer.status == 200:
                            return True
                await asyncio.sleep(0.02)
        return False

    async def stop(self) -> int:
        """Let it end in its own time (killed after half a minute); returns the exit code."""
        self.send(signal.SIGTERM)
        if not await self.ended(PATIENCE_S):
            self.send(signal.SIGKILL)
        return await self._end


class Nursery:
    """Bears shops, one at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._last: Running | None = None

    async def open(self, order: Order) -> Running:
        """Begin a life; the one before must have ended."""
        if self._process.stdin is None:
            raise RuntimeError("the nursery has no ear")
        self._process.stdin.write(order.line())
        pid = await self._number()
        self._last = Running(order, pid, asyncio.create_task(self._number()))
        return self._last

    async def _number(self) -> int:
        line = await self._process.stdout.readline() if self._process.stdout else b""
        if not line:
            raise RuntimeError("the nursery has ended")
        return int(line)

    async def clear(self) -> None:
        """End the shop that still lives here."""
        if self._last is not None:
            self._last.send(signal.SIGKILL)
            await self._last.ended(PATIENCE_S)

    async def close(self) -> None:
        await self.clear()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery that ends, with the shop that still lives in it, when the block does."""
    opened = Nursery(
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.faultsim.killing.trial_process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
    )
    try:
        yield opened
    finally:
        await opened.close()


def free_port() -> int:
    """A port that was free a moment ago: the platforms must know the shop's address before it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
