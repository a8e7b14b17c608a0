"""Changes of a shop's groups: what they are called, and which are given up."""

from storage.actions import audit
from storage.actors import Actor
from storage.errors import BadInput, NotFound
from storage.queue.outbox import cancel_waiting
from storage.rules.permissions import Permission
from storage.rules.text import one_line
from storage.tables.people import groups
from storage.tx import Tx

MOST_NAME = 60


def name_group(tx: Tx, *, account: str, chat: str, name: str, actor: Actor) -> None:
    """Call a group as its shop likes. Raises `BadInput` for no name, `NotFound` where it is none of theirs."""
    actor.require(Permission.PEOPLE_CHANGE)
    shown = one_line(name, " ")[:MOST_NAME].strip()
    if not shown:
        raise BadInput("Please write a name for the group.")
    row = actor.scope.update(groups).where(groups.c.account_id == account, groups.c.chat == chat)
    if tx.execute(row.values(name=shown)).rowcount != 1:
        raise NotFound("This group is not linked any more. /groups lists those that are.")
    audit.note(tx, "name group", chat, actor, name=shown)


def give_up_group(tx: Tx, *, account: str, chat: str, actor: Actor) -> None:
    """The group is the shop's no longer; nothing more is said there. Raises `NotFound` where it is none of theirs."""
    actor.require(Permission.PEOPLE_CHANGE)
    gone = actor.scope.delete(groups).where(groups.c.account_id == account, groups.c.chat == chat)
    if tx.execute(gone).rowcount != 1:
        raise NotFound("This group is not linked any more. /groups lists those that are.")
    cancel_waiting(tx, account, chat)
    audit.note(tx, "give up group", chat, actor)
