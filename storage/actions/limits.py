"""Plans and limits, changed by the operator. What it means for a workspace stands in that workspace's own audit log."""

from dataclasses import dataclass

from sqlalchemy import select, update

from storage.actions import audit
from storage.actors import Actor
from storage.errors import Conflict, NotFound
from storage.queries.limits import plan_limits, standing
from storage.queries.workspaces import ids
from storage.rules.limits import STANDARD, UNLIMITED, Limit, Limits, limits_in, plan_name, value_of, written
from storage.rules.permissions import Permission
from storage.scope import Scope
from storage.tables.people import plans, workspaces
from storage.tx import Tx

DEFAULT = "default"
"""Typed for a shop's own limit: its plan has the word again."""


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """A workspace is on another plan."""

    workspace: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A limit before and after, as it is typed; `back`: what is typed to have it as it was."""

    name: str
    was: str
    now: str
    back: str


def change_plan(tx: Tx, workspace: str, plan: str, actor: Actor) -> str:
    """Put a workspace on another plan; returns the name of the workspace. What it has already, it keeps."""
    actor.require(Permission.PLANS_CHANGE)
    name = plan.strip().casefold()
    if plan_limits(tx, name) is None:
        raise NotFound("There is no plan {name}. /plan list shows them, /plan new {name} makes one.", name=plan[:40])
    tx.execute(select(workspaces.c.id).where(workspaces.c.id == workspace).with_for_update())
    found = standing(tx, Scope(workspace))
    if found.plan == name:
        raise Conflict("{shop} is on the plan {plan} already.", shop=found.name, plan=name)
    tx.execute(update(workspaces).where(workspaces.c.id == workspace).values(plan=name))
    _note(tx, "change plan", workspace, "plan", found.plan, name, actor)
    tx.emit(PlanChanged(workspace, found.plan, name))
    return found.name


def make_plan(tx: Tx, name: str, like: str, actor: Actor) -> str:
    """A new plan that allows what another one does; returns its name."""
    actor.require(Permission.PLANS_CHANGE)
    new, model = plan_name(name), (like or STANDARD).strip().casefold()
    if new in ids(tx):
        raise Conflict("A shop is called {name}. Please choose another name for the plan.", name=new)
    limits = plan_limits(tx, model)
    if limits is None:
        raise NotFound("There is no plan {name}. /plan list shows them, /plan new {name} makes one.", name=model[:40])
    row = {"name": new, "limits": _kept(limits)}
    if tx.execute(tx.upsert(plans).values(row).on_conflict_do_nothing()).rowcount == 0:
        raise Conflict("There is a plan {name} already.", name=new)
    audit.note(tx, "make plan", new, actor, like=model)
    return new


def set_plan_limit(tx: Tx, plan: str, limit: Limit, value: str, actor: Actor) -> Changed:
    """Change what a plan allows, for every workspace that has it."""
    actor.require(Permission.PLANS_CHANGE)
    if plan == UNLIMITED:
        raise Conflict("The plan unlimited has no limits. /plan new makes one that has.")
    row = tx.execute(select(plans).where(plans.c.name == plan).with_for_update()).one()
    new = value_of(limit, value)
    was = written(limit, limits_in(row.limits).of(limit))
    changed = Changed(plan, was, written(limit, new), was)
    tx.execute(update(plans).where(plans.c.name == plan).values(limits={**row.limits, limit.value: new}))
    for workspace in tx.execute(select(workspaces.c.id).where(workspaces.c.plan == plan)).scalars().all():
        _note(tx, "change limit", workspace, f"{plan}.{limit.value}", changed.was, changed.now, actor)
    return changed


def set_own_limit(tx: Tx, workspace: str, limit: Limit, value: str, actor: Actor) -> Changed:
    """Give one workspace a limit of its own, which goes before its plan; `default` takes it away."""
    actor.require(Permission.PLANS_CHANGE)
    row = tx.execute(select(workspaces.c.limits).where(workspaces.c.id == workspace).with_for_update()).one()
    was = standing(tx, Scope(workspace))
    own = {name: each for name, each in (row.limits or {}).items() if name != limit.value}
    if value.strip().casefold() != DEFAULT:
        own[limit.value] = value_of(limit, value)
    tx.execute(update(workspaces).where(workspaces.c.id == workspace).values(limits=own))
    now = standing(tx, Scope(workspace)).limits.of(limit)
    before = written(limit, was.limits.of(limit))
    changed = Changed(was.name, before, written(limit, now), before if limit in was.own else DEFAULT)
    _note(tx, "change limit", workspace, limit.value, changed.was, changed.now, actor)
    return changed


def _note(tx: Tx, action: str, workspace: str, thing: str, was: str, now: str, actor: Actor) -> None:
    """In the log of the workspace that it is about."""
    there = Actor(Scope(workspace), actor.kind, actor.id, actor.role, actor.name, actor.operates)
    audit.note(tx, action, thing, there, was=was, now=now)


def _kept(limits: Limits) -> dict[str, int | None]:
    return {each.value: limits.of(each) for each in Limit}
