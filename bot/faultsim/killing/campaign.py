"""`munshi simulate --kills N`: real shops killed for real, at every numbered point, and the rules held to the end."""

import asyncio
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.demo import simulated_world
from bot.faultsim.killing import migration, trial
from bot.faultsim.killing.books import Shelf
from bot.faultsim.killing.people import World
from bot.faultsim.killing.shop import nursery
from bot.faultsim.killing.trial import Outcome, Stage

PLACES = tuple(dict.fromkeys((*trial.PLACES, *migration.PLACES)))
"""Every numbered point, and any other moment."""
STAGES = 2
"""How many trials run side by side."""
Tell = Callable[[str], None]


@dataclass(slots=True)
class Tally:
    """What came of a campaign. `table`: place -> how often a shop died there."""

    trials: int = 0
    table: Counter[str] = field(default_factory=Counter)
    broken: list[Outcome] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.table.total()

    def add(self, outcome: Outcome) -> None:
        self.trials += 1
        self.table.update(death.place for death in outcome.deaths)
        if outcome.violations:
            self.broken.append(outcome)


async def campaign(seed: int, enough: Callable[[Tally], bool], tell: Tell, server: str = "") -> Tally:
    """Trials with the seeds from `seed` on, until it is enough. `server`: a PostgreSQL server; SQLite otherwise."""
    tally, seeds = Tally(), itertools.count(seed)
    with tempfile.TemporaryDirectory(prefix="munshi-trial-") as folder:
        shelf = Shelf(Path(folder), server)
        await asyncio.to_thread(shelf.furnish)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(STAGES):
                    group.create_task(_stage(shelf, seeds, enough, tell, tally))
        finally:
            await asyncio.to_thread(shelf.close)
    return tally


async def _stage(shelf: Shelf, seeds: Iterator[int], enough: Callable[[Tally], bool], tell: Tell, tally: Tally) -> None:
    """One world and one nursery, trial after trial."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(simulated_world())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        stage = Stage(World(address, session), await stack.enter_async_context(nursery()), shelf)
        while not enough(tally):
            seed = next(seeds)
            with tempfile.TemporaryDirectory(prefix="munshi-trial-") as folder:
                migrates = seed % migration.EACH == migration.EACH - 1
                run_one = migration.run if migrates else trial.run
                outcome = await run_one(stage, seed, Path(folder))
                tally.add(outcome)
                tell(_line(outcome, tally))


def _line(outcome: Outcome, tally: Tally) -> str:
    died = ", ".join(f"{death.place}:{death.passing}" for death in outcome.deaths) or "no death"
    lines = [f"{tally.kills:4} kills  seed {outcome.seed}: {died}"]
    return "\n".join(lines + [f"      VIOLATION {each}" for each in outcome.violations])


def table(tally: Tally) -> str:
    """Points x kills, as text."""
    rows = [f"  {place:<15}{tally.table[place]:5}" for place in PLACES]
    return "\n".join([f"{tally.kills} kills in {tally.trials} trials:", *rows])


def run(kills: int, seed: int, server: str) -> int:
    """Kill that often, print what comes of it; returns the exit code."""

    def tell(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    server = server.replace("postgresql://", "postgresql+psycopg://", 1)
    tally = asyncio.run(campaign(seed, lambda tally: tally.kills >= kills, tell, server))
    tell(table(tally))
    for outcome in tally.broken:
        tell(
            f"seed {outcome.seed} broke {len(outcome.violations)} rules; again: munshi simulate --kills 1 --seed {outcome.seed}"
        )
    tell("every rule held" if not tally.broken else f"{len(tally.broken)} trials broke a rule")
    return 1 if tally.broken else 0
