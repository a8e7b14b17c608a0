"""The values of rows of orders, as the actions write them; nothing is written here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.actors import Actor
from storage.queries.orders import Order, OrderLine
from storage.rules.catalogue import Catalogue, Line
from storage.rules.money import line_total, priced, to_thousandths
from storage.rules.orders import Fulfilment, Wish
from storage.rules.settings.charges import charge_json


def line_values(order_id: str, position: int, catalogue: Catalogue, line: Line) -> dict[str, Any]:
    """Of a row of `order_lines`, priced from the catalogue. Raises `BadInput` for what the shop does not sell."""
    product, price, total = priced(catalogue, line)
    return {
        "order_id": order_id,
        "position": position,
        "product": product.name,
        "title": product.title,
        "unit": product.unit,
        "quantity": to_thousandths(line.quantity),
        "price": price,
        "total": total,
        "options": {group: list(values) for group, values in line.options.items()},
        "without": list(line.without),
        "note": line.note[:500],
    }


def event_values(
    actor: Actor, order_id: str, sequence: int, old: str, new: str, cause: str, *, at: datetime
) -> dict[str, Any]:
    """Of a row of `order_events`."""
    who = {"actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name}
    what = {"order_id": order_id, "sequence": sequence, "at": at, "old": str(old), "new": str(new)}
    return {**what, **who, "cause": cause[:500]}


def wish_before(before: Mapping[str, Any]) -> Wish:
    """How, where and when it was wanted."""
    at = before["wanted_at"]
    place = (before["address"], before["latitude"], before["longitude"])
    wanted_at = datetime.fromisoformat(at) if at else None
    return Wish(Fulfilment(before["fulfilment"]), *place, before["wanted"], wanted_at, before["instructions"])


def lines_before(found: Order, before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of rows of `order_lines`, as they were."""
    return [{"order_id": found.id, "position": at, **line} for at, line in enumerate(before["lines"], start=1)]


def kept_values(found: Order, position: int, had: OrderLine, line: Line) -> dict[str, Any]:
    return {
        "order_id": found.id,
        "position": position,
        "product": had.product,
        "title": had.title,
        "unit": had.unit,
        "quantity": to_thousandths(line.quantity),
        "price": had.price,
        "total": line_total(had.price, line.quantity),
        "options": had.options,
        "without": had.without,
        "note": line.note[:500],
    }


def before_of(found: Order) -> dict[str, Any]:
    """Everything that a change may touch, as JSON."""
    return {
        "fulfilment": found.fulfilment.value,
        "address": found.address,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "wanted": found.wanted,
        "wanted_at": found.wanted_at and found.wanted_at.isoformat(),
        "instructions": found.instructions,
        "total": found.total,
        "charges": [charge_json(each) for each in found.charges],
        "lines": [json_of_line(line) for line in found.lines],
    }


_LINE = ("product", "title", "unit", "quantity", "price", "total", "options", "without", "note")


def line_json(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _LINE}


def json_of_line(line: OrderLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _LINE} | {"quantity": to_thousandths(line.quantity)}
