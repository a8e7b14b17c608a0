"""What a workspace may have by its plan, and how much of it is used."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from storage.actors import Actor
from storage.errors import NotFound
from storage.rules.limits import OPEN_FOR, STANDARD, UNLIMITED, Limit, Limits, limits_in
from storage.rules.permissions import Permission, Role
from storage.scope import Prepared, Scope
from storage.statements import Ready
from storage.tables.people import accounts, conversations, members, plans, workspaces
from storage.tx import Tx

_OF_WORKSPACE = Ready(
    select(workspaces.c.name, workspaces.c.plan, workspaces.c.limits, plans.c.limits.label("of_plan"))
    .join(plans, plans.c.name == workspaces.c.plan, isouter=True)
    .where(workspaces.c.id == bindparam("workspace"))
)
_OPEN = Ready(
    Prepared.select(conversations, func.count().label("open")).where(
        conversations.c.contact_id.is_not(None), conversations.c.last_inbound_at > bindparam("since")
    )
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, and how many workspaces have it."""

    name: str
    limits: Limits
    shops: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What one workspace may have. `own` names the limits that were set for it alone."""

    workspace: str
    name: str
    plan: str
    limits: Limits
    own: frozenset[Limit]


@dataclass(frozen=True, slots=True)
class Used:
    """How much of its limits a workspace uses."""

    numbers: int
    team: int
    talks: int


def standing(tx: Tx, scope: Scope) -> Standing:
    """Raises `NotFound`."""
    row = tx.execute(_OF_WORKSPACE, {"workspace": scope.workspace}).one_or_none()
    if row is None:
        raise NotFound("There is no shop {name} here. /workspace all lists them.", name=scope.workspace[:60])
    own = row.limits or {}
    found = limits_in({} if row.plan == UNLIMITED else row.of_plan, own)
    return Standing(scope.workspace, row.name, row.plan, found, frozenset(each for each in Limit if each.value in own))


def limits_of(tx: Tx, scope: Scope) -> Limits:
    return standing(tx, scope).limits


def standing_of(tx: Tx, workspace: str, actor: Actor) -> tuple[Standing, Used]:
    """What any workspace may have and how much of it is used, for the operator; nothing of its business."""
    actor.require(Permission.PLANS_CHANGE)
    scope = Scope(workspace)
    return standing(tx, scope), used(tx, scope)


def used(tx: Tx, scope: Scope) -> Used:
    return Used(numbers(tx, scope), len(people(tx, scope)), open_conversations(tx, scope))


def numbers(tx: Tx, scope: Scope, but: str = "") -> int:
    """How many WhatsApp numbers speak for the workspace, `but` one."""
    chosen = select(func.count()).where(accounts.c.workspace_id == scope.workspace, accounts.c.channel == "whatsapp")
    return int(tx.execute(chosen.where(accounts.c.id != but)).scalar_one())


def people(tx: Tx, scope: Scope) -> set[str]:
    """The Telegram ids of the team. Whoever runs the installation takes no place in it."""
    chosen = scope.select(members, members.c.telegram_id).where(members.c.active, members.c.role != Role.OPERATOR.value)
    return set(tx.execute(chosen).scalars())


def has_room_for(tx: Tx, scope: Scope, telegram_id: str) -> bool:
    """Whether somebody can be in the team. The workspace's row is held, so that two who join at once are two."""
    tx.execute(select(workspaces.c.id).where(workspaces.c.id == scope.workspace).with_for_update())
    most = limits_of(tx, scope).members
    team = people(tx, scope) if most is not None else set()
    return most is None or telegram_id in team or len(team) < most


def open_conversations(tx: Tx, scope: Scope) -> int:
    """How many customers wrote in the last 24 hours. For when one more conversation begins, not for each message."""
    return int(tx.execute(_OPEN, scope.given(since=tx.now - OPEN_FOR)).scalar() or 0)


def plan_limits(tx: Tx, name: str) -> Limits | None:
    """What a plan allows; None where there is none of that name."""
    if name == UNLIMITED:
        return Limits()
    row = tx.execute(select(plans.c.limits).where(plans.c.name == name)).one_or_none()
    return None if row is None else limits_in(row.limits)


def all_plans(tx: Tx, actor: Actor) -> list[Plan]:
    """Every plan, the standard one first, and how many shops have it."""
    actor.require(Permission.PLANS_CHANGE)
    counted = select(workspaces.c.plan, func.count().label("shops")).group_by(workspaces.c.plan)
    shops = {row.plan: row.shops for row in tx.execute(counted)}
    found = [Plan(row.name, limits_in(row.limits), shops.get(row.name, 0)) for row in tx.execute(select(plans))]
    found.append(Plan(UNLIMITED, Limits(), shops.get(UNLIMITED, 0)))
    return sorted(found, key=lambda each: (each.name != STANDARD, each.name == UNLIMITED, each.name))
