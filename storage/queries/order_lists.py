"""Reads of orders as lists, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func

from storage.queries.contacts import family
from storage.queries.orders import label_of
from storage.queries.people import contact
from storage.rules.orders import Status
from storage.scope import Scope
from storage.tables.orders import orders
from storage.tables.people import contacts
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list."""

    number: int
    label: str
    status: Status
    customer: str
    total: int
    currency: str
    created_at: datetime


def listed(
    tx: Tx,
    scope: Scope,
    *,
    since: datetime,
    statuses: Sequence[Status] = (),
    contact_id: str | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[OrderRow], int]:
    """(one page of orders, newest first; how many there are in all)."""
    conditions = [orders.c.created_at >= since, orders.c.deleted_at.is_(None)]
    if statuses:
        conditions.append(orders.c.status.in_([status.value for status in statuses]))
    if contact_id is not None:
        conditions.append(orders.c.contact_id.in_(family(tx, scope, contact_id)))
    count = tx.execute(scope.select(orders, func.count()).where(*conditions)).scalar_one()
    same = (contacts.c.workspace_id == orders.c.workspace_id) & (contacts.c.id == orders.c.contact_id)
    chosen = scope.select(orders, *orders.c, contacts.c.name.label("customer"), contacts.c.merged_into).join(
        contacts, same
    )
    page_of = chosen.where(*conditions).order_by(orders.c.created_at.desc(), orders.c.number.desc())
    rows = tx.execute(page_of.limit(size).offset((page - 1) * size))
    return [_row(tx, scope, row) for row in rows], int(count)


def _row(tx: Tx, scope: Scope, row: Any) -> OrderRow:
    customer = contact(tx, scope, row.merged_into).name if row.merged_into else row.customer
    return OrderRow(row.number, label_of(row), Status(row.status), customer, row.total, row.currency, row.created_at)
