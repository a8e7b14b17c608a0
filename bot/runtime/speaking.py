"""What a job says while it is at work: in a chat, through the outbox like everything else."""

from collections.abc import Mapping

from bot.channels.base import Channel
from bot.runtime.writer import Writer
from flows.messages import Reply
from storage.queue import outbox
from storage.queue.outbox import Outgoing


class Speaker:
    """Built once; a job speaks through `handlers.jobs.tools.JobTools.speak`."""

    def __init__(self, writer: Writer, channels: Mapping[str, Channel]) -> None:
        self._writer, self._channels = writer, channels

    async def speak(self, workspace: str, account: str, recipient: str, reply: Reply) -> None:
        """Queue a message; a newer one of its slot edits it. Nothing is said on an account that is not ours."""
        channel = self._channels.get(account)
        if channel is None or not recipient:
            return
        policy = outbox.ONCE if reply.once else outbox.PROMPT
        parts = [
            Outgoing(account, recipient, part, outbox.own_slot(workspace, part.slot), policy, part.hold_ms)
            for part in channel.fit(reply, recipient)
        ]
        await self._writer.run(lambda tx: outbox.put(tx, workspace, parts))
