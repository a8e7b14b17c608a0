"""A whole shop in a process of its own, which dies at a numbered point: `MUNSHI_DIE_AT=SEND_ANSWERED:3` at its third
passing, `MUNSHI_FREEZE_AT` likewise stops it (SIGSTOP) until somebody wakes it. Nothing else in Munshi reads these.

`python -m bot.faultsim.killing.trial_process` is a nursery: it loads everything once and forks a shop for each order (a line of
JSON on its standard input), since a start from nothing costs a second or two and a trial has several. It answers with
the shop's process id and, when that one has ended, with its exit code.
"""

import asyncio
import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
from pydantic import SecretStr

from bot.bench.bodies import said
from bot.bench.quiet import drained, events, lay, quiet_shop
from bot.config import Config
from bot.config_accounts import Database
from bot.config_sections import Backup
from bot.demo import demo_config
from storage import failpoints
from storage.backup.sealing import Key
from storage.failpoints import Point
from storage.queue.patience import Patience

DIE_AT, FREEZE_AT = "MUNSHI_DIE_AT", "MUNSHI_FREEZE_AT"
PAIR = Key(
    "age1zj24afmnyhayls5w7393f0m8wm7edl8465pezc0k2rk5zrqnf5jq48nesa",
    "AGE-SECRET-KEY-1C7HM99N2U9TWWN9AJ09M3ECQE0LX29ZED5ZFAGRV4UDZ2CCVXMKS6HXAJ7",
)
"""Seals and opens what a trial backs up; known to everybody."""


@dataclass(frozen=True, slots=True)
class Order:
    """The shop that is wanted: where its world, its folder, its port and its books are, and what will befall it.

    `mode`: how Telegram's updates come in. `patience`: milliseconds, see `Patience`. `environment`: `DIE_AT`, `FREEZE_AT`.
    """

    world: str
    folder: str
    port: int
    url: str
    mode: str = "webhook"
    patience: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def line(self) -> bytes:
        return orjson.dumps(asdict(self)) + b"\n"

    def config(self) -> Config:
        config = demo_config(self.world, Path(self.folder), self.port, mode=self.mode)
        changed: dict[str, object] = {"database": Database(url=self.url)}
        if not self.url.startswith("sqlite"):  # a server's books are not migrated without a backup
            changed["backup"] = Backup(key=SecretStr(PAIR.public), folder=str(Path(self.folder) / "backups"))
        return config.model_copy(update=changed)


def arm(environment: Mapping[str, str]) -> None:
    """Arm what the environment asks for. Raises `KeyError` or `ValueError` for what is no POINT:PASSING."""
    actions = [
        _at(wanted, number)
        for name, number in ((DIE_AT, signal.SIGKILL), (FREEZE_AT, signal.SIGSTOP))
        if (wanted := environment.get(name))
    ]

    def reached(point: Point) -> None:
        for action in actions:
            action(point)

    failpoints.arm(reached if actions else None)


def _at(wanted: str, number: signal.Signals) -> Callable[[Point], None]:
    """Send ourselves a signal at the given passing of a point, whichever thread passes it."""
    name, _, passing = wanted.partition(":")
    chosen, left = Point[name], [int(passing)]

    def action(point: Point) -> None:
        if point is chosen:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), number)

    return action


async def serve(order: Order) -> None:
    """Run the shop until SIGTERM, or until the standard input closes: then whoever wanted it is gone."""
    from bot.app import App

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_reader(sys.stdin.fileno(), os._exit, 1)
    app = App(order.config(), patience=Patience(**order.patience))
    await app.start()
    await stop.wait()
    await app.stop()


async def _learn() -> None:
    """Load, read and compile what every shop needs, by being one for a moment, so that its children are born with it."""
    for module in ("alembic.command", "psycopg", "sqlalchemy.dialects.postgresql.psycopg"):
        importlib.import_module(module)
    with tempfile.TemporaryDirectory(prefix="munshi-trial-") as folder:
        async with quiet_shop(Path(folder)) as app:
            talk = [(1, said("2 masala dosa")), (1, said("pickup")), (2, said("/order 7"))]
            waiting = events(app, 1, talk)
            app.books.write(lambda tx: lay(tx, waiting))
            await drained(app, len(talk))


def nurse() -> None:
    """Bear shops, one after the other, until the standard input closes."""
    asyncio.run(_learn())
    for line in sys.stdin:
        order = Order(**orjson.loads(line))
        child = os.fork()
        if child == 0:
            _live(order)
        _tell(child)
        _tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _live(order: Order) -> None:
    """The child's whole life. What it logs goes into `shop.log` in its folder."""
    code = 1
    try:
        log = os.open(Path(order.folder) / "shop.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        arm(order.environment)
        asyncio.run(serve(order))
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    nurse()
