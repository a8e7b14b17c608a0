"""The door for all that comes in: whoever awaits `accept` may acknowledge, for then it is on disk."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

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

_Waiting = tuple[Split, asyncio.Future[int]]
MOST_STRANGE = 1000
Tell = Callable[[Tx, Sequence[Undelivered]], None]


class Inbox:
    """Gathers what waits and writes it in one unit; `wake` is called after each that brought something new, `failed`
    within the unit with those of our messages that, by a receipt, failed for good."""

    def __init__(self, writer: Writer, wake: Callable[[], None], failed: Tell) -> None:
        self._writer, self._wake, self._failed = writer, wake, failed
        self._waiting: list[_Waiting] = []
        self._strange: set[str] = set()
        self._writing: asyncio.Task[None] | None = None

    async def accept(self, split: Split) -> int:
        """Store events and receipts; returns how many events were new in all that was stored with them. Raises what the database raised."""
        if not split.arrivals and not split.receipts:
            return 0
        self._notice_strange(split)
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((split, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="inbox")
        return await done

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
            batch, self._waiting = [each for each in self._waiting if not each[1].done()], []  # some gave up waiting
            if not batch:
                continue
            error = await self._write(batch)
            if error is not None and len(batch) > 1 and not is_outage(error):
                for each in batch:  # one body that cannot be stored must not keep its neighbours out
                    await self._write([each], alone=True)
        self._writing = None

    async def _write(self, batch: list[_Waiting], alone: bool = False) -> Exception | None:
        """Store together what waits and tell who waits; what fails in company is told only when it fails alone."""
        try:
            new = await self._writer.run(partial(_store, splits=[split for split, _ in batch], failed=self._failed))
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
    for _, done in batch:
        if not done.done():
            how(done)


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
