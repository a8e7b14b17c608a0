"""Test orders: real ones in all but that no figure counts them, nobody outside hears of them, and they can go again."""

from dataclasses import dataclass, replace

from storage.actions import audit, order_removal, orders
from storage.actions.contacts import contacts_of
from storage.actors import Actor
from storage.errors import Conflict
from storage.queries.orders import Order
from storage.queries.people import Workspace
from storage.rules.catalogue import Catalogue, Line
from storage.rules.orders import TEST, Fulfilment, Wish
from storage.rules.permissions import Permission, Role
from storage.rules.settings.sections import Delivery, Hours
from storage.tables.orders import orders as orders_table
from storage.tx import Tx

MOST_GOODS = 2


@dataclass(frozen=True, slots=True)
class TrialRemoved:
    """A test order is gone; told to all who subscribed, in the same unit."""

    actor: Actor
    number: int
    label: str


def place_test_order(tx: Tx, shop: Workspace, goods: Catalogue, actor: Actor) -> Order:
    """Order the first goods of the catalogue as a customer would, to be picked up; at any hour, of any value.

    Raises `Conflict` where the shop has nothing on offer.
    """
    actor.require(Permission.CATALOGUE_CHANGE)
    offered = [each for each in goods.products if each.orderable and each.available and each.price > 0]
    if not offered:
        raise Conflict("Your catalogue offers nothing yet: /setup catalogue")
    contact = _contact(tx, actor)
    customer = Actor(actor.scope, "contact", contact, Role.CUSTOMER, actor.name)
    lines = [Line(each.name) for each in offered[:MOST_GOODS]]
    any_value = replace(shop.settings.orders, minimum=None)
    lenient = replace(shop, settings=replace(shop.settings, hours=Hours(), delivery=Delivery(), orders=any_value))
    wish = Wish(Fulfilment.PICKUP, wanted="asap")
    placed = orders.place(tx, lenient, goods, lines, wish, contact=contact, source=TEST, actor=customer)
    audit.note(tx, "place test order", placed.label, actor)
    return placed


def _contact(tx: Tx, actor: Actor) -> str:
    """Who orders: the contact of an earlier test order, or a new one without any address."""
    earlier = actor.scope.select(orders_table, orders_table.c.contact_id).where(orders_table.c.source == TEST)
    found = tx.execute(earlier.order_by(orders_table.c.number).limit(1)).scalar()
    return found if found is not None else contacts_of(tx, actor.scope, [((), f"{actor.name} (test)")])[0]


def remove_test_orders(tx: Tx, actor: Actor) -> list[str]:
    """Take all test orders out of every list; their numbers stay used. Returns their labels."""
    actor.require(Permission.CATALOGUE_CHANGE)
    gone = order_removal.remove_of_source(tx, TEST, actor)
    for number, label in gone:
        tx.emit(TrialRemoved(actor, number, label))
        audit.note(tx, "remove test order", label, actor)
    return [label for _, label in gone]
