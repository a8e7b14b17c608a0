"""Backups beside a running shop: in a thread of their own, one at a time in all processes."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.runtime.alerts import alert
from bot.runtime.writer import Writer
from handlers.jobs.tools import Made, NotMade
from storage.actions.backups import BACKUP, HOLD_MS
from storage.backup.copies import forget_old
from storage.backup.sealing import BackupError
from storage.backup.taking import Taken, take
from storage.db import Books
from storage.files import FileStore
from storage.queue import leases
from storage.tx import Tx

log = logging.getLogger("munshi.backups")

TOLD_EACH_S, LET_GO_S = 3.0, 5.0
Told = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """`public` seals ("": backups are off); the newest `keep` of `folder` stay. `workspace`: whose owners hear when the
    one that was to be made by itself was not."""

    public: str
    folder: Path
    keep: int
    workspace: str


class Stopped(Exception):
    """The shop closes while a backup is being made."""


class Backups:
    """Makes backups, and lends what was made to be sent."""

    def __init__(self, writer: Writer, books: Books, store: FileStore, settings: BackupSettings) -> None:
        self._writer, self._books, self._store, self._settings = writer, books, store, settings

    async def make(self, backup: str, told: Told | None = None) -> Made:
        """Make one under the lease of `backup`. Raises `NotMade`; the lease has ended in any case."""
        if not await self._writer.run(lambda tx: leases.take(tx, BACKUP, backup, HOLD_MS)):
            raise NotMade("busy", "another one is being made")
        try:
            if not self._settings.public:
                raise NotMade("no_key", "backup.key is not set")
            taken = await self._take(backup, told)
            await asyncio.to_thread(forget_old, self._settings.folder, self._settings.keep)
        except (BackupError, OSError) as error:
            log.error("a backup was not made: %s", error)
            raise NotMade("failed", str(error)) from error
        finally:
            with suppress(TimeoutError):  # a shop that closes writes nothing any more; then the lease ends by itself
                async with asyncio.timeout(LET_GO_S):
                    await self._writer.run(lambda tx: leases.let_go(tx, BACKUP, backup))
        log.info("a backup was made: %s, %s rows, %s bytes", taken.path.name, taken.rows, taken.size)
        return Made(str(taken.path), taken.path.name, taken.size, taken.rows, taken.files, taken.workspaces)

    async def lend(self, made: Made) -> str:
        """Where the channels find it for a day. Raises `OSError`."""
        return await asyncio.to_thread(self._store.lend, Path(made.path))

    async def alarm(self, error: str) -> None:
        """The owners hear that the backup that was to be made by itself was not."""

        def unit(tx: Tx) -> None:
            alert(tx, self._settings.workspace, BACKUP, "No backup was made today: {error}", error=error)

        await self._writer.run(unit)

    async def _take(self, backup: str, told: Told | None) -> Taken:
        """The books are read in a thread; now and then the lease is renewed and it is told how far it is."""
        at, closing = (0, 0), threading.Event()

        def progress(done: int, all_: int) -> None:
            nonlocal at
            at = done, all_
            if closing.is_set():
                raise Stopped

        taking = asyncio.create_task(
            asyncio.to_thread(take, self._books, self._store, self._settings.folder, self._settings.public, progress)
        )
        try:
            while not (await asyncio.wait({taking}, timeout=TOLD_EACH_S))[0]:
                await self._writer.run(lambda tx: leases.take(tx, BACKUP, backup, HOLD_MS))
                if told is not None:
                    await told(*at)
        except BaseException:
            closing.set()  # a thread cannot be cancelled: it stops itself, and leaves nothing behind
            with suppress(Exception):
                await taking
            raise
        return taking.result()
