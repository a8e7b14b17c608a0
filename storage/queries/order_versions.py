"""Reads of what orders were before they were changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.scope import Scope
from storage.tables.orders import order_events, order_versions
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Version:
    """The change that made a version of an order: who, when, why; `before` as in the table `order_versions`, empty once
    what is personal in it was erased."""

    number: int
    at: datetime
    actor_name: str
    cause: str
    before: Mapping[str, Any]


def versions(tx: Tx, scope: Scope, order_id: str) -> list[Version]:
    """All changes of more than the status, the first one first."""
    same = (
        (order_events.c.workspace_id == order_versions.c.workspace_id)
        & (order_events.c.order_id == order_versions.c.order_id)
        & (order_events.c.sequence == order_versions.c.version)
    )
    event = (order_events.c.at, order_events.c.actor_name, order_events.c.cause)
    chosen = scope.select(order_versions, order_versions.c.version, order_versions.c.before, *event).join(
        order_events, same
    )
    rows = tx.execute(chosen.where(order_versions.c.order_id == order_id).order_by(order_versions.c.version))
    return [Version(row.version, row.at, row.actor_name, row.cause, row.before) for row in rows]


def before(tx: Tx, scope: Scope, order_id: str, version: int) -> Mapping[str, Any]:
    """What the order was before the change that made this version; empty where that was no such change."""
    chosen = scope.select(order_versions, order_versions.c.before)
    found = tx.execute(
        chosen.where(order_versions.c.order_id == order_id, order_versions.c.version == version)
    ).scalar()
    return found or {}
