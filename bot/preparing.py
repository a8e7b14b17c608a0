"""Before a shop opens: the books are held, brought to the present schema, and furnished at the very first start."""

import asyncio
import logging
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot import founding
from bot.backup import before_migration
from bot.channels.console import Console
from bot.config import Config
from storage import migrations
from storage.actions.people import open_account
from storage.db import Books
from storage.occupancy import Occupancy
from storage.outages import BooksAway, is_outage
from storage.queue import jobs, lanes, leases, outcomes
from storage.rules.catalogue import Catalogue
from storage.tx import Tx

log = logging.getLogger("munshi.app")

PATIENCE_S = 60.0
"""A database server may start after us; who has not come by then will not come without a hand."""
AGAIN_S = 2.0


async def prepare(books: Books, config: Config, console: Console | None) -> Occupancy:
    """Make the books ready; a server that is not there yet is waited for, up to a minute.

    Raises:
        BooksAway: it cannot be opened.
        Occupied: another process works on this SQLite file.
        ConfigError: the first catalogue cannot be used.
        BackupError: the schema is to change, and what is there cannot be kept.
    """
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + PATIENCE_S
    while True:
        try:
            return await asyncio.to_thread(_prepare, books, config, console)
        except (SQLAlchemyError, OSError) as error:
            said = str(getattr(error, "orig", None) or error).strip().replace("\n", " ")
            if not is_outage(error) or loop.time() > deadline_s:
                raise BooksAway(
                    f"The database {books.place} cannot be opened ({said})."
                    f" Start it, or set database.url to where it is; `munshi check` tries it again."
                ) from error
            log.warning("the database %s cannot be opened (%s); again in %s s", books.place, said, AGAIN_S)
        await asyncio.sleep(AGAIN_S)


def _prepare(books: Books, config: Config, console: Console | None) -> Occupancy:
    occupancy = Occupancy(books, "munshi chat" if console else "a running shop")
    try:
        migrations.upgrade(books, before=before_migration(config, books))
        goods = founding.read_catalogue(config.shop) if founding.wants_goods(books, config.shop) else None
        books.write(partial(_furnish, config=config, goods=goods, console=console))
        if books.is_sqlite:
            for take_over in (lanes.release_all, jobs.release_all, leases.release_all, outcomes.abandon_claims):
                books.write(take_over)
    except BaseException:
        occupancy.leave()
        raise
    return occupancy


def _furnish(tx: Tx, config: Config, goods: Catalogue | None, console: Console | None) -> None:
    """Copy the first workspace in; of processes that start together one does it."""
    leases.queue_up(tx, "founding")
    founding.found(tx, config, goods)
    if console is not None:
        open_account(tx, console.account, console.platform, config.shop.id)
