"""The end of a flow in which nothing was heard for long: a timer that comes back to the conversation's own lane."""

from typing import Any

from flows.engine import EXPIRY
from handlers.jobs.tools import JobTools
from handlers.marks import job


@job(EXPIRY)
async def ring(payload: Any, tools: JobTools) -> Any:
    """Nothing to do outside: the pipeline decides, in the lane's turn, whether the silence still holds."""
    return payload
