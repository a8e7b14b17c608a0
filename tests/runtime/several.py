"""A shop on several processes, and what stands in its books."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo import cast
from tests.books import migrated_database
from tests.harness import World, free_port
from tests.postgres import execute
from tests.runtime.role_process import Part

Process = asyncio.subprocess.Process


@asynccontextmanager
async def running(part: Part) -> AsyncIterator[Process]:
    """One process, ready; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.runtime.role_process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(part.encoded())
        async with asyncio.timeout(90):
            assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def empty_world(address: str) -> AsyncIterator[World]:
    """The simulator with the demo's people and no webhook of WhatsApp's."""
    async with aiohttp.ClientSession() as session:
        world = World(address, session)
        await world.post("reset", {})
        setup = cast("")
        setup["whatsapp"][0].pop("webhook_url")
        await world.post("setup", setup)
        yield world


def part(world: str, folder: Path, server: str, **more: Any) -> Part:
    """The first process of a shop on an empty database of a PostgreSQL server."""
    return Part(world, str(folder), free_port(), migrated_database(server), **more)


async def until(question: Any, wanted: Any, for_s: float = 60.0) -> None:
    """Ask (a function, in a thread) until the answer is `wanted`."""
    deadline = asyncio.get_running_loop().time() + for_s
    while (found := await asyncio.to_thread(question)) != wanted:
        if asyncio.get_running_loop().time() > deadline:
            pytest.fail(f"{found!r} and not {wanted!r} after {for_s} s")
        await asyncio.sleep(0.05)


def count(database: str, rows: str) -> int:
    """`SELECT count(*) FROM …`."""
    return int(execute(database, f"SELECT count(*) FROM {rows}")[0][0])  # noqa: S608  (a test's own words)
