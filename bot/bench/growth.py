"""`munshi bench growth`: what a turn costs as the books grow, beside the same turn in small books.

A turn is that of `munshi bench turn` with its receipts: webhook, lane, unit of work, message sent and marked, two
receipts applied. The same 600 customers write in each shop; behind them lie 1,000, 10,000 and 100,000 lanes, and at
last a million rows of inbox and of outbox. CPU time of this process; databases are made before, outside the time.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.bench import history, report
from bot.bench.crowd import Crowd, gathered, measured, open_shop, sent_from_now
from bot.bench.report import Figure

ROUNDS = 3
TURNS = 600
LANES = (1_000, 10_000, 100_000)
BAR = 1.2


async def run(rows: int, lanes: Sequence[int] = LANES, turns: int = TURNS, rounds: int = ROUNDS) -> None:
    """Make the shops, measure them in turn, round by round, and print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        shops = {f"{count:,} lanes": Path(folder, str(count)) for count in lanes}
        for count, place in zip(lanes, shops.values(), strict=True):
            await history.make(place, count, count)
        old = Path(folder, "old")
        await history.make(old, lanes[-1], rows)
        shops[f"the same + {rows:,} rows"] = old
        figures = await _measure(shops, turns, min(turns, *lanes), rounds)
    _print(figures, f"munshi bench growth: {turns} turns, {rounds} rounds; medians")


async def _measure(shops: dict[str, Path], turns: int, senders: int, rounds: int) -> dict[str, list[Figure]]:
    figures: dict[str, list[Figure]] = {}
    async with gathered() as crowd:
        for _ in range(rounds):
            for name, place in shops.items():
                figures.setdefault(name, []).append(await _turns(crowd, place, turns, senders))
    return figures


async def _turns(crowd: Crowd, place: Path, turns: int, senders: int) -> Figure:
    async with open_shop(crowd, place, "delivered") as app:
        done = await sent_from_now(app, "delivered")
        return await measured(crowd, "whatsapp", turns, done, senders=senders, warm_up=senders)


def _print(figures: dict[str, list[Figure]], title: str) -> None:
    middle = {name: report.median(found, lambda figure: figure.cpu_ms) for name, found in figures.items()}
    least = next(iter(middle.values())).cpu_ms
    rows = []
    for name, figure in middle.items():
        ratio = figure.cpu_ms / least
        verdict = "ok" if ratio <= BAR else "HIGH"
        rows.append((name, f"{figure.cpu_ms:.2f}", f"{figure.per_second:.0f}", f"{ratio:.2f} {verdict}"))
    report.show(f"{title} (bar: {BAR})", ("", "CPU ms/turn", "turns/s", "ratio (its CPU / smallest)"), rows)
