"""The world: everything that the routes share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.courier import Courier
from bot.simulator.faults import FaultPlan
from bot.simulator.journal import Journal
from bot.simulator.telegram.state import TelegramWorld
from bot.simulator.timeline import Counter
from bot.simulator.whatsapp.state import WhatsAppWorld


@dataclass(slots=True)
class Ears:
    """What the OpenAI-compatible peer hears (None: read it from the file's name), and the only key that opens it."""

    transcript: str | None = None
    answers: list[Any] = field(default_factory=list)
    key: str = ""


@dataclass(slots=True)
class World:
    """Both platforms, the weather over them, the log, and the one counter behind every `after=N`."""

    counter: Counter = field(default_factory=Counter)
    faults: FaultPlan = field(default_factory=FaultPlan)
    epoch: str = ""
    courier: Courier = field(default_factory=Courier)
    journal: Journal = field(init=False)
    whatsapp: WhatsAppWorld = field(init=False)
    telegram: TelegramWorld = field(init=False)
    openai: Ears = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Empty both platforms and the log; the counter goes on, so that readers never see a number twice."""
        self.epoch = str(time.time_ns())
        self.faults = FaultPlan()
        self.journal = Journal(self.counter)
        self.whatsapp = WhatsAppWorld(self.counter)
        self.telegram = TelegramWorld(self.counter)
        self.openai = Ears()

    def now(self) -> float:
        """The simulator's clock in epoch seconds; `clock_offset_s` shifts it."""
        return time.time() + self.faults.clock_offset_s


WORLD: web.AppKey[World] = web.AppKey("world", World)
