"""Asking for a backup: one at a time, by an operator, and written down."""

from typing import Any

from storage.actions import audit
from storage.actors import Actor
from storage.errors import Conflict
from storage.queue import jobs, leases
from storage.queue.arrivals import Place
from storage.rules.permissions import Permission
from storage.tx import Tx

BACKUP = "backup"
"""The kind of the job, and the lease that whoever makes one holds."""
HOLD_MS = 3_600_000
"""For so long a lease is held without a word of whoever makes the backup."""


def ask_for_backup(tx: Tx, lane: str, payload: dict[str, Any], actor: Actor) -> str:
    """Plan a backup; its result comes back to `lane` ("": to nobody). Returns its id. Raises `Conflict`: one is being made."""
    actor.require(Permission.BACKUPS_MAKE)
    backup = tx.ids()
    if not leases.take(tx, BACKUP, backup, HOLD_MS):
        raise Conflict("A backup is being made already. Please wait until it is done.")
    jobs.put(tx, f"{BACKUP}:{backup}", BACKUP, Place(lane, actor.scope.workspace), {**payload, "id": backup})
    audit.note(tx, "make backup", backup, actor)
    return backup
