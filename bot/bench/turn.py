"""`munshi bench turn`: the CPU time of one fully handled, durable turn beside an echo bot's reply.

A turn is: webhook in, signature, event on disk, its unit of work on disk, one message sent and marked. The echo bot
(python-telegram-bot) takes an update and sends one reply; nothing of it survives a crash. CPU time is this process's;
the simulator runs in another.
"""

import sys
import tempfile
from pathlib import Path

from bot.bench import machine, report
from bot.bench.crowd import Crowd, free_port, gathered, measured, open_shop, sent_from_now
from bot.bench.echo_peer import echo_bot
from bot.bench.report import Figure
from bot.demo import BOT_TOKEN

ROUNDS = 3
SENT = ("sent", "delivered", "read")


async def run(turns: int, rounds: int = ROUNDS) -> None:
    """Measure in turn, round by round, and print medians and ratios."""
    figures: dict[str, list[Figure]] = {}
    async with gathered() as crowd:
        for _ in range(rounds):
            for name, measure in PARTS.items():
                figures.setdefault(name, []).append(await measure(crowd, turns))
    _print(figures, f"munshi bench turn: {turns} turns, {rounds} rounds; medians")


async def _echo(crowd: Crowd, turns: int) -> Figure:
    await crowd.reset()
    async with echo_bot(crowd.world, BOT_TOKEN, free_port()) as bot:

        async def done() -> int:
            return bot.replies

        return await measured(crowd, "telegram", turns, done)


async def _telegram(crowd: Crowd, turns: int) -> Figure:
    return await _munshi(crowd, "telegram", turns, "none")


async def _whatsapp(crowd: Crowd, turns: int) -> Figure:
    return await _munshi(crowd, "whatsapp", turns, "none")


async def _with_receipts(crowd: Crowd, turns: int) -> Figure:
    """As in life: two more webhooks for each reply, sent and delivered."""
    return await _munshi(crowd, "whatsapp", turns, "delivered")


PARTS = {
    "echo bot": _echo,
    "Munshi, Telegram": _telegram,
    "Munshi, WhatsApp": _whatsapp,
    "the same + 2 receipts": _with_receipts,
}


async def _munshi(crowd: Crowd, channel: str, turns: int, statuses: str) -> Figure:
    """A whole shop on a new database; each message is one that a customer might send, answered by one message."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_shop(crowd, Path(folder), statuses) as app:
            return await measured(crowd, channel, turns, await sent_from_now(app, *SENT))


def _print(figures: dict[str, list[Figure]], title: str) -> None:
    middle = {name: report.median(found, lambda figure: figure.cpu_ms) for name, found in figures.items()}
    peer = middle["echo bot"].cpu_ms
    rows = [
        (name, f"{figure.cpu_ms:.2f}", f"{figure.per_second:.0f}", f"{peer / figure.cpu_ms:.2f}")
        for name, figure in middle.items()
    ]
    report.show(title, ("", "CPU ms/turn", "turns/s", "ratio (echo CPU / its CPU)"), rows)
    sys.stdout.write(f"resident memory of this process at the end: {machine.resident_mb():.0f} MB\n")
