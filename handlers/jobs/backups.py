"""A backup, made outside the unit, and told of while it is being made."""

from dataclasses import asdict
from typing import Any

from flows.messages import File, Reply
from flows.texts import say
from handlers.jobs.tools import JobTools, Made, NotMade
from handlers.marks import job
from storage.actions.backups import BACKUP

SCHEDULED = "every:scheduled_backup"
"""The job that `backup.every` plans; `bot.app` gives it its times."""
MOST_SENT = 50 * 1000 * 1000
"""Bytes that Telegram takes of a bot in one file."""
LIMIT_S = 6 * 3600.0
MIME = "application/octet-stream"


@job(BACKUP, limit_s=LIMIT_S)
async def make_backup(payload: Any, tools: JobTools) -> Any:
    """{"id", "account", "chat", "private", "language", "slot"}, and with it what was made, or why nothing was.

    `chat`: where it is told how far it is; `private`: the operator's own chat, where the file is sent.
    """

    async def told(done: int, all_: int) -> None:
        text = say(payload["language"], "Backup: {done} of {all} …", done=f"{done:,}", all=f"{all_:,}")
        await tools.speak(payload["account"], payload["chat"], Reply(text, slot=payload["slot"]))

    try:
        made = await tools.backups.make(payload["id"], told)
    except NotMade as error:
        return {**payload, "reason": error.reason, "error": str(error)}
    return {**payload, "made": asdict(made), "sent": await _send(payload, made, tools)}


async def _send(payload: Any, made: Made, tools: JobTools) -> bool:
    """The file goes to the operator's private chat alone: it holds every shop."""
    if not payload["private"] or made.size > MOST_SENT:
        return False
    file = File(await tools.backups.lend(made), MIME, made.name)
    await tools.speak(payload["account"], payload["private"], Reply(made.name, file=file, once=True))
    return True


@job(SCHEDULED, limit_s=LIMIT_S)
async def scheduled_backup(payload: Any, tools: JobTools) -> None:
    """By itself, as often as the installation says. Who fails for good tells the owners."""
    try:
        await tools.backups.make(f"{SCHEDULED}:{payload.get('meant_at', '')}")
    except NotMade as error:
        if error.reason == "busy":  # somebody makes one by hand just now
            return
        if tools.is_last_attempt:
            await tools.backups.alarm(str(error))
        raise
