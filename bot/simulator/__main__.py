"""`python -m bot.simulator --port 0`: start the outside world and print where it listens."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading

import orjson

from bot.simulator.server import running_server
from bot.simulator.strangers import is_loopback


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port (the default)")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="stop when standard input reaches its end, so that the world never outlives its parent",
    )
    arguments = parser.parse_args()
    if not is_loopback(arguments.host):
        parser.error(
            "--host: a loopback address; whoever reaches the simulator can read this machine's files through it"
        )
    return arguments


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Set `stop` when the parent closes our standard input (or dies); works for pipes, files and terminals."""
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(stop.set)


async def _serve(host: str, port: int, until_stdin_closes: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_server(host, port) as bound:
        sys.stdout.write(orjson.dumps({"port": bound}).decode() + "\n")
        sys.stdout.flush()
        if until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
        await stop.wait()


def main() -> None:
    """Serve until SIGTERM, SIGINT or, when asked for, the end of standard input."""
    arguments = _arguments()
    asyncio.run(_serve(arguments.host, arguments.port, arguments.until_stdin_closes))


if __name__ == "__main__":
    main()
