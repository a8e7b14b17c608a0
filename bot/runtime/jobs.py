"""The job runners: work that waits for something is done here, and its result comes back through the lane."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from bot.runtime.insisting import insist
from bot.runtime.tools import Toolbox
from bot.runtime.writer import Writer
from handlers.jobs.tools import NotYet
from handlers.marks import JobFunction
from storage.failpoints import Point, reach
from storage.outages import is_outage
from storage.queue import jobs
from storage.queue.jobs import Task
from storage.tx import Tx

log = logging.getLogger("munshi.jobs")

MOST_JOBS = 8
POLL_S = 1.0
RETRY_MS = 5_000


class Jobs:
    """Runs due jobs, a few at a time."""

    def __init__(
        self,
        writer: Writer,
        functions: Mapping[str, JobFunction],
        tools: Toolbox,
        owner: str,
        done: Callable[[], None],
        lease_ms: int = jobs.LEASE_MS,
        poll_s: float = POLL_S,
    ) -> None:
        self._writer, self._functions, self._tools = writer, functions, tools
        self._owner, self._done = owner, done
        self._lease_ms, self._poll_s = lease_ms, poll_s
        self._running: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()
        self._stopping = self._makes_way = False

    def wake(self) -> None:
        self._awake.set()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    async def serve(self) -> None:
        while not self._stopping:
            self._awake.clear()
            room = self._room()
            for task in await self._claim(room) if room > 0 else []:
                running = asyncio.create_task(self._run(task), name=f"job {task.id}")
                self._running.add(running)
                running.add_done_callback(self._ended)
            try:
                await asyncio.wait_for(self._awake.wait(), self._poll_s)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._running:
            await asyncio.wait(self._running, timeout=20)

    def _room(self) -> int:
        """How many jobs may be taken up. A suspect is at work alone: if the process ends then, it was the one."""
        if self._makes_way:
            return 0 if self._running else 1
        return MOST_JOBS - len(self._running)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._makes_way and not self._running:
            self.wake()

    async def _claim(self, room: int) -> list[Task]:
        alone = self._makes_way

        def unit(tx: Tx) -> tuple[list[Task], bool]:
            claimed = jobs.claim(tx, self._owner, room, self._lease_ms, self._functions, suspects=alone)
            return claimed, bool(claimed) if alone else len(claimed) < room and jobs.suspects_wait(tx, self._functions)

        try:
            claimed, self._makes_way = await self._writer.run(unit)
            if alone != self._makes_way and not claimed:
                self.wake()
            return claimed
        except Exception:
            log.exception("could not claim jobs; trying again")
            return []

    async def _run(self, task: Task) -> None:
        try:
            reach(Point.JOB_CLAIMED)
            if task.attempts > jobs.MOST_ATTEMPTS + 1:  # the last one was alone
                raise RuntimeError("the process ended each time while it was being done")
            if task.kind not in self._functions:
                raise LookupError(f"no version that runs here knows work of the kind {task.kind}")
            result = await self._functions[task.kind](task.payload["value"], self._tools.for_task(task))
        except NotYet as error:
            log.info("job %s (%s) is not done yet, attempt %s: %s", task.id, task.kind, task.attempts, error)
            note, wait_ms = str(error), _back_off_ms(task, error)
            await insist(self._writer, lambda tx: jobs.fail(tx, task, note, wait_ms))
            return
        except Exception as error:
            if is_outage(error):
                log.warning("job %s (%s) waits for the books: %s", task.id, task.kind, error)
                await insist(self._writer, lambda tx: jobs.give_back(tx, task, RETRY_MS))
                return
            log.exception("job %s (%s) failed, attempt %s", task.id, task.kind, task.attempts)
            note = f"{type(error).__name__}: {error}"
            await insist(self._writer, lambda tx: jobs.fail(tx, task, note, RETRY_MS * task.attempts))
            return
        reach(Point.JOB_DONE)
        await insist(self._writer, lambda tx: jobs.finish(tx, task, result))
        self._done()
        self.wake()


def _back_off_ms(task: Task, error: NotYet) -> int:
    """1 s, then 4 s; or what the other side named, up to two minutes."""
    return round(1000 * (4 ** (task.attempts - 1) if error.after_s is None else min(error.after_s, 120)))
