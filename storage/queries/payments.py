"""What was paid for orders, and what is still to be paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_

from storage.errors import NotFound
from storage.rules.orders import TEST, Status
from storage.rules.payments import Payment, due, payment_of
from storage.scope import Scope
from storage.tables.orders import orders
from storage.tables.payments import payments, receipts, settlements
from storage.tables.people import contacts
from storage.tx import Tx

NOT_OWED = (Status.REJECTED.value, Status.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where an order stands. `method`: how its customer wants to pay, "" where nobody has said."""

    method: str = ""
    paid: int = 0
    refunded: int = 0

    def state(self, total: int) -> Payment:
        return payment_of(total, self.paid, self.refunded)

    def due(self, total: int) -> int:
        return due(total, self.paid, self.refunded)


@dataclass(frozen=True, slots=True)
class Entry:
    """One payment or refund."""

    id: str
    order_id: str
    method: str
    amount: int
    state: str
    file: str


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An order of which something is due."""

    number: int
    label: str
    customer: str
    due: int
    created_at: datetime


def settlement(tx: Tx, scope: Scope, order_id: str) -> Settlement:
    row = tx.execute(scope.select(settlements).where(settlements.c.order_id == order_id)).one_or_none()
    return Settlement() if row is None else Settlement(row.method, row.paid, row.refunded)


def entry(tx: Tx, scope: Scope, payment: str) -> Entry:
    """One of them by its id. Raises `NotFound`."""
    row = tx.execute(scope.select(payments).where(payments.c.id == payment)).one_or_none()
    if row is None:
        raise NotFound("There is no such payment.")
    return Entry(row.id, row.order_id, row.method, row.amount, row.state, row.file)


def unpaid(tx: Tx, scope: Scope, since: datetime, size: int = 30) -> tuple[list[Unpaid], int, int]:
    """(orders that are not paid, the oldest first; how many; how much is due in all)."""
    same = (settlements.c.workspace_id == orders.c.workspace_id) & (settlements.c.order_id == orders.c.id)
    them = (contacts.c.workspace_id == orders.c.workspace_id) & (contacts.c.id == orders.c.contact_id)
    kept = func.coalesce(settlements.c.paid - settlements.c.refunded, 0)
    owed = (
        orders.c.created_at >= since,
        orders.c.deleted_at.is_(None),
        orders.c.source != TEST,
        orders.c.status.not_in(NOT_OWED),
        orders.c.total > kept,
        or_(settlements.c.refunded.is_(None), settlements.c.refunded == 0),
    )
    figures = func.count().label("many"), func.sum(orders.c.total - kept).label("sum")
    sums = tx.execute(scope.select(orders, *figures).join(settlements, same, isouter=True).where(*owed)).one()
    columns = (
        orders.c.number,
        orders.c.label,
        orders.c.created_at,
        contacts.c.name,
        (orders.c.total - kept).label("due"),
    )
    chosen = scope.select(orders, *columns).join(settlements, same, isouter=True).join(contacts, them)
    rows = tx.execute(chosen.where(*owed).order_by(orders.c.created_at).limit(size))
    found = [Unpaid(row.number, row.label or f"#{row.number}", row.name, row.due, row.created_at) for row in rows]
    return found, int(sums.many), int(sums.sum or 0)


def receipt_of(tx: Tx, scope: Scope, order_id: str, content: str) -> Any | None:
    """(number, file) of the receipt with that content."""
    chosen = scope.select(receipts, receipts.c.number, receipts.c.file)
    same = (receipts.c.order_id == order_id) & (receipts.c.content == content)
    return tx.execute(chosen.where(same)).one_or_none()
