"""One trial: people live their seeded lives while their shop is killed at seeded places and started again."""

import asyncio
import random
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.demo import cast
from bot.faultsim.killing.books import Reader, Shelf, plan_ticks
from bot.faultsim.killing.invariants import Evidence, violations
from bot.faultsim.killing.people import Event, Person, World, gathered
from bot.faultsim.killing.shop import Nursery, Running, free_port
from bot.faultsim.killing.trial_process import DIE_AT, Order
from storage.failpoints import Point

QUIET_S = 40.0
KILLS = 3
ANYWHERE = "ANYWHERE"
"""Killed from outside after some time, wherever it is."""
LATEST = {
    Point.UNIT_RUNNING: 90,
    Point.BEFORE_COMMIT: 70,
    Point.AFTER_COMMIT: 70,
    Point.EVENTS_STORED: 25,
    Point.LANES_CLAIMED: 25,
    Point.SENDS_CLAIMED: 25,
    Point.SEND_ANSWERED: 30,
    Point.JOB_CLAIMED: 3,
    Point.JOB_DONE: 3,
    Point.TICK_FIRED: 4,
}
"""The points that a shop at work passes, and up to which passing one may be chosen: people are busy that long."""
PLACES = (*(point.name for point in LATEST), ANYWHERE)


@dataclass(frozen=True, slots=True)
class Death:
    """Where a shop is to die: the name of a point and its passing, or `ANYWHERE` and milliseconds."""

    place: str
    passing: int


@dataclass(slots=True)
class Outcome:
    """What a trial came to. `deaths`: those that came about. Each violation is a sentence."""

    seed: int
    deaths: list[Death] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stage:
    """What trials are made on, one after the other: a simulated world, a nursery and books to copy."""

    world: World
    nursery: Nursery
    shelf: Shelf

    @property
    def places(self) -> Sequence[str]:
        """On PostgreSQL a unit is a transaction of its own, and is done where its commit begins."""
        return [each for each in PLACES if each != Point.UNIT_RUNNING.name] if self.shelf.server else PLACES


