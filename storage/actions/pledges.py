"""What waits for a person's word: a confirmation before something that destroys, an undo after something done.

The button or the typed code carries only the id; what runs is what was stored, for the person and the chat that it
was stored for, once, and only while the thing is as it was.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from storage.actors import Actor
from storage.errors import Conflict, NotAllowed, NotFound
from storage.tables.authority import pledges
from storage.tx import Tx

LIFETIME = {"confirm": timedelta(minutes=5), "undo": timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class Pledge:
    """A command with its arguments; `version` is that of the thing when the pledge was made."""

    kind: str
    command: str
    arguments: dict[str, Any]
    version: str


def make(
    tx: Tx,
    kind: Literal["confirm", "undo"],
    command: str,
    arguments: dict[str, Any],
    *,
    version: str,
    chat: str,
    actor: Actor,
) -> str:
    """Store what is to run on the person's word; returns the id."""
    pledge = tx.ids()
    row: dict[str, Any] = {"id": pledge, "kind": kind, "command": command, "arguments": arguments, "version": version}
    row |= {"actor_id": actor.id, "chat": chat, "made_at": tx.now, "expires_at": tx.now + LIFETIME[kind]}
    tx.execute(actor.scope.insert(pledges, **row))
    return pledge


def take(tx: Tx, pledge: str, *, kind: str, chat: str, actor: Actor) -> Pledge:
    """Use a pledge up. Raises `NotFound`, `NotAllowed` for another person or chat, `Conflict` when used or too late."""
    row = tx.execute(actor.scope.select(pledges).where(pledges.c.id == pledge, pledges.c.kind == kind)).one_or_none()
    if row is None:
        raise NotFound("I do not know what to confirm. Please give the command again.")
    if row.actor_id != actor.id or row.chat != chat:
        raise NotAllowed("Only the person who was asked can answer this, in the same chat.")
    fresh = actor.scope.update(pledges).where(
        pledges.c.id == pledge, pledges.c.used_at.is_(None), pledges.c.expires_at > tx.now
    )
    if tx.execute(fresh.values(used_at=tx.now)).rowcount != 1:
        raise Conflict("This is used or too late. Please give the command again.")
    return Pledge(row.kind, row.command, row.arguments, row.version)
