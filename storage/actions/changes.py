"""What customers ask to have changed in an order that is with the shop: asked by them, decided by staff.

The wish is kept with the version of the order that the customer saw. Once accepted it becomes the order's next version
(`storage.actions.order_versions`); where the order holds something else by then, nobody has agreed to what would come out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.actions import order_versions
from storage.actions.order_versions import Change
from storage.actions.orders import MOST_LINES
from storage.actors import Actor
from storage.errors import BadInput, Conflict
from storage.queries.changes import OPEN, ChangeRequest, change_request, is_changed_since, line_json, open_requests
from storage.queries.orders import Order, no_order, order
from storage.queries.people import Workspace
from storage.rules.catalogue import Catalogue, Line
from storage.rules.money import to_thousandths
from storage.rules.orders import Part, unchangeable
from storage.rules.permissions import Permission
from storage.tables.changes import change_requests
from storage.tx import Tx

BY_CUSTOMER = "asked for by the customer"


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A customer wants another order than the one that is with the shop."""

    order: Order
    request: ChangeRequest


@dataclass(frozen=True, slots=True)
class ChangeSettled:
    """A wish for a change was accepted, declined, or overtaken by another change (`request.status`)."""

    actor: Actor
    order: Order
    request: ChangeRequest


def ask_change(tx: Tx, number: int, lines: Sequence[Line], *, version: int, words: str, actor: Actor) -> ChangeRequest:
    """Ask for all lines that the customer's own order is to hold; what they asked before is withdrawn.

    `version`: that of the order which they saw. Raises `NotFound`, `BadInput`, `Conflict` where it is too late for that.
    """
    actor.require(Permission.CHANGES_ASK)
    found = order(tx, actor.scope, number)
    if actor.kind != "contact" or found.contact.id != actor.id:
        raise no_order(number)
    if is_changed_since(tx, actor.scope, found.id, version):
        raise Conflict("Your order {number} has changed since. Please look again.", number=found.label)
    if unchangeable(found.status, [Part.GOODS]):
        raise Conflict(
            "Order {number} is {status}; it cannot be changed any more.", number=found.label, status=found.status
        )
    if not 0 < len(lines) <= MOST_LINES:
        raise BadInput("An order needs between 1 and {most} lines.", most=MOST_LINES)
    for line in lines:
        to_thousandths(line.quantity)
    for before in open_requests(tx, actor.scope, found.id):
        _settle(tx, before, "withdrawn", "", actor)
    request, kept = tx.ids(), [line_json(each) for each in lines]
    row = {"order_id": found.id, "contact_id": actor.id, "version": version, "lines": kept, "words": words[:500]}
    tx.execute(actor.scope.insert(change_requests, id=request, status=OPEN, reason="", made_at=tx.now, **row))
    asked = change_request(tx, actor.scope, request)
    tx.emit(ChangeAsked(found, asked))
    return asked


def accept_change(tx: Tx, shop: Workspace, catalogue: Catalogue, request: str, actor: Actor) -> ChangeRequest:
    """Make of the order what its customer asked for, from the catalogue as it is now; or settle it as overtaken.

    Raises `NotFound`, `BadInput` for what cannot be ordered now, `Conflict` for what is settled or too late.
    """
    actor.require(Permission.ORDERS_CHANGE)
    wanted = change_request(tx, actor.scope, request)
    overtaken = is_changed_since(tx, actor.scope, wanted.order_id, wanted.version)
    settled = _settle(tx, wanted, "overtaken" if overtaken else "accepted", "", actor)
    found = order(tx, actor.scope, wanted.order_id)
    if not overtaken:
        change, now = Change(lines=wanted.lines), found.version
        found = order_versions.change(
            tx, shop, catalogue, found.number, change, version=now, cause=BY_CUSTOMER, actor=actor
        )
    tx.emit(ChangeSettled(actor, found, settled))
    return settled


def decline_change(tx: Tx, request: str, *, reason: str, actor: Actor) -> ChangeRequest:
    """Leave the order as it is; its customer is told. Raises `NotFound`, `Conflict` for what is settled."""
    actor.require(Permission.ORDERS_CHANGE)
    settled = _settle(tx, change_request(tx, actor.scope, request), "declined", reason, actor)
    tx.emit(ChangeSettled(actor, order(tx, actor.scope, settled.order_id), settled))
    return settled


def _settle(tx: Tx, request: ChangeRequest, status: str, reason: str, actor: Actor) -> ChangeRequest:
    """Once: whoever comes second is told so."""
    row = actor.scope.update(change_requests).where(change_requests.c.id == request.id)
    values = {"status": status, "reason": reason[:500], "settled_at": tx.now, "settled_by": actor.name}
    if tx.execute(row.where(change_requests.c.status == OPEN).values(**values)).rowcount != 1:
        raise Conflict("This wish for a change is settled already.")
    return change_request(tx, actor.scope, request.id)
