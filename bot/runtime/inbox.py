"""The door for all that comes in: whoever awaits `accept` may acknowledge, for then it is on disk."""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from bot.channels.base import Split
from bot.runtime.writer import Writer
from storage.failpoints import Point, reach
from storage.outages import is_outage
from storage.queries.inbox import kind_of
from storage.queue import arrivals, moves, receipts
from storage.queue.arrivals import Arrival
from storage.queue.moves import Moving
from storage.queue.outbox import Receipt, Undelivered
from storage.tx import Tx

log = logging.getLogger("munshi.inbox")

MOST_STRANGE = 1000
MOST_TOGETHER = 256
GATHER_S = 0.02
SWEEP_S = 0.5
Tell = Callable[[Tx, Sequence[Undelivered]], None]


class _Waiting(NamedTuple):
    """Somebody who waits, by the loop's clock until `until_s`, to hear that `split` is on disk."""

    split: Split
    done: asyncio.Future[int]
    until_s: float


class Inbox:
    """Gathers what waits and writes it in one unit; `wake` is called after each that brought something new, `failed`
    within the unit with those of our messages that, by a receipt, failed for good."""

    def __init__(self, writer: Writer, wake: Callable[[], None], failed: Tell) -> None:
        self._writer, self._wake, self._failed = writer, wake, failed
        self._waiting: list[_Waiting] = []
        self._at_work: list[_Waiting] = []
        self._clock: asyncio.TimerHandle | None = None
        self._strange: set[str] = set()
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, split: Split, patience_s: float = math.inf) -> int:
        """Store events and receipts; returns how many events were new in all that was stored with them.

        Raises what the database raised; `TimeoutError` within half a second after `patience_s`, when it has said nothing.
        """
        if not split.arrivals and not split.receipts:
            return 0
        self._notice_strange(split)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[int] = loop.create_future()
        self._waiting.append(_Waiting(split, done, loop.time() + patience_s))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="inbox")
        if self._clock is None:
            self._clock = loop.call_later(SWEEP_S, self._sweep)
        return await done

    def _sweep(self) -> None:
        """Tell those who have waited long enough. One clock for all: one for each would cost more than splitting its body."""
        loop = asyncio.get_running_loop()
        now_s, everybody = loop.time(), [*self._at_work, *self._waiting]
        _tell([each for each in everybody if each.until_s <= now_s], lambda done: done.set_exception(TimeoutError()))
        self._clock = loop.call_later(SWEEP_S, self._sweep) if everybody else None

    def _notice_strange(self, split: Split) -> None:
        """One line in the log for each kind that nobody here understands; `munshi check` counts them."""
        for arrival in split.arrivals:
            if arrival.kind == "unknown" and len(self._strange) < MOST_STRANGE:
                kind = kind_of(arrival.account, arrival.payload)
                if kind not in self._strange:
                    self._strange.add(kind)
                    log.info("an event of an unknown kind came in and is kept: %s", kind)

    async def _write_all(self) -> None:
        while self._waiting:
            await self._gather()
            batch, self._waiting = [each for each in self._waiting if not each.done.done()], []  # some gave up waiting
            if not batch:
                continue
            self._at_work = batch
            error = await self._write(batch)
            if error is not None and len(batch) > 1 and not is_outage(error):
                for each in batch:  # one body that cannot be stored must not keep its neighbours out
                    await self._write([each], alone=True)
            self._at_work = []
        self._writing = None

    async def _gather(self) -> None:
        """Let all bodies be read that are there already, so that one commit serves them, and the writer and those who
        read do not take turns with each other. A body needs two passes of the loop from its socket to here.
        """
        loop, found = asyncio.get_running_loop(), 0
        until_s = loop.time() + GATHER_S
        while found < len(self._waiting) < MOST_TOGETHER and loop.time() < until_s:
            found = len(self._waiting)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _write(self, batch: list[_Waiting], alone: bool = False) -> Exception | None:
        """Store together what waits and tell who waits; what fails in company is told only when it fails alone."""
        try:
            unit = partial(_store, splits=[each.split for each in batch], failed=self._failed)
            new = await self._writer.run(unit, urgent=True)  # one at a time: it keeps nobody else waiting for long
        except Exception as raised:
            error = raised
            if alone or len(batch) == 1 or is_outage(error):  # nobody waits for the same outage once more
                _tell(batch, lambda done: done.set_exception(error))
            return error
        reach(Point.EVENTS_STORED)
        _tell(batch, lambda done: done.set_result(new))
        if new:
            self._wake()
        return None


def _tell(batch: list[_Waiting], how: Callable[[asyncio.Future[int]], None]) -> None:
    for each in batch:
        if not each.done.done():
            how(each.done)


def _store(tx: Tx, splits: Sequence[Split], failed: Tell) -> int:
    """One unit: the events in their lanes, and what the platforms say of our own messages.

    Chats that have moved come first, so that what is said in the new place is known to belong to the workspace.
    """
    moved: list[Moving] = [moving for split in splits for moving in split.moves]
    events: list[Arrival] = [arrival for split in splits for arrival in split.arrivals]
    told: list[Receipt] = [receipt for split in splits for receipt in split.receipts]
    for moving in moved:
        moves.move(tx, moving)
    new = arrivals.accept(tx, events) if events else 0
    if told and (lost := receipts.apply_receipts(tx, told)):
        failed(tx, lost)
    return new
