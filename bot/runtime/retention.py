"""Once an hour: what is past its time goes, rows first, then the bytes that nobody holds any more."""

import asyncio
import logging
from functools import partial

from bot.runtime.writer import Writer
from storage.actions.retention import forget_expired, held_by_nobody
from storage.files import FileStore

log = logging.getLogger("munshi.retention")

EVERY_S = 3600.0
AT_ONCE = 500
# A file lies in the store before its row is written, and its lane may wait for days while the bot is stopped.
UNTOUCHED_S = 8 * 86_400.0


class Retention:
    """The sweep of the store of files."""

    def __init__(
        self, writer: Writer, store: FileStore, untouched_s: float = UNTOUCHED_S, every_s: float = EVERY_S
    ) -> None:
        self._writer, self._store, self._untouched_s, self._every_s = writer, store, untouched_s, every_s

    async def serve(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("files past their time could not be swept; trying again later")
            await asyncio.sleep(self._every_s)

    async def sweep(self) -> None:
        expired = await self._writer.run(forget_expired)
        if expired:
            log.info("%s files are past their time", expired)
        old = await asyncio.to_thread(self._store.untouched, self._untouched_s)
        for start in range(0, len(old), AT_ONCE):
            some = old[start : start + AT_ONCE]
            gone = await self._writer.run(partial(held_by_nobody, digests=some))
            await asyncio.to_thread(self._store.delete, gone, self._untouched_s)
