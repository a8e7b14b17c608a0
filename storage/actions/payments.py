"""Every write about money that came: what was paid, what a customer claims, the receipts. No money moves by itself."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from storage.actions import audit
from storage.actors import Actor
from storage.errors import BadInput, Conflict, NotAllowed
from storage.queries.orders import Order
from storage.queries.payments import Entry, Settlement, entry, settlement
from storage.rules.payments import Method, Proof, may_refund
from storage.rules.permissions import Permission
from storage.tables.orders import series
from storage.tables.payments import payments, receipts, settlements
from storage.tx import Tx

MOST = 10**12
"""In minor units: what no order costs."""


@dataclass(frozen=True, slots=True)
class PaymentMade:
    """Something was paid for an order; `now`: where it stands with that."""

    order_id: str
    number: int
    amount: int
    now: Settlement


def choose_method(tx: Tx, order: Order, method: Method, actor: Actor) -> None:
    """How the customer of an order wants to pay."""
    actor.require(Permission.ORDERS_PLACE)
    _own(order, actor)
    _settle(tx, order.id, actor, method=method)


def pay(tx: Tx, order: Order, method: Method, amount: int, actor: Actor) -> Settlement:
    """Write down that so much was paid, in minor units. Returns where the order stands; more than is due is possible."""
    actor.require(Permission.PAYMENTS_TAKE)
    _sensible(amount)
    _entry(tx, order.id, method, amount, Proof.RECEIVED, "", actor)
    _settle(tx, order.id, actor, paid=amount)
    return _paid(tx, order, amount, actor)


def collect(tx: Tx, order: Order, amount: int, actor: Actor) -> Settlement:
    """Cash that was taken at the door, where an order was delivered."""
    actor.require(Permission.RIDES_MAKE)
    _sensible(amount)
    _entry(tx, order.id, Method.CASH, amount, Proof.RECEIVED, "", actor)
    _settle(tx, order.id, actor, paid=amount)
    return _paid(tx, order, amount, actor)


def _paid(tx: Tx, order: Order, amount: int, actor: Actor) -> Settlement:
    now = settlement(tx, actor.scope, order.id)
    audit.note(tx, "take payment", str(order.number), actor, amount=amount, paid=now.paid)
    tx.emit(PaymentMade(order.id, order.number, amount, now))
    return now


def claim(tx: Tx, order: Order, file: str, actor: Actor) -> str:
    """A customer shows that they have paid; somebody of the shop looks whether it is so. Returns the id."""
    actor.require(Permission.ORDERS_SEE_OWN)
    _own(order, actor)
    now = settlement(tx, actor.scope, order.id)
    method = Method(now.method) if now.method else Method.UPI
    return _entry(tx, order.id, method, now.due(order.total), Proof.CLAIMED, file, actor)


def judge(tx: Tx, order: Order, payment: str, received: bool, actor: Actor) -> Settlement:
    """Say whether what was claimed has come. Raises `Conflict` where somebody has said so already."""
    actor.require(Permission.PAYMENTS_TAKE)
    found = entry(tx, actor.scope, payment)
    _move(tx, found, Proof.CLAIMED, Proof.RECEIVED if received else Proof.REFUSED, actor)
    if not received:
        return settlement(tx, actor.scope, order.id)
    _settle(tx, order.id, actor, paid=found.amount)
    return _paid(tx, order, found.amount, actor)


def give_back(tx: Tx, order: Order, amount: int, actor: Actor) -> None:
    """Count that so much of what was paid went back; `storage.actions.refunds` says why, and when."""
    actor.require(Permission.ORDERS_REFUND)
    now = settlement(tx, actor.scope, order.id)
    _settle(tx, order.id, actor, refunded=min(amount, may_refund(now.paid, now.refunded)))


def issue_receipt(tx: Tx, order: Order, content: str, actor: Actor) -> int:
    """The number of a new receipt: from 1 on, without holes, for its row is written in the same unit."""
    actor.require(Permission.ORDERS_SEE_OWN if actor.kind == "contact" else Permission.ORDERS_SEE)
    _own(order, actor)
    following = tx.upsert(series).values(actor.scope.row(name="receipts", last=1))
    following = following.on_conflict_do_update(
        index_elements=["workspace_id", "name"], set_={"last": series.c.last + 1}
    )
    number = int(tx.execute(following.returning(series.c.last)).scalar_one())
    row = actor.scope.insert(receipts, number=number, order_id=order.id, content=content, file="", at=tx.now)
    tx.execute(row)
    return number


def attach_receipt(tx: Tx, number: int, sha256: str, actor: Actor) -> None:
    """The PDF of a receipt was made."""
    actor.require(Permission.ORDERS_SEE_OWN if actor.kind == "contact" else Permission.ORDERS_SEE)
    tx.execute(actor.scope.update(receipts).where(receipts.c.number == number).values(file=sha256))


def _own(order: Order, actor: Actor) -> None:
    if actor.kind == "contact" and order.contact.id != actor.id:
        raise NotAllowed("You may only do this for your own orders.")


def _sensible(amount: int) -> None:
    if not 0 < amount < MOST:
        raise BadInput("This is no amount that can be paid.")


def _entry(tx: Tx, order_id: str, method: Method, amount: int, state: Proof, file: str, actor: Actor) -> str:
    payment = tx.ids()
    row: dict[str, object] = {"id": payment, "order_id": order_id, "method": method.value, "amount": amount}
    row |= {"state": state.value, "file": file, "at": tx.now, "actor_kind": actor.kind, "actor_id": actor.id}
    tx.execute(actor.scope.insert(payments, **row))
    return payment


def _move(tx: Tx, found: Entry, old: Proof, new: Proof, actor: Actor) -> None:
    waits = actor.scope.update(payments).where(payments.c.id == found.id, payments.c.state == old.value)
    if tx.execute(waits.values(state=new.value, settled_at=tx.now)).rowcount != 1:
        raise Conflict("Somebody has said already what became of it: {state}.", state=found.state)


def _settle(tx: Tx, order_id: str, actor: Actor, method: str = "", paid: int = 0, refunded: int = 0) -> None:
    """Add to the sums of an order; whoever pays at the same moment is added too."""
    row = actor.scope.row(order_id=order_id, method=method, paid=paid, refunded=refunded)
    statement = tx.upsert(settlements).values(row)
    more: dict[str, ColumnElement[int] | str] = {
        "paid": settlements.c.paid + paid,
        "refunded": settlements.c.refunded + refunded,
    }
    if method:
        more["method"] = method
    tx.execute(statement.on_conflict_do_update(index_elements=["workspace_id", "order_id"], set_=more))
