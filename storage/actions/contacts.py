"""The people outside: one contact for each, whatever they are called by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import tuple_

from storage.actors import Actor
from storage.errors import BadInput, NotAllowed
from storage.rules.permissions import Permission
from storage.scope import Scope
from storage.tables.people import addresses, contacts
from storage.tx import Tx

Addresses = tuple[tuple[str, str], ...]


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
