"""`python -m bot.simulator --port 0`: start the outside world and print where it listens."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys

import orjson

from bot.simulator.server import running_server


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port (the default)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; keep it on loopback")
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="stop when standard input reaches its end, so that the world never outlives its parent",
    )
    return parser.parse_args()


async def _stdin_closed(stop: asyncio.Event) -> None:
    """Set `stop` when the parent closes our standard input (or dies)."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass
    stop.set()


async def _serve(host: str, port: int, until_stdin_closes: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_server(host, port) as bound:
        sys.stdout.write(orjson.dumps({"port": bound}).decode() + "\n")
        sys.stdout.flush()
        watcher = asyncio.create_task(_stdin_closed(stop)) if until_stdin_closes else None
        await stop.wait()
        if watcher is not None:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher


def main() -> None:
    """Serve until SIGTERM, SIGINT or, when asked for, the end of standard input."""
    arguments = _arguments()
    asyncio.run(_serve(arguments.host, arguments.port, arguments.until_stdin_closes))


if __name__ == "__main__":
    main()
