"""Telegram without a public address: updates are asked for, stored, and only then confirmed."""

import asyncio
import logging

from bot.channels.base import SendError, Transient
from bot.channels.telegram import Telegram
from bot.runtime.inbox import Inbox
from bot.runtime.outcomes import back_off_ms
from bot.runtime.writer import Writer
from storage.actions.people import advance_cursor
from storage.queries.people import cursor

log = logging.getLogger("munshi.polling")

WAIT_S = 25


class Poller:
    """One bot's updates; a conflict or an outage is waited out."""

    def __init__(self, bot: Telegram, inbox: Inbox, writer: Writer) -> None:
        self._bot, self._inbox, self._writer = bot, inbox, writer

    async def serve(self) -> None:
        offset = await self._writer.run(lambda tx: cursor(tx, self._bot.account))
        failures = 0
        while True:
            try:
                offset = await self._round(offset)
                failures = 0
            except SendError as error:
                failures += 1
                after_ms = error.after_ms if isinstance(error, Transient) and error.after_ms else back_off_ms(failures)
                log.warning("Telegram cannot be asked for updates (%s); again in %s ms", error, after_ms)
                await asyncio.sleep(min(after_ms, 60_000) / 1000)
            except Exception:
                failures += 1
                log.exception("updates could not be stored; asking for them again")
                await asyncio.sleep(back_off_ms(failures) / 1000)

    async def _round(self, offset: int) -> int:
        """One answer stored; returns the next offset, which confirms it at Telegram when it is next asked."""
        updates = await self._bot.poll(offset, WAIT_S)
        if not updates:
            return offset
        await self._inbox.accept(self._bot.split(updates))
        following = max(int(each["update_id"]) for each in updates if str(each.get("update_id")).isdecimal()) + 1
        await self._writer.run(lambda tx: advance_cursor(tx, self._bot.account, following))
        return following
