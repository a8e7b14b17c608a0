"""Reads of orders as lists, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from storage.queries.contacts import family
from storage.queries.orders import label_of
from storage.queries.people import contact
from storage.rules.orders import Status
from storage.scope import Scope
from storage.tables.orders import orders
from storage.tables.people import contacts
from storage.tx import Tx

MOST_COUNTED = 10_000
"""Nobody leafs further; to count more takes longer than one waits for."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list."""

    id: str
    number: int
    label: str
    status: Status
    customer: str
    total: int
    currency: str
    created_at: datetime
    source: str
    external_id: str


def listed(
    tx: Tx,
    scope: Scope,
    *,
    since: datetime,
    statuses: Sequence[Status] = (),
    contact_id: str | None = None,
    source: str = "",
    group: str = "",
    page: int = 1,
    size: int = 50,
) -> tuple[list[OrderRow], int]:
    """(one page of orders, newest first; how many there are in all, counted up to `MOST_COUNTED`)."""
    conditions = [orders.c.created_at >= since, orders.c.deleted_at.is_(None)]
    if statuses:
        conditions.append(orders.c.status.in_([status.value for status in statuses]))
    if contact_id is not None:
        conditions.append(orders.c.contact_id.in_(family(tx, scope, contact_id)))
    if source:
        conditions.append(orders.c.source == source)
    if group:
        conditions += [orders.c.group_chat == group, orders.c.group_chat != ""]
    counted = scope.select(orders, orders.c.id).where(*conditions).limit(MOST_COUNTED).subquery()
    count = tx.execute(select(func.count()).select_from(counted)).scalar_one()
    newest = scope.select(orders, orders.c.id).where(*conditions)
    newest = newest.order_by(orders.c.created_at.desc(), orders.c.number.desc())
    ids = tx.execute(newest.limit(size).offset((page - 1) * size)).scalars().all()
    return rows_of(tx, scope, ids), int(count)


def rows_of(tx: Tx, scope: Scope, ids: Sequence[str]) -> list[OrderRow]:
    """These orders, in this order."""
    found = {row.id: row for row in tx.execute(_chosen(scope).where(orders.c.id.in_(ids)))}
    return [_row(tx, scope, found[each]) for each in ids if each in found]


def _chosen(scope: Scope) -> Select[Any]:
    same = (contacts.c.workspace_id == orders.c.workspace_id) & (contacts.c.id == orders.c.contact_id)
    who = (contacts.c.name.label("customer"), contacts.c.merged_into)
    return scope.select(orders, *orders.c, *who).join(contacts, same)


def _row(tx: Tx, scope: Scope, row: Any) -> OrderRow:
    customer = contact(tx, scope, row.merged_into).name if row.merged_into else row.customer
    return OrderRow(
        row.id,
        row.number,
        label_of(row),
        Status(row.status),
        customer,
        row.total,
        row.currency,
        row.created_at,
        row.source,
        row.external_id,
    )
