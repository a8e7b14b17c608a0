"""How far a workspace is set up: read from what is in the books, whichever way it came there."""

from sqlalchemy import select

from storage.queries import catalogue
from storage.queries.people import group_chats
from storage.rules.onboarding import SETTING, Mark, Progress, Step, progress_of
from storage.rules.orders import TEST
from storage.scope import Scope
from storage.tables.authority import audit
from storage.tables.orders import orders
from storage.tables.people import conversations, workspaces
from storage.tx import Tx

FLOW = "onboarding"
_IDENTITY = ("name", "language", "timezone")
_DELIVERY = ("delivery", "pickup", "delivery.radius", "delivery.pins", "delivery.fee", "minimum")


def progress(tx: Tx, scope: Scope) -> Progress:
    """What is done, by chat, command or HTTP alike, and what was skipped."""
    kept = tx.execute(select(workspaces.c.settings).where(workspaces.c.id == scope.workspace)).scalar_one()
    shown = {
        Step.SHOP: _was_named(tx, scope),
        Step.CATALOGUE: catalogue.version(tx, scope) is not None,
        Step.HOURS: "hours" in kept,
        Step.DELIVERY: any(key in kept for key in _DELIVERY),
        Step.GROUP: bool(group_chats(tx, scope)),
        Step.ORDER: has_orders(tx, scope),
    }
    marks = {step: Mark(kept[f"{SETTING}{step}"]) for step in Step if f"{SETTING}{step}" in kept}
    return progress_of(frozenset(step for step, done in shown.items() if done), marks)


def _was_named(tx: Tx, scope: Scope) -> bool:
    """A name, language or zone that somebody chose by command; every workspace has some from its first day."""
    chosen = scope.select(audit, audit.c.id).where(audit.c.action == "change setting", audit.c.object.in_(_IDENTITY))
    return tx.execute(chosen.limit(1)).first() is not None


def has_orders(tx: Tx, scope: Scope) -> bool:
    """Whether an order was ever placed; a test order counts, though it was removed."""
    return tx.execute(scope.select(orders, orders.c.id).limit(1)).first() is not None


def has_test_orders(tx: Tx, scope: Scope) -> bool:
    placed = scope.select(orders, orders.c.id).where(orders.c.source == TEST, orders.c.deleted_at.is_(None))
    return tx.execute(placed.limit(1)).first() is not None


def lanes_at(tx: Tx, scope: Scope, step: Step) -> list[str]:
    """The talks in which somebody of the team is being led through that step now."""
    led = scope.select(conversations, conversations.c.lane, conversations.c.state).where(conversations.c.flow == FLOW)
    return [row.lane for row in tx.execute(led.order_by(conversations.c.lane)) if row.state.get("step") == step]
