"""What the house does for itself, again and again."""

from handlers.jobs.tools import JobTools
from handlers.marks import every


@every("7 * * * *")
async def sweep_files(tools: JobTools) -> None:
    """Files whose time is over go."""
    await tools.house.sweep()


@every("*/10 * * * *")
async def prune_history(tools: JobTools) -> None:
    """What the books need no longer goes, a little at a time."""
    await tools.house.prune()