def deaths(seed: int, dice: random.Random, places: Sequence[str] = PLACES) -> list[Death]:
    """The places come round, so that any few seeds in a row reach them all; later lives have less left to do."""
    chosen = []
    for life in range(KILLS):
        place = places[(seed * KILLS + life) % len(places)]
        latest = 800 if place == ANYWHERE else LATEST[Point[place]]
        chosen.append(Death(place, dice.randint(1, max(1, latest // (life + 1)))))
    return chosen


async def run(stage: Stage, seed: int, folder: Path) -> Outcome:
    """Run one trial in an empty folder."""
    dice, outcome = random.Random(seed), Outcome(seed)
    with stage.shelf.fresh(folder) as url:
        order = await set_stage(stage, dice, folder, url)
        reader = Reader(url)
        people = gathered(dice)
        await asyncio.to_thread(plan_ticks, url)
        try:
            await _live(stage, order, people, deaths(seed, dice, stage.places), reader, outcome)
            log = (await stage.world.get("log", after=0))["log"]
            outcome.violations += violations(Evidence(people, reader, log))
        finally:
            reader.close()
    return outcome


async def set_stage(stage: Stage, dice: random.Random, folder: Path, url: str) -> Order:
    """An empty world with the demo's cast, its weather, and the shop that it will know."""
    port = free_port()
    await stage.world.post("reset", {})
    setup = cast("")
    setup["whatsapp"][0].pop("webhook_url")
    await stage.world.post("setup", setup)
    setup["whatsapp"][0]["webhook_url"] = f"http://127.0.0.1:{port}/webhooks/whatsapp"
    await stage.world.post("setup", setup)
    await stage.world.post("faults", weather(dice))
    patience = (
        {"receipt": 1000} if not stage.shelf.server else {"lane": 1500, "claim": 2000, "receipt": 1500, "job": 3000}
    )
    mode = dice.choice(("webhook", "polling"))
    return Order(stage.world.address, str(folder), port, url, mode, patience)


def weather(dice: random.Random) -> dict[str, Any]:
    """What the platforms do wrong meanwhile: they repeat, delay, and sometimes take a message and say nothing."""
    return {
        "seed": dice.randint(1, 1000),
        "duplicate": dice.choice((0.0, 0.2)),
        "delay_ms": [0, dice.choice((0, 40))],
        "latency_ms": [0, dice.choice((5, 40))],
        "drop_reply": dice.choice((0.0, 0.0, 0.04)),
        "window": "off",
    }


@dataclass(slots=True)
class Watch:
    """Who looks whether anything is still under way: people, what they said, and what the shop makes of it."""

    people: Sequence[Person]
    lives: Sequence[asyncio.Task[None]]
    reader: Reader
    resting: int = 0

    async def looks(self) -> list[str]:
        """What is still under way; asks no more than ten times a second."""
        await asyncio.sleep(0.1)
        left = await asyncio.to_thread(self._look)
        self.resting = 0 if left else self.resting + 1
        return left

    def _look(self) -> list[str]:
        living = sum(not life.done() for life in self.lives)
        arrived = self.reader.arrived([event for person in self.people for event in person.events])
        left = [f"{living} people"] * bool(living) + ["things said that did not come in"] * (not arrived)
        return left + self.reader.unsettled()

    @property
    def is_quiet(self) -> bool:
        """Nothing was under way at three looks in a row."""
        return self.resting >= 3


async def _live(
    stage: Stage, order: Order, people: Sequence[Person], planned: Sequence[Death], reader: Reader, outcome: Outcome
) -> None:
    """Every life of the shop, and the people's; the last life ends when all is quiet, by SIGTERM."""
    lives = [asyncio.create_task(_lives(stage, person, reader, outcome.seed)) for person in people]
    watch = Watch(people, lives, reader)
    try:
        for death in (*planned, None):
            shop = await _open(stage, order, death)
            if death is not None and await _until_dead(shop, death, watch):
                outcome.deaths.append(death)
                continue
            outcome.violations += await _all_quiet(watch)
            if (code := await shop.stop()) == -signal.SIGKILL and death is not None:
                outcome.deaths.append(death)  # it came to that while it was stopping
                continue
            outcome.violations += [f"end: the last life ended with {code}"] * (code != 0)
            break
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


async def _lives(stage: Stage, person: Person, reader: Reader, seed: int) -> None:
    async def arrived(events: Sequence[Event]) -> bool:
        return await asyncio.to_thread(reader.arrived, events)

    await person.lives(stage.world, arrived, random.Random(f"{seed}:{person.number}"))


async def _open(stage: Stage, order: Order, death: Death | None) -> Running:
    armed = {DIE_AT: f"{death.place}:{death.passing}"} if death is not None and death.place != ANYWHERE else {}
    return await stage.nursery.open(replace(order, environment=armed))


async def _until_dead(shop: Running, death: Death, watch: Watch) -> bool:
    """Wait for its death; False when all came to rest before, or when it ended by itself."""
    if death.place == ANYWHERE:
        await asyncio.sleep(death.passing / 1000)
        shop.send(signal.SIGKILL)
    watch.resting = 0
    while not await shop.ended(0) and not watch.is_quiet:
        await watch.looks()
    return await shop.ended(0) and shop.code == -signal.SIGKILL


async def _all_quiet(watch: Watch) -> list[str]:
    """Wait until nothing is under way, and still is not a moment later. Returns a violation when that never comes."""
    left: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(QUIET_S):
            while not watch.is_quiet:
                left = await watch.looks()
    for life in watch.lives:
        if life.done() and not life.cancelled() and (error := life.exception()) is not None:
            raise error
    return [] if watch.is_quiet else [f"quiet: after {QUIET_S:g} s there are {', '.join(left)}"]
