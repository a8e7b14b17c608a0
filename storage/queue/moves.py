"""Chats that get a new id: a Telegram group becomes a supergroup, and all that we have there goes with it."""

from dataclasses import dataclass

from storage.actions.people import move_group, unbind_group
from storage.queue import outbox
from storage.scope import PlatformScope, Scope
from storage.tables.people import groups
from storage.tx import Tx

_ANYWHERE = PlatformScope("whose group it is that gets a new id")


@dataclass(frozen=True, slots=True)
class Moving:
    """The chat `old` of an account is from now on `new`."""

    account: str
    old: str
    new: str


def move(tx: Tx, moving: Moving) -> None:
    """Bind the group by its new id and send there what waits. Whatever comes from the new id afterwards is known."""
    at = _ANYWHERE.select(groups, groups.c.workspace_id).where(groups.c.account_id == moving.account)
    workspace = tx.execute(at.where(groups.c.chat == moving.old)).scalar()
    if workspace is not None:
        if tx.execute(at.where(groups.c.chat == moving.new)).scalar() is None:
            move_group(tx, Scope(workspace), account=moving.account, old=moving.old, new=moving.new)
        else:  # somebody has bound the new one by hand already
            unbind_group(tx, Scope(workspace), account=moving.account, chat=moving.old)
    outbox.redirect(tx, moving.account, moving.old, moving.new)
