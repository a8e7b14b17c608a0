"""Catalogue files are read by a child process; the set-up of another talk goes on by a job of its own."""

import asyncio
import logging
import sys
from typing import Any

import orjson

from flows.onboarding_goods import READ, USE
from handlers.jobs.tools import JobTools
from handlers.marks import job

GO_ON = "setup_goes_on"
LIMIT_S = 90.0
UNREADABLE = "File: it cannot be read, or takes too long; expected a catalogue that a spreadsheet program saved."

log = logging.getLogger("munshi.catalogues")


@job(READ)
async def look_at(payload: Any, tools: JobTools) -> Any:
    """{"sha256", "name", "currency", …}, and with it what the file holds; see `knowledge.loaders.catalogue_process`."""
    return await _read(payload, tools, whole=False)


@job(USE)
async def read_whole(payload: Any, tools: JobTools) -> Any:
    """The same, with the catalogue itself."""
    return await _read(payload, tools, whole=True)


@job(GO_ON)
async def go_on(payload: Any, tools: JobTools) -> Any:
    """Nothing to do outside: the result comes back in the lane of whoever is being led."""
    return payload


async def _read(payload: Any, tools: JobTools, *, whole: bool) -> Any:
    data = await tools.read(payload["sha256"])
    command = (sys.executable, "-P", "-m", "knowledge.loaders.catalogue_process")
    arguments = (payload["name"], payload["currency"], "1" if whole else "0")
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(*command, *arguments, stdin=pipe, stdout=pipe, stderr=nothing)
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await child.communicate(data)
        return payload | orjson.loads(said)
    except (TimeoutError, ValueError, OSError) as error:
        log.warning("the file %s was not read: %r, exit code %s", payload["sha256"], error, child.returncode)
        return payload | {"faults": [UNREADABLE]}
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
