"""Everyone the business knows: workspaces and their people, and the contacts who write from outside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import tuple_

from storage.actors import Actor
from storage.errors import BadInput, NotAllowed
from storage.rules.permissions import Permission, Role
from storage.scope import Scope
from storage.tables.people import accounts, addresses, contacts, groups, members, workspaces
from storage.tx import Tx

Addresses = tuple[tuple[str, str], ...]


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


def bind_group(tx: Tx, *, account: str, chat: str, kind: str, actor: Actor) -> None:
    """Make a chat the workspace's group of that kind."""
    actor.require(Permission.PEOPLE_CHANGE)
    row = actor.scope.row(account_id=account, chat=chat, kind=kind, created_at=tx.now)
    tx.execute(tx.upsert(groups).values(row).on_conflict_do_nothing())


def contacts_of(tx: Tx, scope: Scope, people: Sequence[tuple[Addresses, str]]) -> list[str]:
    """The contact of each person (addresses, name), made where none of the addresses is known yet.

    Addresses seen for the first time are added to the contact that another of them leads to.
    """
    known = _known_addresses(tx, scope, {address for owned, _ in people for address in owned})
    found: list[str] = []
    for owned, name in people:
        contact = next((known[address] for address in owned if address in known), None)
        if contact is None:
            contact = _add_contact(tx, scope, name)
        for kind, value in owned:
            if (kind, value) not in known:
                tx.execute(scope.insert(addresses, kind=kind, value=value, contact_id=contact))
                known[(kind, value)] = contact
        found.append(contact)
    return found


def _known_addresses(tx: Tx, scope: Scope, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    key = tuple_(addresses.c.kind, addresses.c.value)
    rows = tx.execute(scope.select(addresses).where(key.in_(wanted)))
    return {(row.kind, row.value): row.contact_id for row in rows}


def _add_contact(tx: Tx, scope: Scope, name: str) -> str:
    contact = tx.ids()
    tx.execute(scope.insert(contacts, id=contact, name=name[:200], created_at=tx.now))
    return contact


def change_contact(tx: Tx, contact: str, values: dict[str, Any], actor: Actor) -> None:
    """Set `name`, `language` or `last_address` of a contact, as they themselves showed them in conversation."""
    actor.require(Permission.ORDERS_PLACE)
    if actor.kind == "contact" and actor.id != contact:
        raise NotAllowed("You may only change what is known of yourself.")
    unknown = set(values) - {"name", "language", "last_address"}
    if unknown:
        raise BadInput("A contact has no {fields}.", fields=", ".join(sorted(unknown)))
    tx.execute(actor.scope.update(contacts).where(contacts.c.id == contact).values(**values))
