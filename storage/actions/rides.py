"""On the road: who carries an order, and that it was delivered and paid in cash."""

from storage.actions import audit, orders, payments
from storage.actors import Actor
from storage.errors import Conflict
from storage.queries.orders import Order
from storage.queries.payments import Settlement, settlement
from storage.rules.orders import Fulfilment
from storage.rules.permissions import Permission
from storage.tables.rides import rides
from storage.tx import Tx


def assign(tx: Tx, order: Order, rider: str, member_id: str, actor: Actor) -> None:
    """Let somebody carry an order; whoever carried it before does no longer. Raises `Conflict` for what is not carried."""
    actor.require(Permission.ORDERS_MOVE)
    if order.is_over or order.fulfilment is not Fulfilment.DELIVERY:
        raise Conflict("Order {number} is not to be carried to anybody.", number=order.label)
    row = actor.scope.row(order_id=order.id, rider=rider[:100], member_id=member_id, at=tx.now, delivered_at=None)
    now = {"rider": rider[:100], "member_id": member_id, "at": tx.now}
    statement = tx.upsert(rides).values(row)
    tx.execute(statement.on_conflict_do_update(index_elements=["workspace_id", "order_id"], set_=now))
    audit.note(tx, "assign rider", str(order.number), actor, rider=rider[:100])


def deliver(tx: Tx, order: Order, cash: int, actor: Actor) -> Settlement:
    """It is with its customer, and so much cash was taken, in minor units. Raises `NotFound` for what somebody else carries."""
    actor.require(Permission.RIDES_MAKE)
    orders.deliver(tx, order.number, actor)
    if cash:
        payments.collect(tx, order, cash, actor)
    tx.execute(actor.scope.update(rides).where(rides.c.order_id == order.id).values(delivered_at=tx.now))
    return settlement(tx, actor.scope, order.id)
