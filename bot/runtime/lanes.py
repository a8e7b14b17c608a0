"""The workers: thousands of lanes at once, each strictly in order."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial

from bot.channels.base import Channel
from bot.runtime.insisting import insist
from bot.runtime.pipeline import Handled, Pipeline
from bot.runtime.writer import Writer
from flows.messages import Inbound
from storage.errors import BotError
from storage.failpoints import Point, reach
from storage.outages import is_outage
from storage.queue import lanes
from storage.queue.lanes import Claim, Event, Fenced
from storage.tx import Tx

log = logging.getLogger("munshi.lanes")

MOST_LANES = 256
MOST_IN_A_ROW = 32
"""Events that a lane may run before it stands in line again: one who writes without end holds up nobody else."""
POLL_S = 1.0
RETRY_MS = 500


class WornOut(Exception):
    """An event was taken up as often as an event may be, and no attempt came to an end."""


class Lanes:
    """Claims lanes whose turn it is and runs their events through the pipeline until none is left."""

    def __init__(
        self,
        writer: Writer,
        pipeline: Pipeline,
        channels: Mapping[str, Channel],
        owner: str,
        sent: Callable[[], None],
        planned: Callable[[], None],
        lease_ms: int = lanes.LEASE_MS,
        poll_s: float = POLL_S,
    ) -> None:
        self._writer, self._pipeline, self._channels = writer, pipeline, channels
        self._owner, self._sent, self._planned = owner, sent, planned
        self._lease_ms, self._poll_s = lease_ms, poll_s
        self._awake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._stopping = self._makes_way = False
        self._serving = asyncio.Lock()

    def wake(self) -> None:
        self._awake.set()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    async def serve(self) -> None:
        """Claim and run until `stop`."""
        async with self._serving:
            while not self._stopping:
                self._awake.clear()  # here, since without room nothing else would, and a set bell rings for ever
                room = self._room()
                claimed = await self._claim(room) if room > 0 else []
                for claim, event in claimed:
                    task = asyncio.create_task(self._run_lane(claim, event), name=claim.lane)
                    self._running.add(task)
                    task.add_done_callback(self._ended)
                if len(claimed) < max(room, 1):
                    await self._rest()

    async def stop(self) -> None:
        """Take no new lane; let those at work finish their present event."""
        self._stopping = True
        self.wake()
        async with self._serving:  # a claim under way still brings its lanes
            pass
        if self._running:
            await asyncio.wait(self._running, timeout=20)
        if self._background:
            await asyncio.wait(self._background, timeout=2)

    def _room(self) -> int:
        """How many lanes may be taken up. A suspect is at work alone: if the process ends then, it was the one."""
        if self._makes_way:
            return 0 if self._running else 1
        return MOST_LANES - len(self._running)

    async def _claim(self, room: int) -> list[tuple[Claim, Event]]:
        alone = self._makes_way

        def unit(tx: Tx) -> tuple[list[tuple[Claim, Event]], bool]:
            claimed = lanes.claim(tx, self._owner, room, self._lease_ms, suspects=alone)
            return claimed, bool(claimed) if alone else len(claimed) < room and lanes.suspects_wait(tx)

        try:
            claimed, self._makes_way = await self._writer.run(unit)
            if alone != self._makes_way and not claimed:
                self.wake()
            return claimed
        except Exception:
            log.exception("could not claim lanes; trying again")
            await asyncio.sleep(POLL_S)
            return []

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), self._poll_s)
        except TimeoutError:
            return

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if len(self._running) == MOST_LANES - 1 or (self._makes_way and not self._running):
            self.wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a lane ended badly", exc_info=error)

    async def _run_lane(self, claim: Claim, event: Event) -> None:
        """Hold the lane for as long as something waits in it; while the books are away it is let go, uncounted."""
        reach(Point.LANES_CLAIMED)
        try:
            await self._run_events(claim, event)
        except Fenced:
            log.warning("lane %s was taken over by another worker", claim.lane)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("lane %s waits for the books: %s", claim.lane, error)
            await self._let_go(claim, RETRY_MS)

    async def _run_events(self, claim: Claim, event: Event) -> None:
        """Handle this event and all that wait behind it in the same lane."""
        attempts, waiting, handled = claim.attempts, [event], 0
        while waiting:
            current = waiting.pop(0)
            last = await self._run_event(current, claim.epoch, attempts)
            if last is None:
                return
            attempts, handled = 1, handled + 1
            others_first = self._stopping or self._makes_way or handled >= MOST_IN_A_ROW
            if others_first and last > current.seq:
                return await self._let_go(claim, 0)
            if last > current.seq and not waiting:
                # Of staff one at a time: what they have just said may have moved the rest to another workspace.
                most = 1 if current.contact is None else MOST_IN_A_ROW
                behind = partial(lanes.following, lane=current.lane, seq=current.seq, most=most)
                waiting = await self._writer.run(behind)

    async def _let_go(self, claim: Claim, after_ms: int) -> None:
        """Give the lane back as if it had not been taken up."""
        await insist(self._writer, lambda tx: lanes.give_back(tx, claim.lane, claim.epoch, after_ms, counts=False))

    async def _run_event(self, event: Event, epoch: int, attempts: int) -> int | None:
        """One event, to its end. Returns the lane's last number, or None when the lane is no longer ours."""
        inbound = Inbound("unknown", "", "", True)
        try:
            if attempts <= lanes.MOST_ATTEMPTS + 2:  # beyond, it may be the reading that ends the process
                inbound = self._pipeline.understand(event)
            if attempts > lanes.MOST_ATTEMPTS + 1:  # the last one was alone
                raise WornOut("the process ended each time while it was being handled")
            handled = await self._handle(event, inbound, epoch)
        except Exception as error:
            if isinstance(error, Fenced) or is_outage(error):
                raise
            if attempts < lanes.MOST_ATTEMPTS:
                log.exception("event %s failed, attempt %s", event.id, attempts)
                await self._writer.run(lambda tx: lanes.give_back(tx, event.lane, epoch, RETRY_MS * attempts))
                return None
            log.exception("event %s goes to the dead letters", event.id)
            handled = await self._give_up(event, inbound, epoch, f"{type(error).__name__}: {error}")
        self._sent()
        if handled.has_work:
            self._planned()
        self._acknowledge(event, inbound, handled)
        return handled.last_seq

    async def _give_up(self, event: Event, inbound: Inbound, epoch: int, note: str) -> Handled:
        """A dead letter, and an apology where one can be made: the lane goes on."""
        try:
            return await self._writer.run(lambda tx: self._pipeline.apologise(tx, event, inbound, epoch, note))
        except Exception as error:
            if isinstance(error, Fenced) or is_outage(error):
                raise
            log.exception("nobody can be told of event %s", event.id)
        return await self._writer.run(lambda tx: self._pipeline.bury(tx, event, epoch, note))

    async def _handle(self, event: Event, inbound: Inbound, epoch: int) -> Handled:
        def unit(tx: Tx) -> Handled:
            return self._pipeline.handle(tx, event, inbound, epoch)

        try:
            return await self._writer.run(unit)
        except BotError as refusal:
            error = refusal
        return await self._writer.run(lambda tx: self._pipeline.refuse(tx, event, inbound, epoch, error))

    def _acknowledge(self, event: Event, inbound: Inbound, handled: Handled) -> None:
        """A tapped button stops spinning, a message gets its ticks; nobody waits for it."""
        channel = self._channels.get(event.account)
        if channel is None:
            return
        task = asyncio.create_task(channel.acknowledge(inbound, handled.toast))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
