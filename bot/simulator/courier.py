"""Carries webhooks to the application, at least once, like Meta and Telegram do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
ATTEMPTS = 12
"""First try included: with doubling pauses that is about two and a half minutes."""
AT_ONCE = 128
"""Webhooks in flight at the same time."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one POST: HTTP status (0: nobody answered), the answer's body, milliseconds, the trouble."""

    status: int
    body: bytes
    ms: float
    error: str | None = None

    @property
    def taken(self) -> bool:
        """Only a 2xx counts as taken."""
        return 200 <= self.status < 300


def pause_before(attempt: int) -> float:
    """Seconds before the given retry (1 is the first): 0.2, 0.4, 0.8 ... at most 30."""
    return min(FIRST_PAUSE_S * 2.0 ** (attempt - 1), LONGEST_PAUSE_S)


@dataclass(slots=True)
class Courier:
    """One HTTP client for all webhooks, and the background work around them."""

    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _session: aiohttp.ClientSession | None = None
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(total=60), auto_decompress=False
            )
        return self._session

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Attempt:
        """POST once; never raises for a network failure."""
        async with self.at_once:
            started = time.perf_counter()
            try:
                async with self.session.post(url, data=body, headers=headers) as response:
                    content = await response.read()
                    return Attempt(response.status, content, (time.perf_counter() - started) * 1000)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                spent = (time.perf_counter() - started) * 1000
                return Attempt(0, b"", spent, f"{type(error).__name__}: {error}")

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something in the background until it ends or the world does."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drop_work(self) -> None:
        """Cancel all background deliveries."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Cancel what is under way and close the connections."""
        await self.drop_work()
        if self._session is not None:
            await self._session.close()
            self._session = None
