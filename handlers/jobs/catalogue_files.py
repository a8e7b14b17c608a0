"""Catalogue files are read by a child process; the set-up of another talk goes on by a job of its own."""

import logging
from typing import Any

import orjson

from flows.onboarding_goods import READ, USE
from handlers.jobs.child_process import NoAnswer, ask
from handlers.jobs.tools import JobTools
from handlers.marks import job

GO_ON, IMPORT = "setup_goes_on", "import_catalogue"
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


@job(IMPORT)
async def compare(payload: Any, tools: JobTools) -> Any:
    """The same as `read_whole`, to be compared with what there is, or taken over."""
    return await _read(payload, tools, whole=True)


async def _read(payload: Any, tools: JobTools, *, whole: bool) -> Any:
    data = await tools.read(payload["sha256"])
    arguments = (payload["name"], payload["currency"], "1" if whole else "0")
    try:
        said = await ask("knowledge.loaders.catalogue_process", arguments, data, LIMIT_S)
        return payload | orjson.loads(said)
    except (NoAnswer, ValueError) as error:
        log.warning("the file %s was not read: %s", payload["sha256"], error)
        return payload | {"faults": [UNREADABLE]}
