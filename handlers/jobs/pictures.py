"""Pictures of goods are made small and plain before anybody sees them."""

import logging
from dataclasses import asdict
from typing import Any

from handlers.jobs.child_process import NoAnswer, ask
from handlers.jobs.tools import JobTools
from handlers.marks import job

PHOTO = "product_photo"
LIMIT_S = 30.0

log = logging.getLogger("munshi.pictures")


@job(PHOTO)
async def make_small(payload: Any, tools: JobTools) -> Any:
    """{"sha256", "product", "person", "bot"}, and with it what lies in the store; nothing more where it is no picture."""
    data = await tools.read(payload["sha256"])
    try:
        made = await ask("knowledge.loaders.picture_process", (), data, LIMIT_S)
    except NoAnswer as error:
        log.info("the picture %s cannot be used: %s", payload["sha256"], error)
        return payload
    return payload | {"kept": asdict(await tools.put(made, "image/jpeg", f"{payload['product'][:40]}.jpg"))}
