"""A platform that fails with everything for a while: nothing is given up, and all of it arrives."""

import asyncio
from typing import Any

from sqlalchemy import select

from storage.tables.runtime import dead_letters
from storage.tables.sending import outbox
from tests.harness import PATIENCE_S, Shop


async def _rows(shop: Shop, claims: int) -> list[Any]:
    """The rows to customers, once each was tried so often."""
    chosen = select(outbox).where(outbox.c.recipient.startswith("+91980000"))
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = shop.app.books.read(lambda tx: tx.execute(chosen).all())
            if len(rows) == 2 and all(row.claims >= claims for row in rows):
                return list(rows)
            await asyncio.sleep(0.03)


async def test_what_fails_with_all_the_others_loses_no_try(shop: Shop) -> None:
    asha, binod = shop.customer(), shop.customer("919800000002", "Binod")
    await shop.world.post("faults", {"error_500": 1.0})
    for chat in (asha, binod):
        await chat.says("/order 1", wait=False)
    assert sum(row.attempts for row in await _rows(shop, claims=2)) <= 3  # the first of them, and what is under way
    await shop.world.post("faults", {"error_500": 0.0})
    for chat in (asha, binod):
        await chat.expects("There is no order")
    assert not shop.app.books.read(lambda tx: tx.execute(select(dead_letters)).all())
