"""What everything in a simulated world shares: its time, its chance, its troubles, and the record of what happened."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, fields
from typing import Any

from bot.faultsim.virtual.invariants import Watch
from bot.faultsim.virtual.journal import Journal
from bot.faultsim.virtual.loop import Process, VirtualLoop
from storage.queue.patience import Patience

PATIENCE = Patience(lane=8_000, job=12_000, claim=16_000, receipt=20_000)
"""Shorter than a shop's, in the same order: a simulated minute costs a hundred looks into the books."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How often each trouble comes, as a share of the occasions for it; fair in some seeds, and in others not."""

    lost_request: float
    lost_answer: float
    server_error: float
    line_down: float
    throttled: float
    busy: float
    refused: float
    gone: float
    broken_client: float
    outage: float
    lost_commit: float
    no_receipt: float
    failed_receipt: float
    repeated_webhook: float
    unheard_acknowledgement: float
    job_failure: float


def draw_weather(chance: random.Random) -> Weather:
    return Weather(**{each.name: chance.choice((0.0, 0.0, 0.02, 0.06, 0.2)) for each in fields(Weather)})


class World:
    """One seed's world. `troubled`: things go wrong; towards the end nothing does, so that all can come to rest.
    `asleep`: every process is suspended for a long time."""

    def __init__(self, seed: int, journal: Journal) -> None:
        self.loop = VirtualLoop()
        self.chance = random.Random(seed)
        self.weather = draw_weather(self.chance)
        self.journal = journal
        journal.restart(self.loop.time, random.Random(self.chance.getrandbits(32)))
        self.watch = Watch()
        self.trace: list[str] = []
        self.violation: str | None = None
        self.troubled, self.asleep = True, False
        self.poll_s = self.chance.choice((3.0, 10.0, 10.0))
        self.over: asyncio.Future[None] = self.loop.create_future()
        self.process = Process(self.loop, "world")

    @property
    def now_s(self) -> float:
        return self.loop.now_s

    def happens(self, share: float) -> bool:
        """Whether a trouble comes now that comes in this share of cases."""
        return self.chance.random() < share and self.troubled

    def delay_s(self, most_s: float = 0.05) -> float:
        """Mostly short, at times much longer: the tail is where orders change."""
        return most_s * self.chance.random() ** 3

    def after(self, delay_s: float, act: Callable[..., None], *given: Any) -> None:
        """Let something happen in the world outside of the processes."""
        self.loop.call_later(delay_s, act, *given, context=self.process.context())

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        return self.process.start(work)

    def note(self, who: str, what: str) -> None:
        self.trace.append(f"{self.now_s:11.4f} {who:<7} {what}")

    def fail(self, rule: str) -> None:
        """A rule was broken: the first one ends the seed."""
        if self.violation is None:
            self.violation = rule
            self.note("!", rule)
        if not self.over.done():
            self.over.set_result(None)

    def look(self, who: str) -> None:
        """Hold what `who` has just committed against the rules."""
        for entry in self.journal.news():
            self.note(who, f"{entry.what} {' '.join(map(str, entry.values)).removesuffix(' None')}")
            broken = self.watch.see(entry, who, self.now_s)
            if broken is not None:
                self.fail(broken)
