"""Reads of what customers ask to have changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.errors import NotFound
from storage.queries.order_versions import versions
from storage.rules.catalogue import Line
from storage.rules.money import from_thousandths
from storage.scope import Scope
from storage.tables.changes import change_requests
from storage.tx import Tx

OPEN = "open"


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What an order is to hold by its customer's wish: `lines` are all of it, `version` is that of the order they saw."""

    id: str
    order_id: str
    contact: str
    version: int
    lines: tuple[Line, ...]
    words: str
    status: str
    reason: str
    made_at: datetime


def change_request(tx: Tx, scope: Scope, request: str) -> ChangeRequest:
    """One request, open or settled. Raises `NotFound`."""
    row = tx.execute(scope.select(change_requests).where(change_requests.c.id == request)).one_or_none()
    if row is None:
        raise NotFound("There is no such wish for a change. /changes lists those that wait.")
    return _request(row)


def open_requests(tx: Tx, scope: Scope, order_id: str | None = None) -> list[ChangeRequest]:
    """Those that wait for the shop, the oldest first: of all orders, or of one."""
    chosen = scope.select(change_requests).where(change_requests.c.status == OPEN)
    if order_id is not None:
        chosen = chosen.where(change_requests.c.order_id == order_id)
    return [_request(row) for row in tx.execute(chosen.order_by(change_requests.c.made_at, change_requests.c.id))]


def is_changed_since(tx: Tx, scope: Scope, order_id: str, version: int) -> bool:
    """Whether an order holds something else than in that version; that its status moved on changes nothing."""
    return any(each.number > version for each in versions(tx, scope, order_id))


def line_json(line: Line) -> dict[str, Any]:
    """A wanted line as the books keep it."""
    return {
        "product": line.product,
        "quantity": int(line.quantity * 1000),
        "options": {group: list(values) for group, values in line.options.items()},
        "without": list(line.without),
        "note": line.note,
    }


def _request(row: Any) -> ChangeRequest:
    lines = tuple(
        Line(
            each["product"],
            from_thousandths(each["quantity"]),
            {group: tuple(values) for group, values in each["options"].items()},
            tuple(each["without"]),
            each["note"],
        )
        for each in row.lines
    )
    return ChangeRequest(
        row.id, row.order_id, row.contact_id, row.version, lines, row.words, row.status, row.reason, row.made_at
    )
