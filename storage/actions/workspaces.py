"""Opening, deciding on, closing and choosing workspaces. What was done to one stands in its own audit log."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from storage.actions import audit, people
from storage.actors import Actor, system_actor
from storage.errors import BadInput, Conflict, NotAllowed, NotFound
from storage.queries.workspaces import ids, places_of
from storage.queue import lanes, outbox
from storage.rules.permissions import Permission, Role
from storage.rules.text import one_line
from storage.rules.workspaces import FOLLOWS, House, State, new_id
from storage.scope import Scope
from storage.tables.people import visits, workspaces
from storage.tx import Tx

MOST_NAME = 60
ASKED_LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkspaceMoved:
    """A workspace was opened or asked for (`old` is None), or its state changed."""

    workspace: str
    name: str
    old: State | None
    new: State
    actor: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who opens a workspace: by the only address that proves them."""

    telegram_id: str
    name: str


def open_another(tx: Tx, name: str, person: Person, house: House, actor: Actor) -> str:
    """A new workspace of this person's own, open at once. Returns its id. Whose only shop nobody has let in yet is no
    owner here."""
    actor.require(Permission.WORKSPACES_OPEN)
    mine = tx.execute(select(workspaces.c.state).where(workspaces.c.id == actor.scope.workspace)).scalar_one()
    if mine != State.ACTIVE and not actor.may(Permission.WORKSPACES_DECIDE):
        raise NotAllowed("Only those who own a shop here can open another one. Please ask the operator.")
    return _create(tx, name, person, house, State.ACTIVE, actor)


def ask_for(tx: Tx, name: str, person: Person, house: House, actor: Actor) -> str:
    """The same, waiting for an operator's word; one at a time. Returns its id."""
    actor.require(Permission.WORKSPACES_ASK)
    waiting = select(workspaces.c.name).where(workspaces.c.state == State.PENDING)
    asked = tx.execute(waiting.where(workspaces.c.asked_by == person.telegram_id).limit(1)).scalar()
    if asked is not None:
        raise Conflict("{name} still waits for the operator's word. You can ask for the next one then.", name=asked)
    refused = select(workspaces.c.name).where(
        workspaces.c.state == State.REJECTED, workspaces.c.created_at > tx.now - ASKED_LATELY
    )
    lately = tx.execute(refused.where(workspaces.c.asked_by == person.telegram_id).limit(1)).scalar()
    if lately is not None:
        raise Conflict("{name} was not approved. You can ask for another shop tomorrow.", name=lately)
    return _create(tx, name, person, house, State.PENDING, actor)


def _create(tx: Tx, name: str, person: Person, house: House, state: State, actor: Actor) -> str:
    """The workspace with its owner, furnished like the one in which it was asked for."""
    named = one_line(name, " ")[:MOST_NAME].strip()
    if not any(letter.isalnum() for letter in named):
        raise BadInput("Write the name of the shop behind it: /workspace new Annapurna Tiffins")
    taken = _with_room(tx, house, state)
    model = tx.execute(select(workspaces).where(workspaces.c.id == actor.scope.workspace)).one()
    workspace = new_id(named, taken)
    words = {"timezone": model.timezone, "currency": model.currency, "language": model.language}
    people.found_workspace(tx, workspace, name=named, **words)
    tx.execute(
        update(workspaces).where(workspaces.c.id == workspace).values(state=state.value, asked_by=person.telegram_id)
    )
    system = system_actor(Scope(workspace))
    owner = people.add_member(tx, name=person.name, role=Role.OWNER, telegram_id=person.telegram_id, actor=system)
    founder = Actor(Scope(workspace), "member", owner, Role.OWNER, person.name)
    audit.note(tx, "open workspace", workspace, founder, name=named, state=state.value)
    tx.emit(WorkspaceMoved(workspace, named, None, state, founder))
    return workspace


def _with_room(tx: Tx, house: House, state: State) -> set[str]:
    """The ids that are taken. Raises `Conflict` where there is no room for one more in that state: those that wait for an
    operator take none of the room of those that are open.

    Whoever opens a shop at the same time waits for the end of this unit: two of one name must not become one shop.
    """
    tx.execute(select(workspaces.c.id).where(workspaces.c.id == house.home).with_for_update())
    alike = tx.execute(select(func.count()).where(workspaces.c.state == state)).scalar_one()
    if alike >= house.most and state is State.PENDING:
        raise Conflict("Too many shops wait for the operator's word just now. Please ask again later.")
    if alike >= house.most:
        raise Conflict("There is room for {most} shops on this installation, and all of it is taken.", most=house.most)
    return ids(tx)


def decide(tx: Tx, workspace: str, new: State, house: House, actor: Actor, reason: str = "") -> str:
    """An operator's word on a workspace that was asked for; returns its name."""
    actor.require(Permission.WORKSPACES_DECIDE)
    if new is State.ACTIVE:
        _with_room(tx, house, new)
    return _move(tx, workspace, new, Permission.WORKSPACES_DECIDE, actor, reason)


def archive(tx: Tx, house: House, actor: Actor) -> str:
    """Close the actor's workspace: nobody outside is answered, nothing is deleted, it can be opened again."""
    actor.require(Permission.WORKSPACE_CLOSE)
    if actor.scope.workspace == house.home:
        raise Conflict("This is the first shop of the installation; the others are reached by its bot. It stays open.")
    outbox.cancel_automatic(tx, actor.scope.workspace)
    return _move(tx, actor.scope.workspace, State.ARCHIVED, Permission.WORKSPACE_CLOSE, actor)


def reopen(tx: Tx, house: House, actor: Actor) -> str:
    """Open a closed workspace again, where there is room."""
    actor.require(Permission.WORKSPACE_CLOSE)
    _with_room(tx, house, State.ACTIVE)
    return _move(tx, actor.scope.workspace, State.ACTIVE, Permission.WORKSPACE_CLOSE, actor)


def _move(tx: Tx, workspace: str, new: State, by: Permission, actor: Actor, reason: str = "") -> str:
    """The one writer of a workspace's state. `by`: as whose word this is said."""
    row = tx.execute(select(workspaces).where(workspaces.c.id == workspace).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no shop {name} here. /workspace all lists them.", name=workspace[:60])
    old = State(row.state)
    if FOLLOWS.get((old, new)) is not by:
        raise Conflict("{name} is {state} already.", name=row.name, state=old)
    tx.execute(update(workspaces).where(workspaces.c.id == workspace).values(state=new.value))
    here = Actor(Scope(workspace), actor.kind, actor.id, actor.role, actor.name)
    audit.note(tx, f"workspace {new.value}", workspace, here, old=old.value, reason=reason[:500])
    tx.emit(WorkspaceMoved(workspace, row.name, old, new, here, reason))
    return str(row.name)


def visit(tx: Tx, account: str, person: str, workspace: str) -> None:
    """From now on this person talks with that workspace on a shared account."""
    row = {"account_id": account, "person": person, "workspace_id": workspace, "at": tx.now}
    moved = {"workspace_id": workspace, "at": tx.now}
    tx.execute(tx.upsert(visits).values(row).on_conflict_do_update(index_elements=["account_id", "person"], set_=moved))


def switch(tx: Tx, account: str, person: str, workspace: str, lane: str) -> None:
    """The same by word of one of its team: what they wrote behind that word is meant for the new workspace too."""
    if workspace not in {each.id for each in places_of(tx, person)}:
        raise NotAllowed("You are not a member of this shop's team. Ask the owner to add you.")
    visit(tx, account, person, workspace)
    lanes.rehome(tx, lane, workspace)
