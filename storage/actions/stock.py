"""Stock: orders take what they need off what is left, all or none, and give it back when they end unfulfilled.

Whoever changes an order's lines or its status calls `take` and `keep`, or `hold`, in the same unit; nothing else takes. What
is left is changed by conditional updates only, so that it never sinks below zero whoever orders at the same moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from storage.actors import Actor
from storage.errors import Conflict
from storage.queries.orders import Order
from storage.rules.catalogue import Catalogue, Line
from storage.rules.money import from_thousandths, to_thousandths
from storage.rules.orders import NEEDS_REASON, Status
from storage.tables.catalogue import products
from storage.tables.stock import stock_holds
from storage.tx import Tx

Amounts = Mapping[str, int]
"""By the product's name, in thousandths of its unit."""


@dataclass(frozen=True, slots=True)
class StockLow:
    """What is left of a product has just come down to its threshold, or to nothing."""

    product: str
    title: str
    unit: str
    left: Decimal


def needs_of(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What these lines need in all, each a product and its amount."""
    needs: dict[str, int] = {}
    for product, amount in lines:
        needs[product] = needs.get(product, 0) + amount
    return needs


def counted(catalogue: Catalogue, lines: Sequence[Line]) -> dict[str, int]:
    """What lines need of the goods that the shop counts: most shops count nothing, and ask nothing of the books."""
    those = [each for each in lines if catalogue.by_name[each.product].stock is not None]
    return needs_of((each.product, to_thousandths(each.quantity)) for each in those)


def take(tx: Tx, needs: Amounts, actor: Actor) -> dict[str, int]:
    """Take these amounts off what is left, all or none. Returns those that the shop counts.

    Raises `Conflict` with what is left, and has then taken nothing.
    """
    taken: dict[str, int] = {}
    low: list[StockLow] = []
    for product in sorted(needs):  # always in the same order, so that no two orders wait for each other
        left = _take_one(tx, product, needs[product], actor)
        if left is not None:
            taken[product] = needs[product]
            low += _low(left, needs[product])
            continue
        row = tx.execute(actor.scope.select(products).where(products.c.name == product)).one_or_none()
        if row is not None and row.stock is not None:
            give_back(tx, taken, actor)
            raise _too_little(row.title, row.unit, row.stock)
    for each in low:
        tx.emit(each)
    return taken


def _take_one(tx: Tx, product: str, amount: int, actor: Actor) -> Any | None:
    """The product's row as it is then; None where so much is not left, or where nobody counts it."""
    enough = actor.scope.update(products).where(products.c.name == product, products.c.stock >= amount)
    row = products.c.name, products.c.title, products.c.unit, products.c.stock, products.c.low_stock
    return tx.execute(enough.values(stock=products.c.stock - amount).returning(*row)).one_or_none()


def _low(left: Any, taken: int) -> list[StockLow]:
    """That it has just passed its threshold, or come to its end."""
    before, threshold = left.stock + taken, left.low_stock or 0
    if not (left.stock <= threshold < before or left.stock <= 0 < before):
        return []
    return [StockLow(left.name, left.title, left.unit, from_thousandths(left.stock))]


def _too_little(title: str, unit: str, left: int) -> Conflict:
    if left <= 0:
        return Conflict("{product} is sold out.", product=title)
    text = "There are only {left} {unit} of {product} left."
    return Conflict(text, left=f"{from_thousandths(left):f}", unit=unit, product=title)


def give_back(tx: Tx, amounts: Amounts, actor: Actor) -> None:
    """Put these amounts back to what can be ordered, of what the shop still counts."""
    for product in sorted(amounts):
        counted = actor.scope.update(products).where(products.c.name == product, products.c.stock.is_not(None))
        tx.execute(counted.values(stock=products.c.stock + amounts[product]))


def keep(tx: Tx, order_id: str, taken: Amounts, actor: Actor) -> None:
    """Write down what an order that was placed holds."""
    if taken:
        rows = [actor.scope.row(order_id=order_id, product=product, quantity=taken[product]) for product in taken]
        tx.insert(stock_holds, rows)


def hold(tx: Tx, order_id: str, needs: Amounts, actor: Actor) -> None:
    """Let an order hold just these amounts: what it needs more is taken, what it needs less given back.

    Raises `Conflict` with what is left, and has then changed nothing.
    """
    held = _held(tx, order_id, actor)
    more = {product: need - held.get(product, 0) for product, need in needs.items() if need > held.get(product, 0)}
    taken = take(tx, more, actor)
    less = {product: had - needs.get(product, 0) for product, had in held.items() if had > needs.get(product, 0)}
    give_back(tx, less, actor)
    if taken or less:
        now = {product: held.get(product, 0) + taken.get(product, 0) - less.get(product, 0) for product in held | taken}
        tx.execute(actor.scope.delete(stock_holds).where(stock_holds.c.order_id == order_id))
        keep(tx, order_id, {product: amount for product, amount in now.items() if amount}, actor)


def follow(tx: Tx, order: Order, new: Status, actor: Actor) -> None:
    """What ends unfulfilled gives back what it held; what is opened again takes it anew. Raises `Conflict`."""
    if new in NEEDS_REASON:
        hold(tx, order.id, {}, actor)
    elif order.status in NEEDS_REASON and not order.is_test:
        hold(tx, order.id, needs_of((each.product, to_thousandths(each.quantity)) for each in order.lines), actor)


def _held(tx: Tx, order_id: str, actor: Actor) -> dict[str, int]:
    rows = tx.execute(actor.scope.select(stock_holds).where(stock_holds.c.order_id == order_id))
    return {row.product: row.quantity for row in rows}
