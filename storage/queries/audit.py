"""Reads of the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.actors import Actor
from storage.rules.permissions import Permission
from storage.tables.authority import audit
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when (UTC)."""

    at: datetime
    actor_name: str
    action: str
    object: str
    detail: dict[str, Any]


def entries(
    tx: Tx, actor: Actor, *, since: datetime, who: str = "", what: str = "", most: int = 50
) -> list[AuditEntry]:
    """The newest entries since a moment, of the people and actions whose name holds the words given."""
    actor.require(Permission.AUDIT_SEE)
    chosen = actor.scope.select(audit).where(audit.c.at >= since)
    if who:
        chosen = chosen.where(audit.c.actor_name.icontains(who, autoescape=True))
    if what:
        chosen = chosen.where(audit.c.action.icontains(what, autoescape=True))
    rows = tx.execute(chosen.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(most))
    return [AuditEntry(row.at, row.actor_name, row.action, row.object, row.detail) for row in rows]
