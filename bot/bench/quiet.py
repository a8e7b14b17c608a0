"""A whole shop without an outside world: events are laid into its inbox, and what it says stays in its outbox."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import App
from bot.bench.bodies import Content, body
from bot.bench.report import Figure
from bot.channels.console import Console
from bot.config_accounts import Database
from bot.demo import NUMBER, demo_config
from storage.queue import arrivals, lanes
from storage.queue.arrivals import Arrival
from storage.tx import Tx

ACCOUNT = f"whatsapp:{NUMBER}"
NOWHERE = "http://127.0.0.1:9"
PATIENCE_S = 300


@asynccontextmanager
async def quiet_shop(folder: Path, url: str = "") -> AsyncIterator[App]:
    """The demo's shop, wired as always, on the database at `url` (SQLite in the folder by default); sends nothing."""
    config = demo_config(NOWHERE, folder, port=0)
    if url:
        config = config.model_copy(update={"database": Database(url=url)})
    app = App(config, console=Console(("console", "nobody"), "Nobody", lambda _text: None))
    await app.start()
    await app.outbox.stop()
    try:
        yield app
    finally:
        await app.stop()


def events(app: App, start: int, sayings: Iterable[tuple[int, Content]]) -> list[Arrival]:
    """The arrivals of what people (by number) say, in that order; ids count from `start`."""
    split = app.channels[ACCOUNT].split
    found: list[Arrival] = []
    for at, (person, content) in enumerate(sayings, start=start):
        found += split(body(NUMBER, f"wamid.{at}", person, content)).arrivals
    return found


def lay(tx: Tx, waiting: Sequence[Arrival]) -> None:
    """Put them into the inbox."""
    new = arrivals.accept(tx, waiting)
    if new != len(waiting):
        raise ValueError(f"{len(waiting) - new} of the events were in the inbox before")


async def drained(app: App, count: int) -> Figure:
    """Have the lanes handle the `count` events that wait; returns when the last of them is on disk."""
    began, cpu = time.perf_counter(), time.process_time()
    app.lanes.wake()
    async with asyncio.timeout(PATIENCE_S):
        while app.lanes.busy or app.books.read(lanes.working):  # noqa: ASYNC110 - measuring, not signalling
            await asyncio.sleep(0.005)
    took, used = time.perf_counter() - began, time.process_time() - cpu
    return Figure(used / count * 1000, count / took)
