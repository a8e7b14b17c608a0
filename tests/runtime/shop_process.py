"""A whole shop in a process of its own, to be killed: `python -m tests.runtime.shop_process WORLD FOLDER PORT`."""

import asyncio
import signal
import sys
from pathlib import Path

from bot.app import App
from bot.demo import demo_config


async def serve(world: str, folder: Path, port: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    app = App(demo_config(world, folder, port, mode="webhook"))
    await app.start()
    await stop.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
