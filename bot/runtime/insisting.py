"""Writing down what must not be forgotten, however long the books are away."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from bot.runtime.writer import Writer
from storage.outages import is_outage
from storage.tx import Tx

T = TypeVar("T")
log = logging.getLogger("munshi.runtime")

AGAIN_S = 1.0


async def insist(writer: Writer, work: Callable[[Tx], T]) -> T:
    """Run a unit of work, and again each second while the database is away. Raises what is no outage."""
    while True:
        try:
            return await writer.run(work)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("the books cannot be written (%s); again in %s s", type(error).__name__, AGAIN_S)
        await asyncio.sleep(AGAIN_S)
