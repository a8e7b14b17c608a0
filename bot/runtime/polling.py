"""Telegram without a public address: updates are asked for, stored, and only then confirmed. One process asks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.channels.base import SendError, Transient
from bot.channels.telegram import Telegram
from bot.runtime.inbox import Inbox
from bot.runtime.outcomes import back_off_ms
from bot.runtime.writer import Writer
from storage.actions.people import advance_cursor
from storage.outages import is_outage
from storage.queries.people import cursor
from storage.queue import leases

log = logging.getLogger("munshi.polling")

WAIT_S = 25
LEASE_S, RENEW_S = 15.0, 5.0
MOST_WAIT_MS = 5_000
"""Once the books are back, updates that wait at Telegram are asked for within this time."""


class Turn:
    """What one process alone does at a time: held by a lease that is renewed while the process lives.

    A process that is killed, frozen or cut off from the books is followed by another one within 15 to 20 s.
    """

    def __init__(self, writer: Writer, name: str, owner: str) -> None:
        self._writer, self._name, self._owner = writer, name, owner
        self._until_s = 0.0

    async def serve(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` while it is our turn, until cancelled; it is cancelled when another process has taken over."""
        try:
            while True:
                if await self._is_ours():
                    await self._hold(work)
                await asyncio.sleep(RENEW_S)
        finally:
            await self._let_go()

    async def _hold(self, work: Callable[[], Awaitable[None]]) -> None:
        """The turn is kept after `work` has ended: what is done is done for everybody."""
        working = asyncio.ensure_future(work())
        try:
            while await self._is_ours():
                if working.done():
                    working.result()
                await asyncio.sleep(RENEW_S)
            log.warning("%s is no longer ours; another process does it", self._name)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _is_ours(self) -> bool:
        """Take or renew the lease. While the books are away it is ours as long as nobody else can have it."""
        asked_s = _now_s()
        try:
            taken = await self._writer.run(lambda tx: leases.take(tx, self._name, self._owner, round(LEASE_S * 1000)))
        except Exception as error:
            if not is_outage(error):
                raise
            return _now_s() < self._until_s
        self._until_s = asked_s + LEASE_S if taken else 0.0
        return taken

    async def _let_go(self) -> None:
        try:
            async with asyncio.timeout(2):
                await self._writer.run(lambda tx: leases.let_go(tx, self._name, self._owner))
        except Exception as error:
            log.warning("%s is let go by its time only (%s)", self._name, type(error).__name__)


class Poller:
    """One bot's updates; a conflict or an outage is waited out."""

    def __init__(self, bot: Telegram, inbox: Inbox, writer: Writer) -> None:
        self._bot, self._inbox, self._writer = bot, inbox, writer

    async def serve(self) -> None:
        offset: int | None = None
        failures = 0
        while True:
            try:
                if offset is None:
                    offset = await self._writer.run(lambda tx: cursor(tx, self._bot.account))
                offset = await self._round(offset)
                failures = 0
            except SendError as error:
                failures += 1
                after_ms = error.after_ms if isinstance(error, Transient) and error.after_ms else back_off_ms(failures)
                log.warning("Telegram cannot be asked for updates (%s); again in %s ms", error, after_ms)
                await asyncio.sleep(min(after_ms, 60_000) / 1000)
            except Exception as error:
                failures += 1
                log.warning("updates cannot be stored; asking for them again", exc_info=not is_outage(error))
                await asyncio.sleep(min(back_off_ms(failures), MOST_WAIT_MS) / 1000)

    async def _round(self, offset: int) -> int:
        """One answer stored; returns the next offset, which confirms it at Telegram when it is next asked."""
        updates = await self._bot.poll(offset, WAIT_S)
        if not updates:
            return offset
        await self._inbox.accept(self._bot.split(updates))
        following = max(int(each["update_id"]) for each in updates if str(each.get("update_id")).isdecimal()) + 1
        await self._writer.run(lambda tx: advance_cursor(tx, self._bot.account, following))
        return following


def _now_s() -> float:
    return asyncio.get_running_loop().time()
