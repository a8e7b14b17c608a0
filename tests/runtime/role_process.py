"""One process of a shop on several: `python -m tests.runtime.role_process` with the fields of `Part` as JSON on stdin.

It says "ready" on stdout once messages can come in, and stops when its stdin is closed or at SIGTERM.
"""

import asyncio
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from bot.app import App, Duty
from bot.config import Config
from bot.demo import demo_config
from bot.runtime import polling
from tests.harness import MENU


@dataclass(frozen=True, slots=True)
class Part:
    """`poll_s`: how often the queues are looked at without being rung for. `lease_s`: of the turn to poll Telegram."""

    world: str
    folder: str
    port: int
    database: str
    role: str = "all"
    mode: str = "webhook"
    poll_s: float = 1.0
    lease_s: float = 15.0

    def encoded(self) -> bytes:
        return orjson.dumps(asdict(self)) + b"\n"

    def config(self) -> Config:
        config = demo_config(self.world, Path(self.folder), self.port, self.mode)
        changed = {
            "shop": config.shop.model_copy(update={"catalogue": str(MENU)}),
            "database": config.database.model_copy(update={"url": self.database}),
        }
        return config.model_copy(update=changed)


async def serve(part: Part) -> None:
    polling.LEASE_S, polling.RENEW_S = part.lease_s, part.lease_s / 3
    polling.WAIT_S = 2  # the simulated Telegram holds the question of a dead process for as long
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = App(part.config(), duty=Duty(part.role))
    await app.start()
    for looking in (app.lanes, app.outbox, app.jobs):
        looking._poll_s = part.poll_s
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await stop.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(serve(Part(**orjson.loads(sys.stdin.readline()))))
