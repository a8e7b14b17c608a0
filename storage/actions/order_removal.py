"""Orders that are taken out of every list, and brought back; their rows stay."""

from dataclasses import dataclass

from storage.actions import audit
from storage.actors import Actor
from storage.clock import kept
from storage.errors import Conflict
from storage.order_rows import event_values
from storage.queries.orders import Order, deleted_order, number_of, order
from storage.rules.permissions import Permission
from storage.tables.orders import order_events, orders
from storage.tx import Tx

DELETED, BROUGHT_BACK = "deleted", "brought back"


@dataclass(frozen=True, slots=True)
class OrderDeleted:
    """An order was taken out of every list, or brought back; told to all who subscribed, in the same unit."""

    actor: Actor
    order: Order
    is_gone: bool


def delete(tx: Tx, said: int | str, *, actor: Actor) -> Order:
    """Take an order that is over out of every list and figure; `undelete` brings it back. Raises `Conflict`."""
    actor.require(Permission.ORDERS_DELETE)
    found = order(tx, actor.scope, number_of(tx, actor.scope, said))
    if not found.is_over:
        raise Conflict(
            "Order {number} is {status}. Complete or cancel it first.", number=found.label, status=found.status
        )
    return _put_away(tx, found, actor, is_gone=True)


def undelete(tx: Tx, said: int | str, *, actor: Actor) -> Order:
    """Bring a deleted order back into the lists. Raises `NotFound`."""
    actor.require(Permission.ORDERS_DELETE)
    return _put_away(tx, deleted_order(tx, actor.scope, said), actor, is_gone=False)


def _put_away(tx: Tx, found: Order, actor: Actor, *, is_gone: bool) -> Order:
    mine = actor.scope.update(orders).where(orders.c.id == found.id, orders.c.version == found.version)
    at = tx.now if is_gone else None
    if (
        tx.execute(mine.values(deleted_at=at, version=found.version + 1, updated_at=tx.now, indexed=False)).rowcount
        != 1
    ):
        raise Conflict("Somebody else has just changed order {number}. Please look again.", number=found.label)
    cause = DELETED if is_gone else BROUGHT_BACK
    event = event_values(actor, found.id, found.version + 1, found.status, found.status, cause, at=kept(tx.now))
    tx.insert(order_events, [actor.scope.row(**event)])
    audit.note(tx, "delete order" if is_gone else "undelete order", found.label, actor)
    tx.emit(OrderDeleted(actor, found, is_gone))
    return found


def remove_of_source(tx: Tx, source: str, actor: Actor) -> list[tuple[int, str]]:
    """Take all orders of that source out of every list; their rows stay. Returns their numbers and labels."""
    actor.require(Permission.CATALOGUE_CHANGE)
    removed = (
        actor.scope.update(orders)
        .where(orders.c.source == source, orders.c.deleted_at.is_(None))
        .values(deleted_at=tx.now, updated_at=tx.now)
        .returning(orders.c.number, orders.c.label)
    )
    return sorted((int(row.number), str(row.label)) for row in tx.execute(removed))
