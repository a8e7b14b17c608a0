"""Alerts to the owner: what went wrong for good, told once every five minutes for each kind, never in a loop."""

from flows.messages import Reply
from storage.queries import people
from storage.queue import outbox
from storage.queue.outbox import Outgoing
from storage.scope import Scope
from storage.tx import Tx

PREFIX = "alert:"
QUIET_MS = 300_000
MOST_TEXT = 1000


def alert(tx: Tx, workspace: str, kind: str, text: str) -> None:
    """Queue an alert for the owners; within five minutes a newer one of its kind edits the last."""
    slot = f"{PREFIX}{kind}:{tx.now_ms // QUIET_MS}"
    reply = Reply(f"⚠️ {text[:MOST_TEXT]}", slot=slot, once=True)
    chats = people.owner_chats(tx, Scope(workspace))
    messages = [Outgoing(chat.account, chat.recipient, reply, slot, outbox.ONCE) for chat in chats]
    if messages:
        outbox.put(tx, workspace, messages)


def is_alert(slot: str | None) -> bool:
    """Alerts about alerts would never end."""
    return slot is not None and slot.startswith(PREFIX)
