"""`munshi bench`: every figure beside a peer that was measured in the same run, as a ratio, with the machine named."""

import asyncio

from bot.bench import turn


def run(what: str, turns: int) -> int:
    """Run one benchmark and print its table."""
    asyncio.run({"turn": turn.run}[what](turns))
    return 0
