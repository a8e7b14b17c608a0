"""The audit log: one row for each thing done with authority, in the transaction that did it."""

from typing import Any

from storage.actors import Actor
from storage.tables.authority import audit
from storage.tx import Tx


def note(tx: Tx, action: str, thing: str, actor: Actor, **detail: Any) -> None:
    """Write down that `actor` did `action` to `thing`; `detail` is small and holds no secret."""
    who = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name}
    row = {"id": tx.ids(), "at": tx.now, "action": action, "object": thing, "detail": detail}
    tx.execute(actor.scope.insert(audit, **row, **who))
