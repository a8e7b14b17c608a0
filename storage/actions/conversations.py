"""The state of talk: where it goes on, and which flow is under way."""

from typing import Any

from storage.scope import Scope
from storage.tables.people import conversations
from storage.tx import Tx


def open_conversation(tx: Tx, scope: Scope, lane: str, *, contact: str | None, account: str, chat: str) -> None:
    """Start the record of a lane's talk, with no flow under way."""
    values = {
        "contact_id": contact,
        "account_id": account,
        "chat": chat,
        "state": {},
        "last_inbound_at": tx.now,
    }
    tx.execute(tx.upsert(conversations).values(scope.row(lane=lane, **values)).on_conflict_do_nothing())


def keep_turn(
    tx: Tx, scope: Scope, lane: str, *, account: str, chat: str, flow: str | None, state: Any, flow_epoch: int
) -> None:
    """After each turn: where the person was last heard, and the flow that is now under way with its state.

    `flow_epoch` counts the flows that were started here, so that an expiry meant for an earlier one is known as stale.
    """
    row = scope.update(conversations).where(conversations.c.lane == lane)
    values = {"account_id": account, "chat": chat, "last_inbound_at": tx.now}
    tx.execute(row.values(**values, flow=flow, state=state, flow_epoch=flow_epoch))
