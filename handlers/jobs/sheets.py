"""What is drawn for people: receipts, pictures of what is to be made, and codes to pay by."""

import io
import logging
from dataclasses import asdict
from typing import Any

import orjson
import segno

from handlers.jobs.child_process import NoAnswer, ask
from handlers.jobs.tools import JobTools
from handlers.marks import job

RECEIPT, KITCHEN, UPI = "receipt_pdf", "kitchen_picture", "upi_code"
LIMIT_S = 90.0
TYPES = {"pdf": "application/pdf", "png": "image/png"}

log = logging.getLogger("munshi.sheets")


@job(RECEIPT)
async def draw_receipt(payload: Any, tools: JobTools) -> Any:
    """{"rows", "name", …}, and with it what lies in the store."""
    return await _draw(payload, "pdf", tools)


@job(KITCHEN)
async def draw_kitchen(payload: Any, tools: JobTools) -> Any:
    """The same as a picture."""
    return await _draw(payload, "png", tools)


async def _draw(payload: Any, kind: str, tools: JobTools) -> Any:
    wanted = orjson.dumps({"format": kind, "rows": payload["rows"]})
    try:
        made = await ask("knowledge.pages.sheet_process", (), wanted, LIMIT_S)
    except NoAnswer as error:
        if not tools.is_last_attempt:
            raise
        log.warning("%s was not drawn: %s", payload["name"], error)
        return payload
    return payload | {"kept": asdict(await tools.put(made, TYPES[kind], f"{payload['name']}.{kind}"))}


@job(UPI)
async def draw_code(payload: Any, tools: JobTools) -> Any:
    """{"link", "name", …}, and with it the picture of a code that holds the link."""
    made = io.BytesIO()
    segno.make(payload["link"], error="m", micro=False).save(made, kind="png", scale=10, border=4)
    return payload | {"kept": asdict(await tools.put(made.getvalue(), TYPES["png"], f"{payload['name']}.png"))}
