"""Alerts to the owner: what went wrong for good, told once every five minutes for each kind, never in a loop."""

import logging
from typing import Any

from flows.messages import Reply, of_shop
from flows.texts import say
from storage.queries import people
from storage.queries.workspaces import in_several
from storage.queue import outbox
from storage.queue.outbox import Outgoing
from storage.scope import Scope
from storage.tx import Tx

log = logging.getLogger("munshi.alerts")

PREFIX = "alert:"
QUIET_MS = 300_000
MOST_TEXT = 1000


def alert(tx: Tx, workspace: str, kind: str, template: str, **values: Any) -> None:
    """Queue an alert for the owners, in the shop's language; within five minutes a newer one of its kind edits the last."""
    shop = people.workspace(tx, Scope(workspace))
    text = say(shop.language, template, **values)
    slot = f"{PREFIX}{workspace}/{kind}:{tx.now_ms // QUIET_MS}"
    reply = Reply(f"⚠️ {text[:MOST_TEXT]}", slot=slot, once=True)
    chats = people.owner_chats(tx, Scope(workspace))
    several, named = in_several(tx, {chat.recipient for chat in chats}), of_shop(shop.name, reply)
    messages = [
        Outgoing(chat.account, chat.recipient, named if chat.recipient in several else reply, slot, outbox.ONCE)
        for chat in chats
    ]
    if messages:
        outbox.put(tx, workspace, messages)
    else:
        log.error("no owner of %s can be told of this: %s", workspace, kind)


def is_alert(slot: str | None) -> bool:
    """Alerts about alerts would never end."""
    return slot is not None and slot.startswith(PREFIX)
