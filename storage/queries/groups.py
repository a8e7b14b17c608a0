"""Reads of a shop's groups: that of its staff, and those in which customers order."""

from dataclasses import dataclass

from storage.errors import NotFound
from storage.scope import Scope
from storage.tables.people import groups
from storage.tx import Tx

STAFF, ORDERING = "admin", "ordering"


@dataclass(frozen=True, slots=True)
class Group:
    """`kind` is "admin" for staff, "ordering" for customers; `name` is the shop's own for it, "" without one."""

    account: str
    chat: str
    kind: str
    name: str


def groups_of(tx: Tx, scope: Scope) -> list[Group]:
    """All groups of the workspace, in the order in which they were linked."""
    rows = tx.execute(scope.select(groups).order_by(groups.c.created_at, groups.c.chat))
    return [Group(row.account_id, row.chat, row.kind, row.name) for row in rows]


def group_at(tx: Tx, scope: Scope, place: int) -> Group:
    """The group with that number in the list. Raises `NotFound`."""
    found = groups_of(tx, scope)
    if not 0 < place <= len(found):
        raise NotFound("There is no group {number}. /groups lists them.", number=place)
    return found[place - 1]


def is_ordering_group(tx: Tx, scope: Scope, account: str, chat: str) -> bool:
    here = (groups.c.account_id == account) & (groups.c.chat == chat) & (groups.c.kind == ORDERING)
    return tx.execute(scope.select(groups, groups.c.chat).where(here)).scalar() is not None
