"""Reads across workspaces: who works where, who runs the installation, which shop a person talks with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.actors import Actor
from storage.among import Among
from storage.errors import NotFound
from storage.queries.people import Chat
from storage.rules.permissions import Permission, Role
from storage.rules.workspaces import House, State
from storage.scope import PlatformScope, Scope
from storage.statements import Ready
from storage.tables.people import accounts, members, workspaces
from storage.tx import Tx

_EVERYBODY = PlatformScope("somebody's own places, and who runs the installation")
_SEVERAL = Ready(
    _EVERYBODY.select(members, members.c.telegram_id)
    .where(Among(members.c.telegram_id, "ids"), members.c.active)
    .group_by(members.c.telegram_id)
    .having(func.count() > 1)
)


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace as one of its people sees it in a list."""

    id: str
    name: str
    state: State
    role: Role


@dataclass(frozen=True, slots=True)
class Standing:
    """A workspace as the operator sees it in a list: nothing of its business, only how large it is."""

    id: str
    name: str
    state: State
    plan: str
    people: int
    created_at: datetime


def places_of(tx: Tx, telegram_id: str) -> list[Place]:
    """Where this person works, oldest first; rejected ones are left out."""
    chosen = (
        _EVERYBODY.select(members, workspaces.c.id, workspaces.c.name, workspaces.c.state, members.c.role)
        .join(workspaces, workspaces.c.id == members.c.workspace_id)
        .where(members.c.telegram_id == telegram_id, members.c.active, workspaces.c.state != State.REJECTED)
        .order_by(workspaces.c.created_at, workspaces.c.id)
    )
    return [Place(row.id, row.name, State(row.state), Role(row.role)) for row in tx.execute(chosen)]


def place_named(places: list[Place], name: str) -> Place:
    """The one of these that is called so, by id, by name, or whose name begins so. Raises `NotFound`.

    An id goes before a name: buttons carry it, and anybody may call their shop by another one's.
    """
    said = name.strip().casefold()
    named = [each for each in places if each.id == said] or [each for each in places if each.name.casefold() == said]
    found = named or [each for each in places if said and each.name.casefold().startswith(said)]
    if len(found) != 1:
        raise NotFound(
            "You work for no shop that is called {name}. /workspace lists yours.", name=name.strip()[:60] or "…"
        )
    return found[0]


def standings(tx: Tx, actor: Actor) -> list[Standing]:
    """Every workspace of the installation, newest first."""
    actor.require(Permission.WORKSPACES_DECIDE)
    people = (
        select(func.count())
        .where(members.c.workspace_id == workspaces.c.id, members.c.active)
        .correlate(workspaces)
        .scalar_subquery()
    )
    rows = tx.execute(select(workspaces, people.label("people")).order_by(workspaces.c.created_at.desc()))
    return [Standing(row.id, row.name, State(row.state), row.plan, row.people, row.created_at) for row in rows]


def ids(tx: Tx) -> set[str]:
    return set(tx.execute(select(workspaces.c.id)).scalars())


def operators(tx: Tx, house: House) -> list[str]:
    """The Telegram ids of those who run the installation: as configured, or the first workspace's operators or owners."""
    if house.operators:
        return sorted(house.operators)
    for role in (Role.OPERATOR, Role.OWNER):
        chosen = _EVERYBODY.select(members, members.c.telegram_id).where(
            members.c.workspace_id == house.home, members.c.role == role, members.c.active
        )
        if found := list(tx.execute(chosen.order_by(members.c.telegram_id)).scalars()):
            return found
    return []


def operator_chats(tx: Tx, house: House) -> list[Chat]:
    """The operators' private chats with the shared bot."""
    bot = tx.execute(select(accounts.c.id).where(accounts.c.shared).order_by(accounts.c.id).limit(1)).scalar()
    return [] if bot is None else [Chat(bot, each) for each in operators(tx, house)]


def shared_accounts(tx: Tx) -> list[str]:
    """The accounts on which every workspace is reached that has none of its own."""
    return list(tx.execute(select(accounts.c.id).where(accounts.c.shared).order_by(accounts.c.id)).scalars())


def in_several(tx: Tx, telegram_ids: Collection[str]) -> set[str]:
    """Those of these people who work for more than one workspace."""
    return {row.telegram_id for row in tx.execute(_SEVERAL, {"ids": telegram_ids})} if telegram_ids else set()


def numbers_of(tx: Tx, scope: Scope) -> list[str]:
    """The accounts of the workspace's own WhatsApp numbers."""
    mine = select(accounts.c.id).where(accounts.c.workspace_id == scope.workspace, accounts.c.channel == "whatsapp")
    return list(tx.execute(mine.order_by(accounts.c.id)).scalars())
