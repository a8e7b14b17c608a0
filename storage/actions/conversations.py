"""The state of talk: where it goes on, and which flow is under way."""

from typing import Any

from sqlalchemy import bindparam

from storage.queries.people import Chat
from storage.scope import Prepared, Scope
from storage.statements import Ready
from storage.tables.people import conversations
from storage.tx import Tx

_KEEP_TURN = Ready(
    Prepared.update(conversations)
    .where(conversations.c.lane == bindparam("the_lane"))
    .values(
        account_id=bindparam("heard_account"),
        chat=bindparam("heard_chat"),
        last_inbound_at=bindparam("heard_at"),
        flow=bindparam("new_flow"),
        state=bindparam("new_state"),
        flow_epoch=bindparam("new_epoch"),
    )
)


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
    values = {
        "heard_account": chat.account,
        "heard_chat": chat.recipient,
        "heard_at": tx.now,
        "new_flow": flow,
        "new_state": state,
        "new_epoch": flow_epoch,
    }
    tx.execute(_KEEP_TURN, scope.given(the_lane=lane, **values))


def set_flow(tx: Tx, scope: Scope, lane: str, flow: str | None, state: dict[str, Any]) -> None:
    """Change the flow under way without having heard anything: when its time is over."""
    row = scope.update(conversations).where(conversations.c.lane == lane)
    tx.execute(row.values(flow=flow, state=state))
