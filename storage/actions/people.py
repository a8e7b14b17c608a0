"""Workspaces and the people who work in them. Those who write from outside are in `contacts`."""

from datetime import timedelta
from typing import Any

from storage.actions import audit
from storage.actors import Actor
from storage.errors import BadInput, Conflict
from storage.queue import lanes
from storage.rules.permissions import Permission, Role
from storage.scope import Scope
from storage.tables.people import accounts, groups, members, workspaces
from storage.tx import Tx

GIVEN_ROLES = (Role.OWNER, Role.ADMIN, Role.STAFF, Role.VIEWER)
STILL_ANSWERED = timedelta(minutes=30)


def found_workspace(tx: Tx, workspace: str, *, name: str, timezone: str, currency: str, language: str) -> None:
    """Create the workspace, or leave it as it is when it stands: what chat has changed since is not overwritten."""
    row = {
        "id": workspace,
        "name": name,
        "timezone": timezone,
        "currency": currency,
        "language": language,
        "settings": {},
        "created_at": tx.now,
    }
    tx.execute(tx.upsert(workspaces).values(row).on_conflict_do_nothing(index_elements=["id"]))


def open_account(tx: Tx, account: str, channel: str, workspace: str) -> None:
    """Bind a number or a bot to the workspace that it speaks for."""
    row = {"id": account, "channel": channel, "workspace_id": workspace, "cursor": 0}
    tx.execute(tx.upsert(accounts).values(row).on_conflict_do_nothing(index_elements=["id"]))


def advance_cursor(tx: Tx, account: str, cursor: int) -> None:
    """Remember up to where a polled account has been read; stored with what was read."""
    tx.execute(accounts.update().where(accounts.c.id == account).values(cursor=cursor))


def add_member(tx: Tx, *, name: str, role: Role, telegram_id: str, actor: Actor) -> str:
    """Make somebody a member, or change the role and name of one; returns the member's id."""
    actor.require(Permission.PEOPLE_CHANGE)
    if role in (Role.CUSTOMER, Role.SYSTEM):
        raise BadInput("{role} is not a role of a shop's people.", role=role)
    row = actor.scope.row(
        id=tx.ids(),
        name=name,
        role=role.value,
        telegram_id=telegram_id,
        active=True,
        created_at=tx.now,
    )
    statement = tx.upsert(members).values(row)
    changed = statement.on_conflict_do_update(
        index_elements=["workspace_id", "telegram_id"],
        set_={"name": name, "role": role.value, "active": True},
    )
    return str(tx.execute(changed.returning(members.c.id)).scalar_one())


def change_role(tx: Tx, member: str, role: Role, actor: Actor) -> None:
    """Give a member another role. The last owner stays one."""
    actor.require(Permission.PEOPLE_CHANGE)
    if role not in GIVEN_ROLES:
        raise BadInput("You can give these roles: {roles}.", roles=list(GIVEN_ROLES))
    _keep_an_owner(tx, member, actor, role)
    tx.execute(actor.scope.update(members).where(members.c.id == member).values(role=role.value))
    audit.note(tx, "change role", member, actor, role=role.value)


def remove_member(tx: Tx, member: str, actor: Actor) -> None:
    """End somebody's membership at once; their name stays in what they did."""
    actor.require(Permission.PEOPLE_CHANGE)
    _keep_an_owner(tx, member, actor, None)
    tx.execute(actor.scope.update(members).where(members.c.id == member).values(active=False))
    audit.note(tx, "remove member", member, actor)


def restore_member(tx: Tx, member: str, actor: Actor) -> None:
    """Take a removal back."""
    actor.require(Permission.PEOPLE_CHANGE)
    tx.execute(actor.scope.update(members).where(members.c.id == member).values(active=True))
    audit.note(tx, "restore member", member, actor)


def _keep_an_owner(tx: Tx, member: str, actor: Actor, role: Role | None) -> None:
    owners = actor.scope.select(members, members.c.id).where(members.c.role == Role.OWNER, members.c.active)
    if role is not Role.OWNER and tx.execute(owners).scalars().all() == [member]:
        raise Conflict("A shop needs an owner. Make somebody else the owner first.")


def stop_bot(tx: Tx, actor: Actor) -> None:
    """Hold the workspace: customers' messages are kept, nothing automatic answers them."""
    actor.require(Permission.BOT_SWITCH)
    _switch(tx, actor, stopped_at=tx.now)
    audit.note(tx, "stop bot", actor.scope.workspace, actor)


def start_bot(tx: Tx, actor: Actor) -> None:
    """Answer again: what came within the last half hour, and all that comes. What is older is for people."""
    actor.require(Permission.BOT_SWITCH)
    _switch(tx, actor, stopped_at=None, answers_from=tx.now - STILL_ANSWERED)
    lanes.unpark(tx, actor.scope.workspace)
    audit.note(tx, "start bot", actor.scope.workspace, actor)


def _switch(tx: Tx, actor: Actor, **values: Any) -> None:
    tx.execute(workspaces.update().where(workspaces.c.id == actor.scope.workspace).values(**values))


def move_group(tx: Tx, scope: Scope, *, account: str, old: str, new: str) -> None:
    """A group became a supergroup: what we send to it goes to its new id."""
    tx.execute(scope.update(groups).where(groups.c.account_id == account, groups.c.chat == old).values(chat=new))


def unbind_group(tx: Tx, scope: Scope, *, account: str, chat: str) -> bool:
    """The bot was put out of a group; True when it was one of the workspace's."""
    gone = scope.delete(groups).where(groups.c.account_id == account, groups.c.chat == chat)
    return tx.execute(gone).rowcount > 0


def bind_group(tx: Tx, *, account: str, chat: str, kind: str, actor: Actor) -> None:
    """Make a chat the workspace's group of that kind."""
    actor.require(Permission.PEOPLE_CHANGE)
    row = actor.scope.row(account_id=account, chat=chat, kind=kind, created_at=tx.now)
    tx.execute(tx.upsert(groups).values(row).on_conflict_do_nothing())
