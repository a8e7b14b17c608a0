"""The loop that fires what is due, in every process: the books see to it that each moment is fired once."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from bot.runtime.insisting import insist
from bot.runtime.writer import Writer
from storage.queue import schedules
from storage.queue.schedules import Fired
from storage.tx import Tx

log = logging.getLogger("munshi.scheduler")

POLL_S = 5.0
"""The longest sleep: a row that another process planned or changed is seen within it."""
PREFIX = "every:"
"""Begins the name of the rows that stand for what the code labels with `@every`."""


class Scheduler:
    """Keeps the rows of the installation's own work as the code has them, and fires what is due.

    `own`: name (with `PREFIX`) -> cron's five fields, read in UTC. `fired`: called when jobs were put.
    """

    def __init__(
        self, writer: Writer, own: Mapping[str, str], fired: Callable[[], None], poll_s: float = POLL_S
    ) -> None:
        self._writer, self._own, self._fired, self._poll_s = writer, own, fired, poll_s

    async def serve(self) -> None:
        await insist(self._writer, self.enrol)
        while True:
            wait_s = await self._look()
            await asyncio.sleep(wait_s)

    def enrol(self, tx: Tx) -> None:
        """Plan what the code labels; what it no longer labels goes.

        Who starts last is believed: a process of an old version that is started beside newer ones drops their rows,
        until one of them is started again. Hence equal versions are asked for.
        """
        for name, expression in self._own.items():
            schedules.plan(tx, name, expression, "UTC", name)
        schedules.drop_others(tx, PREFIX, list(self._own))

    async def _look(self) -> float:
        """Fire what is due; returns for how many seconds to sleep."""
        try:
            found = await self._writer.run(schedules.fire_due)
        except Exception:
            log.exception("could not look at the schedules; trying again")
            return self._poll_s
        self._tell(found)
        return self._poll_s if found.wait_ms is None else min(self._poll_s, found.wait_ms / 1000)

    def _tell(self, found: Fired) -> None:
        for name in found.stopped:
            log.error("schedule %s is stopped: its expression or its zone is not understood", name)
        if found.names:
            self._fired()
