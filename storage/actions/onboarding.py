"""Writes of the way of a new owner: which steps were looked at or put off."""

from sqlalchemy import select

from storage.actors import Actor
from storage.rules.onboarding import SETTING, Mark, Step
from storage.rules.permissions import Permission
from storage.tables.people import workspaces
from storage.tx import Tx


def mark_step(tx: Tx, step: Step, mark: Mark | None, actor: Actor) -> None:
    """Remember of a step what its traces in the books do not say; None forgets it."""
    actor.require(Permission.HOURS_CHANGE)
    here = workspaces.c.id == actor.scope.workspace
    kept = tx.execute(select(workspaces.c.settings).where(here).with_for_update()).scalar_one()
    others = {key: said for key, said in kept.items() if key != f"{SETTING}{step}"}
    changed = others if mark is None else others | {f"{SETTING}{step}": mark.value}
    tx.execute(workspaces.update().where(here).values(settings=changed))
