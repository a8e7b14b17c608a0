"""What comes from outside is read, and what is drawn from it is drawn, by a process of its own: see its limits there."""

import asyncio
import sys
from collections.abc import Sequence


class NoAnswer(Exception):
    """The process ended without an answer, or took too long."""


async def ask(module: str, arguments: Sequence[str], data: bytes, limit_s: float) -> bytes:
    """What `python -m module arguments…` writes when `data` is its standard input. Raises `NoAnswer`."""
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    command = (sys.executable, "-P", "-m", module, *arguments)
    child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=nothing)
    try:
        async with asyncio.timeout(limit_s):
            said, _ = await child.communicate(data)
    except (TimeoutError, OSError) as error:
        raise NoAnswer(f"{module}: {error!r}, exit code {child.returncode}") from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if not said or child.returncode:
        raise NoAnswer(f"{module}: exit code {child.returncode}")
    return said
