"""`munshi bench lanes`: events that wait in the inbox, handled by the real lanes, pipeline and writer; nothing is sent.

"an order": each event is a customer's tap on "Confirm order" for two lines, to be delivered. It writes 11 rows: the
lane, the series of numbers, the order, its 2 lines, its first event, the customer's last address, the messages to the
customer, the staff's group and the owner, and the conversation. Between the waves in which each lane has one such event
the talk is set back to the summary, and what was said counts as sent, outside the time that is taken.

"a turn of a talk": all events wait at once, ten for each lane: twice the five turns of an order (goods in words,
"pickup", a time, no note, confirm), so that one in five writes an order and the others 3 or 4 rows.

The peer writes the same 11 rows by hand-written SQLAlchemy Core in a plain loop, one commit an event: no lanes, no
decisions, no texts, no reads.
"""

import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.bench import report
from bot.bench.bodies import Content, said, tapped
from bot.bench.order_peer import write_orders
from bot.bench.postgres import new_database, server
from bot.bench.quiet import drained, events, lay, quiet_shop
from bot.bench.report import Figure
from storage.tables import metadata
from storage.tx import Tx

ROUNDS = 3
A_LANE = 10
BARS = {"SQLite": 600.0, "PostgreSQL": 250.0}
CONFIRM = tapped("do:confirm", "Confirm order")
ENDING = (tapped("when:asap", "As soon as possible"), tapped("note:none", "No"))
TALK: tuple[Content, ...] = (said("2 masala dosa and 1 ginger tea"), said("pickup"), *ENDING, CONFIRM)
SUMMARY: tuple[Content, ...] = (TALK[0], said("delivery"), said("12 MG Road, near the temple, Indore"), *ENDING)
Figures = dict[str, list[Figure]]


async def run(count: int, database: str = "", rounds: int = ROUNDS) -> None:
    """Measure on SQLite, and on PostgreSQL where a server is given or at hand."""
    with tempfile.TemporaryDirectory() as folder:
        await _measure("SQLite", "", count, rounds)
        with server(database, Path(folder)) as address:
            if address is None:
                sys.stdout.write("PostgreSQL was left out: give --database URL, or install pgserver.\n")
            else:
                await _measure("PostgreSQL", address, count, rounds)


async def _measure(engine: str, address: str, count: int, rounds: int) -> None:
    figures: Figures = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, new_database(address) if address else nullcontext("") as url:
            async with quiet_shop(Path(folder), url) as app:
                await _round(app, count, figures)
    _print(engine, figures, f"{count} events over {count // A_LANE} lanes, {rounds} rounds; medians")


async def _round(app: App, count: int, figures: Figures) -> None:
    people = count // A_LANE
    numbers = iter(range(0, 10**9, people * A_LANE))
    await _warm_up(app, people, next(numbers))
    figures.setdefault("peer: rows alone", []).append(write_orders(app.books, count))
    summary = await _at_summary(app, next(numbers))
    waves = [await _wave(app, people, summary, next(numbers)) for _ in range(A_LANE)]
    figures.setdefault("an order", []).append(_together(waves))
    figures.setdefault("a turn of a talk", []).append(await _talks(app, people, next(numbers)))
    wanted = people * (A_LANE + A_LANE // len(TALK))
    if (placed := _orders(app)) != wanted:
        raise RuntimeError(f"{placed} orders were placed instead of {wanted}")


async def _warm_up(app: App, people: int, start: int) -> None:
    """Everybody has written once: contacts, lanes and conversations are there."""
    waiting = events(app, start, ((person, said("thanks")) for person in range(people)))
    app.books.write(lambda tx: lay(tx, waiting))
    await drained(app, people)


async def _at_summary(app: App, start: int) -> Any:
    """Where a talk stands that only lacks its confirmation: led there once, by the first customer."""
    waiting = events(app, start, ((0, content) for content in SUMMARY))
    app.books.write(lambda tx: lay(tx, waiting))
    await drained(app, len(SUMMARY))
    conversations = metadata.tables["conversations"]
    chosen = select(conversations.c.state).where(conversations.c.flow == "checkout")
    state = app.books.read(lambda tx: tx.execute(chosen).scalar_one())
    if state["step"] != "confirm":
        raise RuntimeError(f"the talk stands at {state['step']}")
    return state


async def _wave(app: App, people: int, summary: Any, start: int) -> Figure:
    waiting = events(app, start, ((person, CONFIRM) for person in range(people)))

    def unit(tx: Tx) -> None:
        _set_back(tx, summary)
        lay(tx, waiting)

    app.books.write(unit)
    return await drained(app, people)


def _set_back(tx: Tx, summary: Any) -> None:
    """Every customer is at the summary again, and nothing waits to be sent."""
    conversations, outbox = metadata.tables["conversations"], metadata.tables["outbox"]
    tx.execute(conversations.update().values(flow="checkout", state=summary))
    tx.execute(outbox.update().where(outbox.c.status == "queued").values(status="sent"))


async def _talks(app: App, people: int, start: int) -> Figure:
    conversations = metadata.tables["conversations"]
    sayings = [(person, content) for content in TALK * (A_LANE // len(TALK)) for person in range(people)]
    waiting = events(app, start, sayings)

    def unit(tx: Tx) -> None:
        tx.execute(conversations.update().values(flow=None, state={}))
        lay(tx, waiting)

    app.books.write(unit)
    return await drained(app, len(waiting))


def _orders(app: App) -> int:
    orders = metadata.tables["orders"]
    chosen = select(func.count()).select_from(orders).where(orders.c.source == "whatsapp")
    return int(app.books.read(lambda tx: tx.execute(chosen).scalar_one()))


def _together(waves: list[Figure]) -> Figure:
    """The figure of all waves of the same size, as if they had been one."""
    seconds = sum(1 / wave.per_second for wave in waves)
    return Figure(sum(wave.cpu_ms for wave in waves) / len(waves), len(waves) / seconds)


def _print(engine: str, figures: Figures, about: str) -> None:
    middle = {name: report.median(found, lambda figure: figure.per_second) for name, found in figures.items()}
    peer, bar = middle["peer: rows alone"].per_second, BARS[engine]
    rows = []
    for name, figure in middle.items():
        rate = f"{figure.per_second:.0f}"
        shown = report.held(figure.per_second, bar, rate) if name == "an order" else rate
        rows.append((name, f"{figure.cpu_ms:.2f}", shown, f"{figure.per_second / peer:.2f}"))
    title = f"munshi bench lanes, {engine}: {about} (bar: {bar:.0f} orders/s)"
    report.show(title, ("", "CPU ms", "events/s", "ratio (its rate / peer's)"), rows)
