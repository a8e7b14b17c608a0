"""The state of talk: where it goes on, and which flow is under way."""

from typing import Any

from storage.queries.people import Chat
from storage.scope import Scope
from storage.tables.people import conversations
from storage.tx import Tx


def open_conversation(tx: Tx, scope: Scope, lane: str, *, contact: str | None, chat: Chat) -> None:
    """Start the record of a lane's talk, with no flow under way."""
    row = scope.row(
        lane=lane,
        contact_id=contact,
        account_id=chat.account,
        chat=chat.recipient,
        state={},
        flow_epoch=0,
        last_inbound_at=tx.now,
    )
    tx.execute(tx.upsert(conversations).values(row).on_conflict_do_nothing())


def keep_turn(
    tx: Tx, scope: Scope, lane: str, *, chat: Chat, flow: str | None, state: dict[str, Any], flow_epoch: int
) -> None:
    """After each turn: where the person was last heard, and the flow that is now under way with its state.

    `flow_epoch` counts the flows that were started here, so that an expiry meant for an earlier one is known as stale.
    """
    row = scope.update(conversations).where(conversations.c.lane == lane)
    heard = {"account_id": chat.account, "chat": chat.recipient, "last_inbound_at": tx.now}
    tx.execute(row.values(**heard, flow=flow, state=state, flow_epoch=flow_epoch))


def set_flow(tx: Tx, scope: Scope, lane: str, flow: str | None, state: dict[str, Any]) -> None:
    """Change the flow under way without having heard anything: when its time is over."""
    row = scope.update(conversations).where(conversations.c.lane == lane)
    tx.execute(row.values(flow=flow, state=state))
